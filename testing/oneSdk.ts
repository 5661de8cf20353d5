import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const sdk = "@pulumi/pulumi/package.json";

/**
 * Throws if the program in `folder` and the official package load different versions of the SDK: mocks that are set in one do not
 * reach the resources of the other.
 */
export function requireOneSdk(folder: string = process.cwd()): void {
    const ofProgram = createRequire(join(folder, "package.json"));
    const found = resolved(ofProgram, sdk);
    const official = resolved(ofProgram, "@pulumi/confluentcloud/package.json");
    const ofOfficial = official && resolved(createRequire(official), sdk);
    if (found === undefined || ofOfficial === undefined || versionOf(found) === versionOf(ofOfficial)) return;
    throw new Error(
        `MockConfluentCloud: @pulumi/pulumi: got ${versionOf(found)} for the program (${found}) and ${versionOf(ofOfficial)} for @pulumi/confluentcloud (${ofOfficial}), expected one version for both, because mocks set in one do not reach the other. Run npm dedupe, or set "overrides": { "@pulumi/pulumi": "${versionOf(found)}" } in package.json.`,
    );
}

function resolved(from: NodeJS.Require, path: string): string | undefined {
    try {
        return from.resolve(path);
    } catch {
        return undefined;
    }
}

function versionOf(file: string): string {
    return JSON.parse(readFileSync(file, "utf8")).version;
}
