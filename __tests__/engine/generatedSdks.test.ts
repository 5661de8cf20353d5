// The SDKs that `pulumi package gen-sdk` makes of the schema. Python and Go also run (`languages.test.ts`). Not proven here: that those
// of C# and Java compile.
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import schema from "../../plugin/schema.json";
import { describeWithEngine, engine } from "./pulumiProject";

jest.setTimeout(120_000);

/** By the name that gen-sdk has for it: its language host, a file of the SDK, and what that file has in it. */
const sdks = {
    nodejs: ["pulumi-language-nodejs", "nodejs/flinkAccess.ts", "restEndpoints"],
    python: ["pulumi-language-python", "python/pulumi_confluent_flink/flink_access.py", "def rest_endpoints"],
    go: [
        "pulumi-language-go",
        "go/confluentflink/flinkAccess.go",
        "example.com/pulumi-confluent-flink/sdk/go/confluentflink/internal",
    ],
    csharp: ["pulumi-language-dotnet", "dotnet/FlinkAccess.cs", "namespace Pulumi.ConfluentFlink"],
    java: [
        "pulumi-language-java",
        "java/src/main/java/com/pulumi/confluentflink/FlinkAccess.java",
        "restEndpoints",
    ],
} as const;

describeWithEngine("pulumi package gen-sdk", () => {
    let folder: string;
    let logo: Server;

    beforeAll(async () => {
        folder = mkdtempSync(join(tmpdir(), "confluent-flink-sdks-"));
        // The generator of C# downloads a logo, from GitHub by default.
        logo = createServer((_request, response) => response.end("logo")).listen(0, "127.0.0.1");
        await new Promise((resolve) => logo.once("listening", resolve));
        const logoUrl = `http://127.0.0.1:${(logo.address() as AddressInfo).port}/logo.png`;
        writeFileSync(join(folder, "schema.json"), JSON.stringify({ ...schema, logoUrl }));
    });
    afterAll(() => {
        logo?.close();
        rmSync(folder, { recursive: true, force: true });
    });

    for (const [language, [host, file, text]] of Object.entries(sdks)) {
        if (!isOnPath(host)) {
            process.stderr.write(`Skipped: the SDK of ${language} needs ${host} on the PATH\n`);
            it.skip(`makes one for ${language}: needs ${host} on the PATH`, () => undefined);
            continue;
        }
        it(`makes one for ${language}, with the package's names`, async () => {
            const args = ["package", "gen-sdk", join(folder, "schema.json"), "--language", language];
            const home = "missing" in engine ? "" : dirname(engine.plugins);
            const env = { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
            // Not in this thread, which serves the logo.
            await promisify(execFile)("pulumi", [...args, "--out", folder], { cwd: folder, env });
            expect(readFileSync(join(folder, file), "utf8")).toContain(text);
        });
    }
});

function isOnPath(command: string): boolean {
    try {
        execFileSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" });
        return true;
    } catch {
        return false;
    }
}
