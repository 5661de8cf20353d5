// States from exported files and from the Pulumi CLI. With a real engine: a state that `pulumi` has imported, encrypted and
// exported again. Deployments are tested elsewhere.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseStackState } from "../../cli/report/stackState";
import { exportStackStates, readStackStateFiles, searchStackStates } from "../../cli/report/stackStates";
import type { PulumiRun } from "../../cli/runPulumi";
import { testSecret } from "./smallOrganization";
import { type StateKeySpec, stackExport } from "./stackExport";

const key: StateKeySpec = {
    resource: "flink-aws.us-east-2",
    apiKey: "ABCDEFGH12345678",
    scope: "env-abc123.aws.us-east-2",
    owner: "sa-111aaa",
    createdAt: "2026-08-01T00:00:00Z",
    description: "Pulumi confluent-flink/prod [pcf-1111111111111111]",
    rotatesAt: "2026-10-30T00:00:00Z",
    superseded: [{ apiKey: "OLDOLDOLD1234567", retireAt: "2026-08-08T00:00:00Z" }],
};

let folder: string;
beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "confluent-flink-states-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("parseStackState", () => {
    it("reads keys, superseded keys, the next rotation and role bindings", () => {
        const binding = { id: "rb-1", principal: "User:sa-111aaa", roleName: "FlinkDeveloper" };
        const state = parseStackState(stackExport("prod", [key], [binding]), "prod");
        expect(state.name).toBe("confluent-flink/prod");
        expect(state.roleBindings).toEqual([
            { id: "rb-1", principalId: "sa-111aaa", roleName: "FlinkDeveloper" },
        ]);
        expect(state.keys[0]).toMatchObject({
            resource: "flink-aws.us-east-2",
            rotatesAt: "2026-10-30T00:00:00Z",
            pendingDelete: false,
            apiSecret: undefined,
            state: { apiKey: key.apiKey, owner: "sa-111aaa", superseded: key.superseded },
        });
    });

    it("reads the keys of the plugin as those of a program in TypeScript", () => {
        const dynamic = JSON.stringify(stackExport("prod", [key]));
        const inPlugin = dynamic.replaceAll(
            "pulumi-nodejs:dynamic/confluent-flink:",
            "confluent-flink:index:",
        );
        expect(inPlugin).not.toBe(dynamic);
        expect(parseStackState(JSON.parse(inPlugin), "prod")).toEqual(
            parseStackState(JSON.parse(dynamic), "prod"),
        );
    });

    it("has no rotation if the stack sets none", () => {
        const { rotatesAt: _, ...without } = key;
        expect(parseStackState(stackExport("prod", [without]), "prod").keys[0]?.rotatesAt).toBeUndefined();
    });

    it("keeps a secret only as a value that no output shows", () => {
        const { keys } = parseStackState(stackExport("prod", [{ ...key, apiSecret: testSecret }]), "prod");
        expect(keys[0]?.apiSecret?.reveal()).toBe(testSecret);
        expect(JSON.stringify(keys)).not.toContain(testSecret);
    });

    it("ignores a resource whose key was never created", () => {
        const json = stackExport("prod", [key]) as { deployment: { resources: { outputs?: object }[] } };
        for (const resource of json.deployment.resources) delete resource.outputs;
        expect(parseStackState(json, "prod").keys).toEqual([]);
    });

    it("reads a stack that was never deployed as one without keys", () => {
        expect(parseStackState({ version: 3, deployment: { manifest: {} } }, "new")).toMatchObject({
            name: "new",
            keys: [],
            roleBindings: [],
            search: { mentions: [], encryptedResources: 0 },
        });
    });

    it("refuses what is not an exported stack", () => {
        expect(() => parseStackState({ keys: [] }, "other.json")).toThrow(
            "other.json: not an exported stack; write it with pulumi stack export --file FILE",
        );
    });
});

