import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import type { Scenario } from "../scenario";

const repository = join(__dirname, "..", "..");
/** Limits, which the tests check as well. */
export const installLimits = { packages: 30, megabytes: 10, tarballKilobytes: 310 };

export const install: Scenario = {
    name: "install",
    title: "What npm install adds",
    async run({ report }) {
        report("npm pack");
        const tarball = pack();
        const added = packagesAddedHere();
        const bySize = added.toSorted((a, b) => b.bytes - a.bytes);
        // With the package itself.
        const total = added.reduce((sum, { bytes }) => sum + bytes, tarball.unpackedSize);
        const { packages, megabytes, tarballKilobytes } = installLimits;
        return {
            figures: [
                { name: "packages beside @pulumi/*", value: added.length + 1, unit: "", atMost: packages },
                { name: "size beside @pulumi/*", value: total / 1e6, unit: "MB", atMost: megabytes },
                {
                    name: "npm pack, compressed",
                    value: tarball.size / 1000,
                    unit: "kB",
                    atMost: tarballKilobytes,
                },
                { name: "npm pack, unpacked", value: tarball.unpackedSize / 1000, unit: "kB" },
                { name: "npm pack, files", value: tarball.files.length, unit: "" },
            ],
            notes: [
                "Counted in this repository's node_modules, with the versions of its lock file.",
                `Added: ${bySize.map(({ name }) => name).join(", ")}.`,
            ],
        };
    },
};

/** The fields of `npm pack --json` that are used here. Sizes are in bytes. */
interface Tarball {
    readonly size: number;
    readonly unpackedSize: number;
    readonly files: readonly { readonly path: string }[];
}

/** What `npm pack` makes of the present build. */
export function pack(): Tarball {
    const printed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--dry-run"], {
        cwd: repository,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
    });
    return JSON.parse(printed)[0];
}

/** A package in an installation. */
interface InstalledPackage {
    /** `axios` */
    readonly name: string;
    /** Size of its files, without packages that are nested in it. */
    readonly bytes: number;
}

/** The packages that this package's dependencies add to Pulumi's SDK, in this repository's node_modules. */
export function packagesAddedHere(): InstalledPackage[] {
    const { dependencies, peerDependencies } = JSON.parse(
        readFileSync(join(repository, "package.json"), "utf8"),
    );
    const added = addedPackages(repository, Object.keys(dependencies), Object.keys(peerDependencies));
    return added.filter(({ name }) => !name.startsWith("@pulumi/"));
}

interface LockedPackage {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The packages that `dependencies` add to an installation in `folder` that already has `base`. */
export function addedPackages(
    folder: string,
    dependencies: readonly string[],
    base: readonly string[],
): InstalledPackage[] {
    const lock = readFileSync(join(folder, "node_modules", ".package-lock.json"), "utf8");
    const locked: Record<string, LockedPackage> = JSON.parse(lock).packages;
    /** Like Node.js: in the folder's own node_modules, then in those of its parents. */
    const resolve = (name: string, from: string): string | undefined => {
        const path = join(from, "node_modules", name);
        if (path in locked) return path;
        return from === ""
            ? undefined
            : resolve(name, from.slice(0, Math.max(0, from.lastIndexOf("/node_modules/"))));
    };
    const collect = (names: readonly string[], from: string, found: Set<string>): Set<string> => {
        for (const name of names) {
            const path = resolve(name, from);
            // Optional dependencies may be missing.
            if (path === undefined || found.has(path)) continue;
            found.add(path);
            const { dependencies: direct, optionalDependencies } = locked[path] as LockedPackage;
            collect(Object.keys({ ...direct, ...optionalDependencies }), path, found);
        }
        return found;
    };
    const inBase = collect(base, "", new Set());
    return [...collect(dependencies, "", new Set())]
        .filter((path) => !inBase.has(path))
        .map((path) => ({
            name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
            bytes: bytesIn(join(folder, path)),
        }));
}

function bytesIn(folder: string): number {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((path) => !path.split(sep).includes("node_modules"))
        .map((path) => statSync(join(folder, path)))
        .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
