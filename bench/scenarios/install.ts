import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addedPackages, type InstalledPackage, isPulumiOwn } from "../installedPackages";
import type { Measurement, Scenario } from "../scenario";

const repository = join(__dirname, "..", "..");
/** Limits, which the tests check as well. */
export const installLimits = { packages: 30, megabytes: 10, tarballKilobytes: 310 };

export const install: Scenario = {
    name: "install",
    title: "What npm install adds",
    async run({ report }) {
        report("npm pack");
        return describe(pack(), packagesAddedHere());
    },
};

export interface Tarball {
    readonly packedBytes: number;
    readonly unpackedBytes: number;
    readonly files: readonly string[];
}

/** What `npm pack` makes of the present build. */
export function pack(): Tarball {
    const args = ["pack", "--json", "--ignore-scripts", "--dry-run"];
    const printed = execFileSync("npm", args, {
        cwd: repository,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
    });
    const [{ size, unpackedSize, files }] = JSON.parse(printed);
    return {
        packedBytes: size,
        unpackedBytes: unpackedSize,
        files: files.map(({ path }: { path: string }) => path),
    };
}

/** The packages that this package's dependencies add to Pulumi's SDK, in this repository's node_modules. */
export function packagesAddedHere(): InstalledPackage[] {
    const text = readFileSync(join(repository, "package.json"), "utf8");
    const { dependencies, peerDependencies } = JSON.parse(text);
    return addedPackages(repository, Object.keys(dependencies), Object.keys(peerDependencies)).filter(
        (found) => !isPulumiOwn(found),
    );
}

function describe(tarball: Tarball, added: readonly InstalledPackage[]): Measurement {
    const bySize = [...added].sort((a, b) => b.bytes - a.bytes);
    // With the package itself.
    const total = added.reduce((sum, { bytes }) => sum + bytes, tarball.unpackedBytes);
    return {
        figures: [
            {
                name: "packages beside @pulumi/*",
                value: added.length + 1,
                unit: "",
                atMost: installLimits.packages,
            },
            {
                name: "size beside @pulumi/*",
                value: total / 1e6,
                unit: "MB",
                atMost: installLimits.megabytes,
            },
            {
                name: "npm pack, compressed",
                value: tarball.packedBytes / 1000,
                unit: "kB",
                atMost: installLimits.tarballKilobytes,
            },
            { name: "npm pack, unpacked", value: tarball.unpackedBytes / 1000, unit: "kB" },
            { name: "npm pack, files", value: tarball.files.length, unit: "" },
        ],
        notes: [
            "Counted in this repository's node_modules, with the versions of its lock file.",
            `Added: ${bySize.map(({ name }) => name).join(", ")}.`,
        ],
    };
}