describe("readStackStateFiles", () => {
    it("reads files, and every .json of a folder", () => {
        writeFileSync(join(folder, "prod.json"), JSON.stringify(stackExport("prod", [key])));
        writeFileSync(join(folder, "dev.json"), JSON.stringify(stackExport("dev", [])));
        writeFileSync(join(folder, "notes.txt"), "no state");
        expect(readStackStateFiles([folder]).summaries).toEqual([
            {
                name: "confluent-flink/dev",
                state: "read",
                keys: 0,
                hasFile: null,
                interrupted: [],
                organizationId: null,
            },
            {
                name: "confluent-flink/prod",
                state: "read",
                keys: 1,
                hasFile: null,
                interrupted: [],
                organizationId: null,
            },
        ]);
    });

    it("reports a file that cannot be parsed as a gap, and quotes nothing from it", () => {
        writeFileSync(join(folder, "broken.json"), `{"secret": "${testSecret}", }`);
        const { gaps, summaries } = readStackStateFiles([join(folder, "broken.json")]);
        expect(summaries.map(({ state }) => state)).toEqual(["failed"]);
        expect(gaps[0]).toEqual({ subject: "stack", name: "broken", reason: "broken: not JSON" });
        expect(JSON.stringify(gaps)).not.toContain(testSecret);
    });

    it.each([
        ["none.json", "does not exist"],
        ["", "a folder without .json files"],
    ])("treats a path without an export as wrong usage: %j", (name, got) => {
        expect(() => readStackStateFiles([join(folder, name)])).toThrow(
            `(${got}), expected an exported state (pulumi stack export), or a folder of them`,
        );
    });
});

describe("exportStackStates", () => {
    const answer = (exitCode: number, stdout: string, stderr = ""): PulumiRun => ({
        exitCode,
        stdout,
        stderr,
    });

    it("exports each stack, at most four at a time, and keeps their order", async () => {
        let [underWay, most] = [0, 0];
        const stacks = Array.from({ length: 9 }, (_, i) => `stack-${i}`);
        const { summaries } = await exportStackStates(projectOf(folder), stacks, false, async (args) => {
            most = Math.max(most, ++underWay);
            await new Promise(setImmediate);
            underWay--;
            return answer(0, JSON.stringify(stackExport(args[3] as string, [])));
        });
        expect(most).toBe(4);
        expect(summaries.map(({ name }) => name)).toEqual(stacks.map((name) => `confluent-flink/${name}`));
    });

    it("exports secrets only to probe keys", async () => {
        const asked: string[] = [];
        const run = async (args: readonly string[]): Promise<PulumiRun> => {
            asked.push(args.join(" "));
            return answer(0, JSON.stringify(stackExport("prod", [])));
        };
        await exportStackStates(projectOf(folder), ["prod"], false, run);
        await exportStackStates(projectOf(folder), ["prod"], true, run);
        expect(asked).toEqual(["stack export --stack prod", "stack export --stack prod --show-secrets"]);
    });

    it("distinguishes a stack that the backend does not have from one that could not be read", async () => {
        const { summaries, gaps } = await exportStackStates(
            projectOf(folder),
            ["new", "locked"],
            false,
            async (args) =>
                args.includes("new")
                    ? answer(255, "", "error: no stack named 'new' found")
                    : answer(255, "", "error: failed to decrypt:\n  incorrect passphrase"),
        );
        expect(summaries.map(({ state }) => state)).toEqual(["absent", "failed"]);
        expect(gaps).toEqual([
            {
                subject: "stack",
                name: "confluent-flink/locked",
                reason: "incorrect passphrase (PULUMI_CONFIG_PASSPHRASE)",
            },
        ]);
    });

    const pulumi = spawnSync("pulumi", ["version"]).status === 0;
    (pulumi ? it : skipped("there is no pulumi on the PATH"))(
        "reads a stack from a real Pulumi backend, its secrets encrypted or in clear as asked for",
        async () => {
            const project = join(folder, "project");
            mkdirSync(join(folder, "backend"));
            mkdirSync(join(project, "stacks"), { recursive: true });
            writeFileSync(
                join(project, "Pulumi.yaml"),
                "name: confluent-flink\nruntime: nodejs\nstackConfigDir: stacks\n",
            );
            const env = {
                ...process.env,
                PULUMI_HOME: join(folder, "home"),
                PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
                PULUMI_CONFIG_PASSPHRASE: "of the tests",
                PULUMI_SKIP_UPDATE_CHECK: "true",
            };
            const run = async (args: readonly string[]): Promise<PulumiRun> => {
                const { status, stdout, stderr } = spawnSync("pulumi", [...args, "--non-interactive"], {
                    cwd: project,
                    env,
                    encoding: "utf8",
                });
                return answer(status ?? 1, stdout, stderr);
            };
            const must = (...args: string[]): void => {
                execFileSync("pulumi", [...args, "--non-interactive"], { cwd: project, env, stdio: "pipe" });
            };
            must("stack", "init", "prod");
            const empty = JSON.parse((await run(["stack", "export", "--stack", "prod"])).stdout);
            const wanted = stackExport("prod", [{ ...key, apiSecret: testSecret }]);
            const file = join(folder, "state.json");
            writeFileSync(file, JSON.stringify(withResourcesOf(empty, wanted)));
            must("stack", "import", "--stack", "prod", "--file", file);

            const closed = await exportStackStates(projectOf(project), ["prod", "never-made"], false, run);
            expect(closed.summaries).toEqual([
                { name: "confluent-flink/prod", state: "read", keys: 1 },
                { name: "confluent-flink/never-made", state: "absent", keys: 0 },
            ]);
            expect(closed.states[0]?.keys[0]).toMatchObject({
                rotatesAt: key.rotatesAt,
                apiSecret: undefined,
            });
            const open = await exportStackStates(projectOf(project), ["prod"], true, run);
            expect(open.states[0]?.keys[0]?.apiSecret?.reveal()).toBe(testSecret);
        },
        60_000,
    );
});

