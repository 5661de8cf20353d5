// What previews say of a key, its provider for statements and what runs on it, step by step on a real engine with the
// emulator behind. Each test goes on from the one before. Not proven here: Confluent Cloud itself; the answers about the
// connection are fixed ones, for the emulator has none.
import { join } from "node:path";
import { credentialsOf } from "../../demo/engineHome";
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, keysInPlugin, PulumiProject, send, writes } from "./pulumiProject";

jest.setTimeout(180_000);

// Built: processes of Pulumi load it.
const { shiftedClock } = require(join(__dirname, "../../dist/demo/shiftedClock")) as {
    shiftedClock(byMs: number): Record<string, string>;
};

const stack = "previews";
const dayMs = 24 * 60 * 60 * 1000;
/** A window begins today, so the next one in 20 days. In all, less than 30 days pass: then Confluent Cloud deletes a statement that has ended. */
const anchor = new Date().toISOString().slice(0, 10);
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const program = `
const pulumi = require("@pulumi/pulumi");
const confluentcloud = require("@pulumi/confluentcloud");
const { FlinkAccess } = require("./components");
const config = new pulumi.Config("confluent-flink");
const environmentId = config.require("environmentId");
const region = config.require("region");
const access = new FlinkAccess("flink", {
    environmentId,
    regions: [{ name: "main", cloud: "aws", region }],
    roles: ["OrganizationAdmin"],
    rotation: {
        every: "20d",
        anchor: config.require("anchor"),
        stagger: "0s",
        overlap: config.require("overlap"),
        trigger: config.get("trigger"),
    },
});
const pool = new confluentcloud.FlinkComputePool("pool", {
    displayName: "pool", cloud: "AWS", region, maxCfu: 5, environment: { id: environmentId },
});
const provider = access.flinkProvider("main", { computePoolId: pool.id });
new confluentcloud.FlinkStatement("totals", {
    statement: "SELECT 1;", statementName: "totals", properties: { "sql.current-catalog": environmentId },
}, { provider });
new confluentcloud.FlinkConnection("model", {
    displayName: "model", type: "OPENAI", endpoint: "https://models.example.com", apiKey: "text",
}, { provider });
`;

interface Step {
    readonly op: string;
    readonly urn: string;
    readonly oldState?: { readonly inputs?: Record<string, unknown> };
    readonly newState?: { readonly inputs?: Record<string, unknown> };
}

/** What a preview knows of a key that is about to change; all else of its outputs is unknown. */
const knownOfKey = [
    "cloud",
    "description",
    "displayName",
    "environmentId",
    "overlap",
    "owner",
    "region",
    "restEndpoint",
    "rotationTrigger",
    "scope",
];

/**
 * What a preview shows as changed in the provider of statements if the key is not known. Of the plugin, all of `providerSettings` is
 * unknown then: it is a secret as a whole.
 */
const ofStatements = keysInPlugin
    ? [
          "environmentId",
          "flinkApiKey",
          "flinkApiSecret",
          "flinkPrincipalId",
          "flinkRestEndpoint",
          "organizationId",
      ]
    : ["flinkApiKey", "flinkApiSecret"];

