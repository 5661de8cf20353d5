// The short form of the benchmark: which packages the present build loads. Not proven here: how long that takes.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const repository = join(__dirname, "..", "..");

/** The packages that `code` loads, in a new process. */
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

it("loading the provider does not load the HTTP library, because a run without changes sends no request", () => {
    expect(packagesLoadedBy('require("pulumi-confluent-flink/provider");')).toEqual(["ms"]);
});

it("pulumi-confluent-flink --help loads neither Pulumi's SDK nor an HTTP library", () => {
    const main = JSON.stringify(join(repository, "dist", "cli", "main.js"));
    const loaded = packagesLoadedBy(
        `process.argv[1] = ${main}; process.argv[2] = "--help"; require(${main});`,
    );
    expect(loaded).toContain("commander");
    expect(loaded.filter((name) => name.startsWith("@pulumi/") || name === "axios")).toEqual([]);
});
