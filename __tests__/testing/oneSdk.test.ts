// A program whose official package has another SDK than itself, in folders as npm lays them out. Not proven here: what such a program
// does without this check.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireOneSdk } from "../../testing/oneSdk";

let folder: string;

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "confluent-flink-sdk-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function install(path: string, version: string): void {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, "package.json"), JSON.stringify({ version }));
}

describe("requireOneSdk", () => {
    it("names both versions and where they are, if the official package has another one", () => {
        install("node_modules/@pulumi/pulumi", "3.248.0");
        install("node_modules/@pulumi/confluentcloud", "2.82.0");
        install("node_modules/@pulumi/confluentcloud/node_modules/@pulumi/pulumi", "3.230.0");
        expect(() => requireOneSdk(folder)).toThrow(
            /got 3\.248\.0 for the program \(.+\) and 3\.230\.0 for @pulumi\/confluentcloud \(.+confluentcloud.node_modules.+\), expected one version.+npm dedupe/,
        );
    });

    it("accepts one SDK for both, two copies of one version, and a program without the official package", () => {
        install("node_modules/@pulumi/pulumi", "3.248.0");
        expect(() => requireOneSdk(folder)).not.toThrow();
        install("node_modules/@pulumi/confluentcloud", "2.82.0");
        expect(() => requireOneSdk(folder)).not.toThrow();
        install("node_modules/@pulumi/confluentcloud/node_modules/@pulumi/pulumi", "3.248.0");
        expect(() => requireOneSdk(folder)).not.toThrow();
    });
});