describeWithEngine("previews of a FlinkAccess with statements", () => {
    let emulator: Emulator;
    let project: PulumiProject;
    let passedMs = 0;
    let steps: Step[];

    const configure = (settings: Record<string, string> = {}): void => {
        const all = { anchor, environmentId: "env-abc123", region: "us-east-2", overlap: "2d", ...settings };
        project.configure(
            stack,
            Object.fromEntries(
                Object.entries(all).map(([name, value]) => [`confluent-flink:${name}`, value]),
            ),
        );
    };
    const wait = (days: number): void => {
        passedMs += days * dayMs;
        emulator.clock.advance(days * dayMs);
    };
    const pulumi = async (...args: string[]): Promise<{ text: string; stdout: string }> => {
        const run = await project.run(stack, args, {
            ...credentialsOf(emulator),
            ...shiftedClock(passedMs),
        });
        if (run.code !== 0) throw new Error(`pulumi ${args.join(" ")}:\n${run.text}`);
        return run;
    };
    const preview = async (): Promise<void> => {
        const { stdout } = await pulumi("preview", "--json");
        steps = JSON.parse(stdout.slice(stdout.indexOf("{"))).steps;
    };
    const stepOf = (name: string): Step | undefined => steps.find(({ urn }) => urn.endsWith(`::${name}`));
    const opOf = (name: string): string | undefined => stepOf(name)?.op;
    const inputsOf = (name: string): Record<string, unknown> => stepOf(name)?.newState?.inputs ?? {};
    /** The names of inputs with a value that is known, which the preview shows as outputs too. */
    const knownOf = (name: string): string[] =>
        Object.entries(inputsOf(name))
            .filter(([input, value]) => !input.startsWith("__") && value !== unknown)
            .map(([input]) => input)
            .sort();
    const changedOf = (name: string): string[] => {
        const before = stepOf(name)?.oldState?.inputs ?? {};
        const after = inputsOf(name);
        return [...new Set([...Object.keys(before), ...Object.keys(after)])]
            .filter((input) => JSON.stringify(before[input]) !== JSON.stringify(after[input]))
            .sort();
    };
    const up = async (): Promise<void> => {
        emulator.journal.clear();
        await pulumi("up", "--yes", "--skip-preview");
    };
    const sqlWrites = (): string[] => writes(emulator).filter((write) => write.includes("/sql/v1/"));
    const keyIds = (): string[] =>
        emulator
            .state()
            .apiKeys.filter(({ seeded }) => !seeded)
            .map(({ id }) => id);
    const requests = (): string[] =>
        emulator.journal
            .entries()
            .map(({ method, path }) => `${method} ${path}`)
            .sort();

    /** Nothing of what runs on the key is replaced, and its `up` changes none of it. */
    const expectUntouched = async (...changedInputs: string[]): Promise<void> => {
        await preview();
        expect(opOf("flink-main")).toBe("update");
        expect(changedOf("flink-main")).toEqual(changedInputs);
        expect(knownOf("flink-main")).toEqual(knownOfKey);
        expect(changedOf("flink-main-statements")).toEqual(ofStatements);
        for (const name of ["totals", "model"]) {
            const { __defaults, ...before } = stepOf(name)?.oldState?.inputs ?? {};
            expect([name, opOf(name), inputsOf(name)]).toEqual([name, "update", before]);
        }
        await up();
        expect(sqlWrites()).toEqual([]);
    };

    beforeAll(async () => {
        emulator = await startEmulator();
        const connection = {
            name: "model",
            spec: { connection_type: "OPENAI", endpoint: "https://models.example.com" },
        };
        const path = "/sql/v1/**/connections";
        emulator.faults.add({ method: "POST", path, times: 0, action: { status: 201, body: connection } });
        const one = `${path}/model`;
        emulator.faults.add({
            method: "GET",
            path: one,
            times: 0,
            action: { status: 200, body: connection },
        });
        emulator.faults.add({ method: "DELETE", path: one, times: 0, action: { status: 202, body: {} } });
        project = new PulumiProject(emulator, program);
        await project.init(stack);
    });

    afterAll(async () => {
        project?.remove();
        await emulator?.close();
    });

    it("know scope and endpoint of the first key before its owner exists", async () => {
        configure();
        await preview();
        expect(knownOf("flink-main")).toEqual(knownOfKey.filter((name) => name !== "owner"));
        expect(inputsOf("flink-main")).toMatchObject({
            scope: "env-abc123.aws.us-east-2",
            restEndpoint: `${emulator.url}/flink/aws.us-east-2`,
        });
        expect(knownOf("flink-main-statements")).toEqual(
            keysInPlugin
                ? ["endpoint", "version"]
                : ["endpoint", "environmentId", "flinkRestEndpoint", "organizationId", "version"],
        );
        await up();
        expect(sqlWrites()).toHaveLength(2);
    });

    it("are empty if nothing changes, and ask only for the environment and the region", async () => {
        emulator.journal.clear();
        await pulumi("preview", "--expect-no-changes");
        expect(requests()).toEqual(["GET /org/v2/environments/env-abc123"]);
        emulator.journal.clear();
        await pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
        expect(requests()).toEqual(["GET /fcpm/v2/regions", "GET /org/v2/environments/env-abc123"]);
    });

    it("show a rotation by trigger as the trigger's change", async () => {
        configure({ trigger: "a text" });
        await expectUntouched("rotationTrigger");
        expect(inputsOf("flink-main").rotationTrigger).toMatch(/^\d{4}-\d{2}-\d{2} \+ a text$/);
        expect(keyIds()).toHaveLength(2);
    });

    it("show an overlap that changes as that change", async () => {
        configure({ trigger: "a text", overlap: "3d" });
        await expectUntouched("overlap");
        expect(writes(emulator)).toEqual([]);
    });

    it("show the end of an overlap as an update that changes no input", async () => {
        configure({ trigger: "a text", overlap: "3d" });
        wait(4);
        await expectUntouched();
        expect(keyIds()).toHaveLength(1);
    });

    it("show a rotation by window as the window's change, and the end of its overlap", async () => {
        wait(20);
        await expectUntouched("rotationTrigger");
        expect(keyIds()).toHaveLength(2);
        wait(4);
        await expectUntouched();
        expect(keyIds()).toHaveLength(1);
    });

    it("show a key renamed by hand as a rename, after a refresh has found it", async () => {
        const [id] = keyIds();
        await send(emulator, "PATCH", `/iam/v2/api-keys/${id}`, {
            body: { spec: { display_name: "by hand" } },
        });
        await pulumi("refresh", "--yes", "--skip-preview");
        // A refresh that finds a difference knows the inputs that Confluent Cloud has, which are without the overlap. The plugin keeps it.
        await expectUntouched("displayName", ...(keysInPlugin ? [] : ["overlap"]));
        expect(writes(emulator)).toEqual([`PATCH /iam/v2/api-keys/${id} 200`]);
    });

    it("are empty after a refresh with the remaining key", async () => {
        await pulumi("refresh", "--yes", "--skip-preview");
        await pulumi("preview", "--expect-no-changes");
    });

    it.each([
        ["region", { region: "us-east-1" }, "env-abc123.aws.us-east-1"],
        ["environment", { environmentId: "env-def456", region: "us-east-1" }, "env-def456.aws.us-east-1"],
    ])("show another %s as a replacement of key, provider and statement", async (_, settings, scope) => {
        configure({ trigger: "a text", overlap: "3d", ...settings });
        await preview();
        expect(inputsOf("flink-main").scope).toBe(scope);
        const names = ["flink-main", "flink-main-statements", "totals", "model"];
        expect(names.map((name) => [name, opOf(name)])).toEqual(names.map((name) => [name, "replace"]));
        await up();
        const kept = sqlWrites().filter((write) => write.includes("/statements"));
        expect(kept.map((write) => write.replace(/organizations\/[^/]+/, "organizations/…"))).toEqual([
            expect.stringMatching(/^DELETE .*\/statements\/totals 202$/),
            `POST /sql/v1/organizations/…/environments/${scope.split(".")[0]}/statements 201`,
        ]);
        expect(emulator.state().statements).toMatchObject([
            { environmentId: scope.split(".")[0], region: scope.slice(scope.indexOf(".") + 1) },
        ]);
        expect(keyIds()).toHaveLength(1);
    });

    it("leave nothing after destroy", async () => {
        await pulumi("destroy", "--yes", "--skip-preview");
        expect(keyIds()).toEqual([]);
        expect(emulator.state().statements).toEqual([]);
    });
});
