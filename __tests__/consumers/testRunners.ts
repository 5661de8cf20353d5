// `npm run test:runners`: installs the packed package and the newest vitest for this Node.js version in an empty project, and
// runs the tests of docs/guides/testing.md in each of vitest's pools, as CommonJS and as ES modules. It downloads from the npm
// registry, so it is not part of `npm test`, which uses jest and node:test (`__tests__/docs/testingGuide.test.ts`).
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { codeBlocks } from "../docs/codeBlocks";

const repository = join(__dirname, "..", "..");
const guide = readFileSync(join(repository, "docs/guides/testing.md"), "utf8");
const names = ["index.ts", "index.test.ts", "mistakes.test.ts"];
const vitest = Number(process.versions.node.split(".")[0]) >= 22 ? "latest" : "^3.2.7";
const folder = mkdtempSync(join(tmpdir(), "confluent-flink-runners-"));

function write(name: string, text: string): void {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
}

function run(command: string, ...args: string[]): void {
    execFileSync(command, args, { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
}

try {
    const packed = execFileSync(
        "npm",
        ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder],
        {
            cwd: repository,
            encoding: "utf8",
        },
    );
    const dependencies = {
        "@pulumi/pulumi": require("@pulumi/pulumi/package.json").version,
        "pulumi-confluent-flink": `file:${packed.trim().split("\n").at(-1)}`,
        vitest,
    };
    write("package.json", JSON.stringify({ private: true, dependencies }));
    run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts");
    for (const type of ["commonjs", "module"]) {
        write(`${type}/package.json`, JSON.stringify({ type }));
        for (const { text } of codeBlocks(guide)) {
            const name = names.find((one) => text.startsWith(`// ${one}\n`));
            const imports = name?.endsWith(".test.ts") ? 'import { expect, test } from "vitest";\n' : "";
            if (name !== undefined) write(`${type}/${name}`, imports + text);
        }
    }
    for (const pool of ["forks", "threads", "vmForks", "vmThreads"]) {
        process.stdout.write(`\n== vitest --pool=${pool}\n`);
        run(join(folder, "node_modules/.bin/vitest"), "run", `--pool=${pool}`);
    }
} finally {
    rmSync(folder, { recursive: true, force: true });
}
