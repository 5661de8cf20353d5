/**
 * What the types say while a program is written: right programs compile, wrong ones do not, and known names complete. The compiler
 * and its language service are asked. Not proven here: what the constructors say of values that are not literals.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const file = join(__dirname, "program.ts");
const prologue = `
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess, type FlinkAccessArgs, FlinkApiKey, type KnownRole, type Principal, rolePresets } from "../../components";
declare const text: string;
declare const texts: string[];
declare const ofAws: \`aws.\${string}\`;
declare const output: pulumi.Output<string>;
const environmentId = "env-abc123";
const regions = ["aws.us-east-2"] as const;
const access = new FlinkAccess("a", { environmentId, regions: ["aws.us-east-2", "GCP.us-east1", "env-abc123.azure.eastus2", { name: "pool", cloud: output, region: output }] });
const listed = new FlinkAccess("b", { environmentId, regions: texts });
`;

const right = {
    "regions as literals": `new FlinkAccess("x", { environmentId, regions: ["aws.us-east-2", "azure.new-region-9"] });`,
    "regions as a constant": `new FlinkAccess("x", { environmentId, regions }).keys["aws.us-east-2"].apiKey;`,
    "regions as plain strings": `new FlinkAccess("x", { environmentId, regions: [text, ...texts] }).keys[text]?.apiKey;`,
    "no regions": `new FlinkAccess("x", { environmentId, regions: [] });`,
    "a region made of a text": `new FlinkAccess("x", { environmentId, regions: [ofAws] }).keys[ofAws]?.apiKey;`,
    "whole scopes, in either case, and old environments": `new FlinkAccess("x", { environmentId, regions: ["env-abc123.aws.us-east-2", "AWS.us-east-1", "t36303.gcp.us-east1"] });`,
    "keys by the regions given": `access.keys["aws.us-east-2"].apiKey; access.keys["gcp.us-east1"].status; access.keys["azure.eastus2"].scope; access.keys.pool.apiSecret;`,
    "the other outputs by region": `access.restEndpoints["aws.us-east-2"].apply; access.apiKeyIds.pool.apply; access.scopes["gcp.us-east1"].apply; access.keyResources.pool.urn; access.environmentVariables.pool.apply;`,
    "a provider for a region": `access.flinkProvider("gcp.us-east1", { computePoolId: "lfcp-abc123" }); listed.flinkProvider(text, { computePoolId: output });`,
    "any access where one is wanted": `const all: FlinkAccess[] = [access, listed]; const [one]: readonly FlinkAccess[] = all;`,
    "arguments with their type": `const args: FlinkAccessArgs = { environmentId: output, regions: texts, roles: ["FlinkDeveloper"] }; new FlinkAccess("x", args);`,
    "known roles, alone and in a list": `new FlinkAccess("x", { environmentId, regions, roles: "FlinkAdmin" }); new FlinkAccess("x", { environmentId, regions, roles: ["FlinkDeveloper", "OrganizationAdmin"] });`,
    "roles from config": `new FlinkAccess("x", { environmentId, regions, roles: new pulumi.Config().requireObject<KnownRole[]>("roles") });`,
    "a role that Confluent adds later, at its scope": `new FlinkAccess("x", { environmentId, regions, roles: [{ roleName: "FlinkObserver", crnPattern: output }, rolePresets.selfAssigner()] });`,
    "each kind of principal": `const all: Principal[] = [{}, { displayName: text }, { serviceAccountId: output }, { userId: text }, { stack: "org/project/base" }];`,
    "adoption of a region's key": `new FlinkAccess("x", { environmentId, regions, adopt: { "aws.us-east-2": { apiKey: text, apiSecret: output } } });`,
    "a cloud that is an output": `new FlinkApiKey("x", { owner: output, environmentId, cloud: output, region: output });`,
} as const;

const wrong = {
    "a region without its cloud": [
        `new FlinkAccess("x", { environmentId, regions: ["us-east-2"] });`,
        "us-east-2",
    ],
    "one of two regions without its cloud": [
        `new FlinkAccess("x", { environmentId, regions: ["aws.us-east-2", "us-east1"] });`,
        "us-east1",
    ],
    "a cloud without Flink": [
        `new FlinkAccess("x", { environmentId, regions: ["ibm.us-east"] });`,
        "ibm.us-east",
    ],
    "a scope without its cloud": [
        `new FlinkAccess("x", { environmentId, regions: ["env-abc123.us-east-2"] });`,
        "env-abc123.us-east-2",
    ],
    "a constant region of another shape": [
        `const other = ["us-east-2"] as const; new FlinkAccess("x", { environmentId, regions: other });`,
        "us-east-2",
    ],
    "the key of a region that was not given": [`access.keys["aws.us-west-2"];`, "aws.us-west-2"],
    "a key by no region's name": [`access.keys["nope"];`, "nope"],
    "another output of a region that was not given": [`access.restEndpoints["nope"];`, "nope"],
    "a provider for a region that was not given": [
        `access.flinkProvider("nope", { computePoolId: text });`,
        "nope",
    ],
    "a role that does not exist": [
        `new FlinkAccess("x", { environmentId, regions, roles: ["FlinkDev"] });`,
        "FlinkDev",
    ],
    "a role that needs a scope": [
        `new FlinkAccess("x", { environmentId, regions, roles: ["DeveloperRead"] });`,
        "DeveloperRead",
    ],
    "a role without its scope": [
        `new FlinkAccess("x", { environmentId, regions, roles: [{ roleName: "FlinkDeveloper" }] });`,
        "crnPattern",
    ],
    "both ids of an existing principal": [
        `const both: Principal = { serviceAccountId: "sa-111aaa", userId: "u-111aaa" };`,
        "userId",
    ],
    "an existing principal with a new one's name": [
        `new FlinkAccess("x", { environmentId, regions, principal: { userId: "u-111aaa", displayName: "flink" } });`,
        "displayName",
    ],
    "adoption for a region that was not given": [
        `new FlinkAccess("x", { environmentId, regions, adopt: { "gcp.us-east1": { apiKey: text, apiSecret: text } } });`,
        "gcp.us-east1",
    ],
    "an unknown word of readiness": [
        `new FlinkAccess("x", { environmentId, regions, readiness: { unreachable: "ignore" } });`,
        "ignore",
    ],
    "a misspelt argument": [
        `new FlinkAccess("x", { environmentId, regions, role: ["FlinkDeveloper"] });`,
        "role",
    ],
} as const;

const settings = ts.parseJsonConfigFileContent(
    ts.readConfigFile("tsconfig.json", ts.sys.readFile).config,
    ts.sys,
    ".",
).options;
let content = prologue;
let version = 0;
const service = ts.createLanguageService({
    getCompilationSettings: () => ({ ...settings, composite: false, incremental: false, noEmit: true }),
    getScriptFileNames: () => [file],
    getScriptVersion: (name) => (name === file ? String(version) : "1"),
    getScriptSnapshot: (name) => {
        if (name === file) return ts.ScriptSnapshot.fromString(content);
        return ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(readFileSync(name, "utf8")) : undefined;
    },
    getCurrentDirectory: () => process.cwd(),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
});

jest.setTimeout(120_000);

/** What the compiler says of each program: the text of each error, with the words that it underlines. All are checked at once. */
function errorsOf(programs: Readonly<Record<string, string>>): Map<string, string[]> {
    const errors = new Map<string, string[]>();
    const ends: [end: number, what: string][] = [];
    content = prologue;
    for (const [what, program] of Object.entries(programs)) {
        content += `{ ${program} }\n`;
        ends.push([content.length, what]);
        errors.set(what, []);
    }
    version += 1;
    const found = [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)];
    for (const { messageText, start = 0, length = 0 } of found) {
        const [, what = ""] = start < prologue.length ? [] : (ends.find(([end]) => start < end) ?? []);
        const text = ts.flattenDiagnosticMessageText(messageText, "\n");
        errors.set(what, [...(errors.get(what) ?? []), `${content.slice(start, start + length)}: ${text}`]);
    }
    return errors;
}

