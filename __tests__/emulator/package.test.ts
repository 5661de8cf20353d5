/**
 * The package confluent-cloud-emulator as a user installs it: packed, in an empty project, with only its declared dependencies.
 * Not proven here: that the registry has those dependencies.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { Consumer } from "../package/consumer";

jest.setTimeout(60_000);

const root = resolve(__dirname, "../..");

describe("confluent-cloud-emulator, packed and installed", () => {
    let consumer: Consumer;

    beforeAll(async () => {
        consumer = await Consumer.install("confluent-cloud-emulator", "./dist/emulator");
        // npm creates these links for `npx`.
        const bin = join(consumer.folder, "node_modules", ".bin");
        mkdirSync(bin, { recursive: true });
        for (const [command, script] of Object.entries(consumer.package.bin ?? {})) {
            symlinkSync(consumer.path(script), join(bin, command));
        }
        consumer.write("package.json", JSON.stringify({ name: "consumer", private: true }));
    });
    afterAll(() => consumer.remove());

    it("has its code, types, README and LICENSE, and nothing else", () => {
        const files = consumer.files();
        expect(files).toEqual(
            expect.arrayContaining(["LICENSE", "README.md", "index.js", "types.d.ts", "main.js"]),
        );
        expect(
            files.filter((file) => !/^(LICENSE|README\.md|package\.json|.*\.js|types\.d\.ts)$/.test(file)),
        ).toEqual([]);
        expect(files.filter((file) => /copyPackageFiles|\.test\./.test(file))).toEqual([]);
        expect(consumer.packedBytes).toBeLessThan(150_000);
    });

    it("has the repository's version, and the dependencies that it is tested with", () => {
        const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
        const { dependencies, version, repository } = consumer.package as unknown as typeof own;
        expect([version, repository]).toEqual([own.version, own.repository]);
        for (const [name, range] of Object.entries(dependencies)) {
            expect([name, range]).toEqual([name, { ...own.devDependencies, ...own.dependencies }[name]]);
        }
    });

    it("can be imported by name from CommonJS and from an ES module", async () => {
        const program = `
            startEmulator({ seed: 7 }).then(async (emulator) => {
                const credentials = Buffer.from(emulator.cloudApiKey + ":" + emulator.cloudApiSecret).toString("base64");
                const reply = await fetch(emulator.url + "/org/v2/environments", { headers: { authorization: "Basic " + credentials } });
                console.log((await reply.json()).data.map(({ id }) => id).join());
                await emulator.close();
            });`;
        consumer.write(
            "program.cjs",
            `const { startEmulator } = require("confluent-cloud-emulator");${program}`,
        );
        consumer.write("program.mjs", `import { startEmulator } from "confluent-cloud-emulator";${program}`);
        expect(await consumer.node("program.cjs")).toBe("env-abc123,env-def456\n");
        expect(await consumer.node("program.mjs")).toBe("env-abc123,env-def456\n");
    });

    it("runs as npx confluent-cloud-emulator, and exits on SIGTERM", async () => {
        const child = spawn(
            process.execPath,
            [
                join(consumer.folder, "node_modules/.bin/confluent-cloud-emulator"),
                "--environment",
                "env-xyz789",
            ],
            { cwd: consumer.folder },
        );
        const ended = new Promise((done) => child.once("close", done));
        const line = await new Promise<string>((done) => child.stdout.setEncoding("utf8").once("data", done));
        const { url, environmentIds } = JSON.parse(line);
        expect(environmentIds).toEqual(["env-xyz789"]);
        expect((await fetch(`${url}/_emulator/state`)).status).toBe(200);
        child.kill("SIGTERM");
        expect(await ended).toBe(0);
        // npx executes the file directly.
        expect(readFileSync(consumer.path("main.js"), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    });

    it("has a README whose examples compile against the package's types, and run", async () => {
        const readme = readFileSync(consumer.path("README.md"), "utf8");
        const examples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
        expect(examples.length).toBeGreaterThanOrEqual(1);
        consumer.write(
            "tsconfig.json",
            JSON.stringify({
                compilerOptions: { strict: true, target: "es2022", module: "node16", types: ["node"] },
                include: ["*.mts"],
            }),
        );
        for (const [index, code] of examples.entries()) {
            consumer.write(`example${index}.mts`, code);
        }
        consumer.compile();
        for (const index of examples.keys()) {
            await consumer.node("--test", `example${index}.mjs`);
        }
    });

    it("has a README whose links work on the registry's page", () => {
        const readme = readFileSync(consumer.path("README.md"), "utf8");
        for (const [, target = ""] of readme.matchAll(/\]\(([^)]+)\)/g)) {
            const anchors = [...readme.matchAll(/^#+ (.*)$/gm)].map(
                ([, heading = ""]) =>
                    `#${heading
                        .toLowerCase()
                        .replace(/[^a-z0-9 -]/g, "")
                        .replaceAll(" ", "-")}`,
            );
            const isThere =
                target.startsWith("https://") ||
                anchors.includes(target) ||
                existsSync(consumer.path(target));
            expect([target, isThere]).toEqual([target, true]);
        }
    });
});