function projectOf(root: string): { root: string; name: string } {
    return { root, name: "confluent-flink" };
}

describe("parseStackState", () => {
    it("knows a rotation from whatever output has it in plain text, and says if all of them are encrypted", () => {
        const encrypted = {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            ciphertext: "v1:x",
        };
        const spec = {
            resource: "flink-aws.us-east-2",
            apiKey: "ABCDEFGH12345678",
            scope: "env-abc123.aws.us-east-2",
            owner: "sa-111aaa",
            createdAt: "2026-08-01T00:00:00Z",
            description: "",
        };
        const parsed = (rotatesAt: string | undefined, ofComponent: unknown, ofStack: unknown) => {
            const json = stackExport("prod", [{ ...spec, ...(rotatesAt && { rotatesAt }) }]) as {
                deployment: { resources: { type: string; outputs?: Record<string, unknown> }[] };
            };
            for (const resource of json.deployment.resources) {
                if (resource.type === "pulumi:pulumi:Stack") resource.outputs = { keys: ofStack };
                else if (ofComponent !== undefined && resource.outputs?.keys)
                    resource.outputs.keys = ofComponent;
            }
            const key = parseStackState(json, "prod").keys[0];
            return [key?.rotatesAt, key?.rotationIsHidden];
        };
        const at = "2026-10-30T00:00:00Z";
        expect(parsed(at, undefined, encrypted)).toEqual([at, false]);
        expect(parsed(undefined, undefined, encrypted)).toEqual([undefined, false]);
        expect(parsed(at, encrypted, encrypted)).toEqual([undefined, true]);
    });
});