/** What an editor offers at the mark `|`. */
function completions(program: string): string[] {
    content = prologue + program.replace("|", "");
    version += 1;
    const at = prologue.length + program.indexOf("|");
    return service.getCompletionsAtPosition(file, at, {})?.entries.map(({ name }) => name) ?? [];
}

describe("a program", () => {
    let errors: Map<string, string[]>;

    beforeAll(() => {
        const refused = Object.entries(wrong).map(([what, [program]]) => [what, program]);
        errors = errorsOf({ ...right, ...Object.fromEntries(refused) });
    });

    it("compiles with what is before all others", () => expect(errors.get("")).toBeUndefined());

    it.each(Object.keys(right))("compiles with %s", (what) => expect(errors.get(what)).toEqual([]));

    it.each(Object.entries(wrong))("does not compile with %s", (what, [, place]) => {
        const found = errors.get(what) ?? [];
        expect(found).toHaveLength(1);
        expect(found[0]).toContain(place);
    });

    it("completes the known roles, by name and in a scope", () => {
        const known = ["FlinkAdmin", "FlinkDeveloper", "EnvironmentAdmin", "OrganizationAdmin"];
        expect(completions(`new FlinkAccess("x", { environmentId, regions, roles: ["|"] });`)).toEqual(
            expect.arrayContaining(known),
        );
        const atScope = completions(
            `new FlinkAccess("x", { environmentId, regions, roles: [{ roleName: "|", crnPattern: text }] });`,
        );
        expect(atScope).toEqual(expect.arrayContaining([...known, "DeveloperRead"]));
    });

    it("completes the regions given in the outputs by region", () => {
        expect(completions(`access.keys["|"];`).sort()).toEqual([
            "aws.us-east-2",
            "azure.eastus2",
            "gcp.us-east1",
            "pool",
        ]);
    });

    it("completes the clouds of a key", () => {
        expect(
            completions(`new FlinkApiKey("x", { owner: text, environmentId, cloud: "|", region: text });`),
        ).toEqual(expect.arrayContaining(["aws", "azure", "gcp"]));
    });
});
