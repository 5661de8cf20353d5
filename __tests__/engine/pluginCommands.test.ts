// The package's command on a stack of Pulumi YAML, whose keys are resources of the plugin, as a person types it. The policy pack and
// `rotate` of this repository's own program: `FLINK_KEYS=plugin npx jest __tests__/policy __tests__/engine/rotateCommand`. Not proven
// here: what the commands print in every case (`__tests__/cli`, `__tests__/report`).
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { sentinelSecret, showsSecret } from "../provider/sentinel";
import { describeWithEngine, liveKeys } from "./pulumiProject";
import { releaseArchives, StrangerProject } from "./strangerProject";

jest.setTimeout(120_000);

const command = join(__dirname, "..", "..", "dist", "cli", "main.js");
const program = `name: shop
runtime: yaml
config:
  rotation: { type: object, default: {} }
resources:
  analytics:
    type: confluent-flink:FlinkAccess
    properties:
      environmentId: env-abc123
      regions: [aws.us-east-2]
      roles: [FlinkDeveloper]
      rotation: \${rotation}
outputs:
  environmentVariables: \${analytics.environmentVariables}
`;

describeWithEngine("the command on a stack of the plugin", () => {
    let archives: string;
    let emulator: Emulator;
    let project: StrangerProject;
    let apiKey: string;

    beforeAll(async () => {
        archives = releaseArchives();
        let made = 0;
        emulator = await startEmulator({ makeSecret: () => sentinelSecret(++made) });
        project = new StrangerProject(emulator);
        await project.install(archives);
        project.write("Pulumi.yaml", program);
        await project.init();
        await project.up();
        apiKey = liveKeys(emulator)["aws.us-east-2"] as string;
    });
    afterAll(async () => {
        project?.remove();
        await emulator?.close();
        rmSync(archives, { recursive: true, force: true });
    });

    /** What a person types in the project's folder, and what it prints. */
    async function typed(args: string, exitCode = 0): Promise<string> {
        const child = spawn(process.execPath, [command, ...args.split(" ")], {
            cwd: project.path("project"),
            env: { ...project.env(), CONFLUENT_CLOUD_ENDPOINT: emulator.url },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let text = "";
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (text += part));
        const code = await new Promise((resolve) => child.once("close", resolve));
        expect([code, text]).toEqual([exitCode, expect.anything()]);
        return text;
    }

    it("report shows the key with its stack and owner, and whether its region accepts it", async () => {
        const { keys } = JSON.parse(await typed("report --json --probe"));
        expect(keys).toMatchObject([
            {
                id: apiKey,
                status: "managed",
                stack: "shop/prod",
                ownerName: "shop-prod-analytics",
                readiness: "ready",
                probed: true,
                drift: [],
            },
        ]);
    });

    it("find shows the key's stack and resource, and what contains it", async () => {
        const text = await typed(`find ${apiKey}`);
        expect(text).toContain("stack        shop/prod analytics-aws.us-east-2");
        expect(showsSecret(text)).toBe(false);
    });

    it("strays lists no key of the stack", async () => {
        expect(await typed("strays")).toContain("No strays");
    });

    it("drift finds none", async () => {
        expect(JSON.parse(await typed("drift --stack prod --json"))).toMatchObject({ label: "none" });
    });

    it("env prints the key's variables", async () => {
        const text = await typed("env --stack prod --format json --show-secrets");
        expect(JSON.parse(text)).toMatchObject({ FLINK_API_KEY: apiKey });
    });

    it("verify finds that the key is accepted", async () => {
        expect(JSON.parse(await typed("verify --stack prod --json"))).toMatchObject([
            { apiKey, readiness: "ready" },
        ]);
    });

    it("rotate replaces the key, and keeps the old one for its overlap", async () => {
        const text = await typed("rotate --stack prod --yes");
        const [key] = project.stored("FlinkApiKey");
        expect(text).toContain(`aws.us-east-2: ${apiKey} → ${key?.outputs?.apiKey}`);
        expect(key?.outputs?.superseded).toMatchObject([{ apiKey }]);
    });
});
