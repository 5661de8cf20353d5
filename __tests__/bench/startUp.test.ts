// The short form of the benchmark: what is loaded, out of the build as it stands, never how long it takes.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const repository = join(__dirname, "..", "..");

/** Packages of which a file is loaded after `code`, in a process of its own. */
function packagesLoadedBy(code: string): string[] {
    const list =
        'process.on("exit", () => process.stdout.write("\\n" + JSON.stringify(Object.keys(require.cache))));';
    const printed = execFileSync(process.execPath, ["-e", `${list}${code}`], {
        cwd: repository,
        encoding: "utf8",
    });
    const files: string[] = JSON.parse(printed.slice(printed.lastIndexOf("\n")));
    expect(files.some((file) => file.startsWith(join(repository, "dist")))).toBe(true);
    return [
        ...new Set(
            files.flatMap((file) => /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1] ?? []),
        ),
    ];
}

beforeAll(() => {
    if (!existsSync(join(repository, "dist", "provider", "index.js"))) {
        throw new Error("dist/provider is missing: run npm run build first.");
    }
});

it("loading the provider does not load the HTTP library: a run that changes nothing needs none", () => {
    expect(packagesLoadedBy('require("pulumi-confluent-flink/provider");')).toEqual(["ms"]);
});

it("confluent-flink --help loads neither Pulumi's SDK nor an HTTP library", () => {
    const main = JSON.stringify(join(repository, "dist", "cli", "main.js"));
    const loaded = packagesLoadedBy(
        `process.argv[1] = ${main}; process.argv[2] = "--help"; require(${main});`,
    );
    expect(loaded).toContain("commander");
    expect(loaded.filter((name) => name.startsWith("@pulumi/") || name === "axios")).toEqual([]);
});
