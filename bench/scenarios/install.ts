import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addedPackages, type InstalledPackage, installedPackages, isPulumiOwn } from "../installedPackages";
import type { Measurement, Scenario } from "../scenario";

const repository = join(__dirname, "..", "..");
/** Limits, which the tests check as well. */
export const installLimits = { packages: 30, megabytes: 10, tarballKilobytes: 310 };

export const install: Scenario = {
    name: "install",
    title: "What npm install adds",
    async run({ report }) {
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-bench-"));
        try {
            report("npm pack");
            const tarball = pack(folder);
            report("npm install, without and with this package");
            const { added, notes } = installOrWalk(folder, tarball.file);
            return describe(tarball, added, notes);
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    },
};

export interface Tarball {
    readonly file: string;
    readonly packedBytes: number;
    readonly unpackedBytes: number;
    readonly files: readonly string[];
}

/** Packs the present build with `npm pack`, into `folder`. Without a folder: a dry run. */
export function pack(folder?: string): Tarball {
    const destination = folder === undefined ? ["--dry-run"] : ["--pack-destination", folder];
    const printed = npm(repository, ["pack", "--json", "--ignore-scripts", ...destination]);
    const [{ filename, size, unpackedSize, files }] = JSON.parse(printed);
    return {
        file: join(folder ?? "", filename),
        packedBytes: size,
        unpackedBytes: unpackedSize,
        files: files.map(({ path }: { path: string }) => path),
    };
}

/** The packages that this package's dependencies add to Pulumi's SDK, in this repository's node_modules. */
export function packagesAddedHere(): InstalledPackage[] {
    const { dependencies, peerDependencies } = readPackage();
    return addedPackages(repository, Object.keys(dependencies), Object.keys(peerDependencies)).filter(
        (found) => !isPulumiOwn(found),
    );
}

interface PackageJson {
    readonly version: string;
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
}

function readPackage(): PackageJson {
    return JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
}

/** Installs into an empty program with Pulumi's SDK. If npm cannot install, uses this repository's node_modules. */
function installOrWalk(folder: string, tarball: string): { added: InstalledPackage[]; notes: string[] } {
    const sdk = readPackage().devDependencies["@pulumi/pulumi"];
    const consumer = join(folder, "consumer");
    mkdirSync(consumer);
    writeFileSync(join(consumer, "package.json"), '{ "name": "consumer", "private": true }\n');
    try {
        npm(consumer, ["install", ...installFlags, `@pulumi/pulumi@${sdk}`]);
        const before = new Set(installedPackages(consumer).map(({ path }) => path));
        npm(consumer, ["install", ...installFlags, tarball]);
        const added = installedPackages(consumer).filter(({ path }) => !before.has(path));
        return { added: added.filter((found) => !isPulumiOwn(found)), notes: [] };
    } catch (error) {
        const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
        return {
            added: packagesAddedHere(),
            notes: [
                `npm install failed (${why}), so packages were counted in this repository's node_modules, without the package itself.`,
            ],
        };
    }
}

const installFlags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];

function npm(cwd: string, args: readonly string[]): string {
    return execFileSync("npm", [...args], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

function describe(
    tarball: Tarball,
    added: readonly InstalledPackage[],
    notes: readonly string[],
): Measurement {
    const bySize = [...added].sort((a, b) => b.bytes - a.bytes);
    const total = added.reduce((sum, { bytes }) => sum + bytes, 0);
    return {
        figures: [
            {
                name: "packages beside @pulumi/*",
                value: added.length,
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
        notes: [...notes, `Added: ${bySize.map(({ name }) => name).join(", ")}.`],
    };
}
