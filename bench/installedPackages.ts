import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** A package in an installation. */
export interface InstalledPackage {
    /** `axios` */
    readonly name: string;
    /** Its path in the installation, which differs for two versions of one package: `node_modules/axios`. */
    readonly path: string;
    /** Size of its files, without packages that are nested in it. */
    readonly bytes: number;
}

interface LockedPackage {
    readonly link?: boolean;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * The packages that `dependencies` add to an installation in `folder` that already has `base`. Resolves dependencies
 * through node_modules like npm.
 */
export function addedPackages(
    folder: string,
    dependencies: readonly string[],
    base: readonly string[],
): InstalledPackage[] {
    const locked = readLock(folder);
    const inBase = closure(locked, base);
    return [...closure(locked, dependencies)]
        .filter((path) => !inBase.has(path))
        .map((path) => measurePackage(folder, path));
}

/** Whether the package is `@pulumi/…`: the SDK, or an official provider. */
export function isPulumiOwn({ name }: InstalledPackage): boolean {
    return name.startsWith("@pulumi/");
}

function readLock(folder: string): Record<string, LockedPackage> {
    return JSON.parse(readFileSync(join(folder, "node_modules", ".package-lock.json"), "utf8")).packages;
}

function closure(locked: Readonly<Record<string, LockedPackage>>, names: readonly string[]): Set<string> {
    const found = new Set<string>();
    const visit = (name: string, from: string): void => {
        const path = resolveFrom(locked, name, from);
        // Optional dependencies may be missing.
        if (path === undefined || found.has(path)) return;
        found.add(path);
        const { dependencies = {}, optionalDependencies = {} } = locked[path] as LockedPackage;
        for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) visit(next, path);
    };
    for (const name of names) visit(name, "");
    return found;
}

/** Finds a package like Node.js: in the folder's own node_modules, then in those of its parents. */
function resolveFrom(
    locked: Readonly<Record<string, LockedPackage>>,
    name: string,
    from: string,
): string | undefined {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
        const path = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
        if (path in locked) return path;
        if (folder === "") return undefined;
    }
}

function measurePackage(folder: string, path: string): InstalledPackage {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    return { name, path, bytes: bytesIn(join(folder, path)) };
}

function bytesIn(folder: string): number {
    const size = (entry: Dirent): number => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return entry.name === "node_modules" ? 0 : bytesIn(path);
        return entry.isFile() ? statSync(path).size : 0;
    };
    return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => sum + size(entry), 0);
}
