// The bootstrap program under a real engine, the emulator behind it, and what the identity it makes can and cannot do.
// Skipped, with the reason, where there is no engine. Not proven here: which roles Confluent Cloud itself asks for.

import { spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { credentialsOf, EngineHome, outcome } from "../../demo/engineHome";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { shellBlocks } from "../docs/shellBlocks";
import { EmulatorClient } from "../emulator/emulatorClient";
import { describeWithEngine, engine, PulumiProject } from "../engine/pulumiProject";

const repository = join(__dirname, "..", "..");

type KeyRoles = NonNullable<EmulatorOptions["keyRoles"]>;

interface Outputs {
    readonly pipelineId: string;
    readonly cloudApiKey: string;
    readonly cloudApiSecret: string;
    readonly serviceAccountIds: Readonly<Record<string, string>>;
}

/** A copy of the program with a stack in a folder of its own. */
class BootstrapProject extends EngineHome {
    constructor(readonly emulator: Emulator) {
        if ("missing" in engine) throw new Error(engine.missing);
        super(engine.plugins);
        cpSync(join(repository, "deploy", "bootstrap"), this.path("project"), {
            recursive: true,
            filter: (path) => !path.includes("node_modules"),
        });
        symlinkSync(join(repository, "node_modules"), this.path("project/node_modules"), "dir");
    }

    async up(config: Record<string, unknown>): Promise<Outputs> {
        await this.pulumi(["stack", "init", "bootstrap"]);
        this.writeConfig("project/Pulumi.bootstrap.yaml", {
            "confluentcloud:endpoint": this.emulator.url,
            ...config,
        });
        await this.pulumi(["up", "--yes", "--skip-preview"]);
        return this.outputs();
    }

    async outputs(): Promise<Outputs> {
        return JSON.parse((await this.pulumi(["stack", "output", "--json", "--show-secrets"])).stdout);
    }

    /** Runs commands of the README as they are typed, and returns what they print. `gh` prints what it would store. */
    async shell(commands: readonly string[]): Promise<string> {
        const gh = `gh() { printf '%s=%s\\n' "$3" "$(cat)"; }`;
        const script = [gh, ...commands].join("\n");
        const { code, text, stdout } = await outcome(
            spawn("bash", ["--noprofile", "--norc", "-euo", "pipefail", "-c", script], {
                cwd: this.path("project"),
                env: this.env(),
                stdio: ["ignore", "pipe", "pipe"],
            }),
        );
        if (code !== 0) throw new Error(`${script}: ${text}`);
        return stdout;
    }

    override env(more?: Readonly<Record<string, string>>): Record<string, string> {
        return super.env({ PULUMI_SKIP_CONFIRMATIONS: "true", ...credentialsOf(this.emulator), ...more });
    }

    /** Whether any file of state and home holds `text`. */
    anyFileHolds(text: string): boolean {
        return readdirSync(this.path("state"), { recursive: true, withFileTypes: true })
            .filter((file) => file.isFile())
            .some((file) => readFileSync(join(file.parentPath, file.name)).includes(text));
    }
}

describeWithEngine("the bootstrap program", () => {
    let emulator: Emulator;
    let client: EmulatorClient;
    let bootstrap: BootstrapProject;
    let deployment: PulumiProject;

    beforeEach(() => restart("2026"));

    afterEach(stop);

    /** Starts over with an emulator that follows this edition of Confluent's page. */
    async function restart(keyRoles: KeyRoles): Promise<void> {
        await stop();
        emulator = await startEmulator({ keyRoles });
        client = new EmulatorClient(emulator);
        bootstrap = new BootstrapProject(emulator);
        deployment = new PulumiProject(emulator);
        await deployment.init("dev");
    }

    async function stop(): Promise<void> {
        bootstrap?.remove();
        deployment?.remove();
        await emulator?.close();
    }

    /** `pulumi` on the deployment, as the pipeline. */
    function asPipeline(pipeline: Outputs, ...args: string[]) {
        return deployment.run("dev", args, credentialsOf(pipeline));
    }

    const narrow = {
        "confluent-flink:environmentId": "env-abc123",
        "confluent-flink:regions": ["aws.us-east-2"],
        "confluent-flink:roles": ["FlinkDeveloper"],
    };

    it.each<KeyRoles>(["2026", "2025"])(
        "makes, by the README's commands, an account and an identity that manages its keys and makes nothing else (edition of %s)",
        async (keyRoles) => {
            await restart(keyRoles);
            const [setUp, handOver] = shellBlocks()
                .filter(({ document }) => document === "deploy/bootstrap/README.md")
                .map(({ commands }) => commands);
            // What is left out is there already: the folder, the packages, the credentials.
            await bootstrap.shell(
                (setUp ?? [])
                    .filter((command) => !/^(cd|npm ci|export) ?/.test(command))
                    .map((command) =>
                        command.startsWith("pulumi stack init")
                            ? `${command}; pulumi config set confluentcloud:endpoint ${emulator.url}`
                            : command,
                    ),
            );
            const pipeline = await bootstrap.outputs();
            expect(bootstrap.anyFileHolds(pipeline.cloudApiSecret)).toBe(false);
            const stored = await bootstrap.shell(
                (handOver ?? []).filter((command) => command.includes("gh secret")),
            );
            expect(stored.trim().split("\n")).toEqual([
                `CONFLUENT_CLOUD_API_KEY=${pipeline.cloudApiKey}`,
                `CONFLUENT_CLOUD_API_SECRET=${pipeline.cloudApiSecret}`,
            ]);
            const ownerId = String(pipeline.serviceAccountIds["flink-orders"]);
            deployment.configure("dev", {
                ...narrow,
                "confluent-flink:principal": { serviceAccountId: ownerId },
                "confluent-flink:roles": [],
            });
            for (const command of [["up"], ["refresh"], ["up", "--expect-no-changes"], ["destroy"]]) {
                const run = await asPipeline(pipeline, ...command, "--yes", "--skip-preview");
                expect(run).toMatchObject({ code: 0 });
            }
            deployment.configure("dev", narrow);
            const wider = await asPipeline(pipeline, "up", "--yes", "--skip-preview");
            expect(wider.code).not.toBe(0);
            const accounts = emulator.state().serviceAccounts.filter(({ seeded }) => !seeded);
            expect(accounts.map(({ id }) => id).sort()).toEqual([pipeline.pipelineId, ownerId].sort());
        },
        300_000,
    );

    it("makes, with createServiceAccounts, an identity that deploys a stack with roles in its environment, and no other", async () => {
        const pipeline = await bootstrap.up({
            environmentIds: ["env-abc123"],
            createServiceAccounts: true,
        });
        deployment.configure("dev", narrow);
        for (const command of [["up"], ["refresh"], ["up", "--expect-no-changes"], ["destroy"]]) {
            const run = await asPipeline(pipeline, ...command, "--yes", "--skip-preview");
            expect(run).toMatchObject({ code: 0 });
        }
        const mine = [pipeline.pipelineId, emulator.state().serviceAccounts[0]?.id];
        expect(
            emulator
                .state()
                .serviceAccounts.map(({ id }) => id)
                .sort(),
        ).toEqual(mine.sort());

        deployment.configure("dev", { ...narrow, "confluent-flink:environmentId": "env-def456" });
        const elsewhere = await asPipeline(pipeline, "up", "--yes", "--skip-preview");
        expect(elsewhere.code).not.toBe(0);
        expect(elsewhere.text).toContain("may not grant roles");
        await asPipeline(pipeline, "destroy", "--yes", "--skip-preview");
        deployment.configure("dev", { ...narrow, "confluent-flink:roles": ["OrganizationAdmin"] });
        const wider = await asPipeline(pipeline, "up", "--yes", "--skip-preview");
        expect(wider.code).not.toBe(0);
        expect(wider.text).toContain("may not grant roles");
    }, 300_000);

    it("makes an OrganizationAdmin from grantOrganizationAdmin alone, which deploys what FlinkAccess does by default", async () => {
        const pipeline = await bootstrap.up({ grantOrganizationAdmin: true });
        const { "confluent-flink:roles": _, ...byDefault } = narrow;
        deployment.configure("dev", byDefault);
        expect(await asPipeline(pipeline, "up", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
        expect(await asPipeline(pipeline, "destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
    }, 300_000);

    it("makes an identity that manages the keys of an account that exists already", async () => {
        const ownerId = await client.makeAccount("statements");
        await client.grant(ownerId, "FlinkDeveloper", "/environment=env-abc123");
        const pipeline = await bootstrap.up({
            environmentIds: ["env-abc123"],
            ownedServiceAccountIds: [ownerId],
        });
        deployment.configure("dev", {
            ...narrow,
            "confluent-flink:principal": { serviceAccountId: ownerId },
            "confluent-flink:roles": [],
        });
        expect(await asPipeline(pipeline, "up", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
        expect(await asPipeline(pipeline, "destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
    }, 300_000);
});