describe("searchStackStates", () => {
    const answer = (stdout: unknown): PulumiRun => ({
        exitCode: 0,
        stdout: JSON.stringify(stdout),
        stderr: "",
    });
    const project = (name: string, ...stacks: string[]): string => {
        const root = join(folder, name);
        mkdirSync(root);
        writeFileSync(join(root, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
        for (const stack of stacks) writeFileSync(join(root, `Pulumi.${stack}.yaml`), "config: {}\n");
        return root;
    };

    it("reads stacks with a stack file and stacks that only the backend has, and shows where it searched", async () => {
        const asked: string[] = [];
        const found = await searchStackStates(
            { folders: [project("app", "prod")], backends: [], showSecrets: false },
            async (args) => {
                asked.push(args.join(" "));
                if (args[0] === "whoami") return answer({ user: "operator", url: "file:///srv" });
                if (args[1] === "ls") return answer([{ name: "organization/app/prod" }, { name: "old" }]);
                return answer(stackExport(args[3] as string, []));
            },
        );
        expect(found.summaries.map(({ name, state }) => `${name} ${state}`)).toEqual([
            "confluent-flink/prod read",
            "confluent-flink/old read",
        ]);
        expect(found.backends).toEqual([
            { kind: "pulumi", place: "file:///srv", user: "operator", project: "app" },
        ]);
        expect(found.summaries.map(({ hasFile }) => hasFile)).toEqual([true, false]);
        expect(asked).toContain("stack export --stack old");
        expect(found.gaps).toEqual([]);
    });

    it("reports a project of which no stack exists in any of the backends, and no other", async () => {
        const search = async (hasOne: boolean) =>
            searchStackStates(
                {
                    folders: [project(`p${hasOne}`, "dev", "prod")],
                    backends: ["file:///a", "file:///b"],
                    showSecrets: false,
                },
                async (args, _, variables) => {
                    if (args[0] === "whoami") return answer({ url: variables?.PULUMI_BACKEND_URL });
                    if (args[1] === "ls") return answer([]);
                    if (hasOne && args[3] === "dev" && variables?.PULUMI_BACKEND_URL === "file:///b")
                        return answer(stackExport("dev", []));
                    return { exitCode: 255, stdout: "", stderr: "error: no stack named 'x' found" };
                },
            );
        expect((await search(true)).gaps).toEqual([]);
        expect((await search(false)).gaps).toEqual([
            {
                subject: "stack",
                reason: "None of the 4 stacks of pfalse exists in file:///a, file:///b: nothing was deployed yet, or this is the wrong backend (pulumi whoami -v shows which one).",
            },
        ]);
    });

    it("reads everything but the secrets if they cannot be decrypted, and keeps the reason", async () => {
        const found = await searchStackStates(
            { folders: [project("app", "prod")], backends: [], showSecrets: true },
            async (args) => {
                if (args[1] === "ls" || args[0] === "whoami") return answer([]);
                return args.includes("--show-secrets")
                    ? {
                          exitCode: 255,
                          stdout: "",
                          stderr: "error: could not deserialize deployment: failed to decrypt: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE to the correct passphrase or set PULUMI_CONFIG_PASSPHRASE_FILE to a file",
                      }
                    : answer(stackExport("prod", []));
            },
        );
        expect(found.gaps).toEqual([]);
        expect(found.states.map(({ name, secretsProblem }) => [name, secretsProblem])).toEqual([
            ["confluent-flink/prod", "incorrect passphrase (PULUMI_CONFIG_PASSPHRASE)"],
        ]);
    });

    it("reads each project in each backend", async () => {
        const asked: string[] = [];
        const { backends } = await searchStackStates(
            {
                folders: [project("a", "x"), project("b", "x")],
                backends: ["file:///one", "file:///two"],
                showSecrets: true,
            },
            async (args, at, variables) => {
                if (args[1] === "export")
                    asked.push(`${at.split("/").at(-1)} ${variables?.PULUMI_BACKEND_URL}`);
                return args[1] === "ls" ? answer([]) : answer(stackExport("x", []));
            },
        );
        expect(asked).toEqual(["a file:///one", "a file:///two", "b file:///one", "b file:///two"]);
        expect(backends.map(({ place }) => place)).toEqual([
            "file:///one",
            "file:///two",
            "file:///one",
            "file:///two",
        ]);
    });

    it("reports a shared reason once, and a failed list only if nothing else failed", async () => {
        const none = await searchStackStates(
            { folders: [project("app", "dev", "prod")], backends: [], showSecrets: false },
            () => Promise.reject(new Error("There is no pulumi command on the PATH")),
        );
        expect(none.gaps).toEqual([
            { subject: "stack", name: "app/dev, app/prod", reason: "There is no pulumi command on the PATH" },
        ]);
        const refused = await searchStackStates(
            { folders: [project("named", "dev", "prod")], backends: [], showSecrets: false },
            async (args) =>
                args[1] === "export"
                    ? { exitCode: 255, stdout: "", stderr: `error: stack '${args[3]}' is locked` }
                    : answer([]),
        );
        expect(refused.gaps).toEqual([
            { subject: "stack", name: "named/dev, named/prod", reason: "stack 'dev' is locked" },
        ]);
        const unlisted = await searchStackStates(
            { folders: [project("other", "dev")], backends: [], showSecrets: false },
            async (args) =>
                args[1] === "ls"
                    ? { exitCode: 255, stdout: "", stderr: "error: 403" }
                    : answer(stackExport("dev", [])),
        );
        expect(unlisted.gaps).toEqual([
            { subject: "stack", reason: "The stacks of other could not be listed: 403" },
        ]);
    });
});

/** The engine's own manifest and secrets provider, with these resources and the fields that the engine requires. */
function withResourcesOf(empty: { deployment: object }, wanted: object): object {
    const { deployment } = wanted as { deployment: { resources: { type: string }[] } };
    const resources = deployment.resources.map((resource) => ({
        ...resource,
        custom: resource.type.startsWith("pulumi-nodejs:"),
    }));
    return { ...empty, deployment: { ...empty.deployment, resources } };
}

function skipped(reason: string): jest.It {
    process.stderr.write(`Skipped: ${reason}\n`);
    return it.skip;
}
