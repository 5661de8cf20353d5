// The manifests for the Pulumi Kubernetes Operator, checked by this project's own rules and by the operator's CRD schema. The
// schema is in no package registry: CONFLUENT_FLINK_OPERATOR_CRDS names the folder deploy/crds of the operator's
// repository (v2.8.0 or newer). Not proven here: what the operator does with them.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { parse, parseAllDocuments } from "yaml";
import { findProject, listStacks } from "../../cli/stacks/project";

interface Manifest {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace?: string };
    spec: Record<string, unknown> & { stack: string };
}

const folder = join(__dirname, "../../deploy/pulumi-operator");
const manifests = readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .flatMap((name) =>
        parseAllDocuments(readFileSync(join(folder, name), "utf8")).map((document) => ({
            name,
            manifest: document.toJS() as Manifest,
        })),
    );
const stacks = manifests.filter(({ manifest }) => manifest.kind === "Stack").map(({ manifest }) => manifest);
const crds = process.env.CONFLUENT_FLINK_OPERATOR_CRDS;
const crdFile = crds === undefined ? undefined : join(crds, "pulumi.com_stacks.yaml");
const hasCrd = crdFile !== undefined && existsSync(crdFile);
if (!hasCrd)
    process.stdout.write(
        "Skipped: the operator's CRD schema, because CONFLUENT_FLINK_OPERATOR_CRDS names no folder with pulumi.com_stacks.yaml.\n",
    );

/** The container of the CronJob. */
function wakeContainer(): { command: string[]; args: string[] } {
    const job = manifests.find(({ manifest }) => manifest.kind === "CronJob")?.manifest as unknown as {
        spec: {
            jobTemplate: {
                spec: { template: { spec: { containers: { command: string[]; args: string[] }[] } } };
            };
        };
    };
    const [container] = job.spec.jobTemplate.spec.template.spec.containers;
    if (container === undefined) throw new Error("wake.yaml has no container");
    return container;
}

describe("deploy/pulumi-operator", () => {
    it("declares a Stack and a second one that only previews the same deployment", () => {
        expect(stacks.map(({ metadata, spec }) => [metadata.name, spec.preview === true])).toEqual([
            ["flink-prod-drift", true],
            ["flink-prod", false],
        ]);
        const same = [
            "stack",
            "projectRepo",
            "branch",
            "backend",
            "secretsProvider",
            "envRefs",
            "serviceAccountName",
        ];
        const [twin, stack] = stacks as [Manifest, Manifest];
        for (const field of same) expect([field, twin.spec[field]]).toEqual([field, stack.spec[field]]);
    });

    it("deploys the same commit repeatedly, because a rotation can be due without a new commit", () => {
        for (const { spec } of stacks) {
            expect(spec.continueResyncOnCommitMatch).toBe(true);
            expect(spec.resyncFrequencySeconds).toBeGreaterThanOrEqual(60);
            expect(spec.refresh).toBe(true);
        }
    });

    it("destroys if the Stack is deleted, but not if the one that only previews is deleted", () => {
        for (const { spec } of stacks) expect(spec.destroyOnFinalize).toBe(spec.preview !== true);
    });

    it("names existing stack files, and has names of at most 42 characters", () => {
        const known = listStacks(findProject(join(__dirname, "../.."))).map(({ stack }) => stack);
        for (const { metadata, spec } of stacks) {
            expect(known).toContain(spec.stack);
            expect(metadata.name.length).toBeLessThanOrEqual(42);
        }
    });

    it("contains only references to secrets, and takes the stack's encryption key from the state", () => {
        for (const { spec } of stacks) {
            const references = spec.envRefs as Record<string, { type: string; literal?: { value: string } }>;
            const { PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: fallback, ...others } = references;
            expect(fallback).toEqual({ type: "Literal", literal: { value: "true" } });
            for (const { type } of Object.values(others)) expect(type).toBe("Secret");
            expect(spec).not.toHaveProperty("secrets");
            expect(spec).not.toHaveProperty("envSecrets");
        }
    });

    it("warns that the operator writes outputs in plain text", () => {
        expect(readFileSync(join(folder, "stack.yaml"), "utf8")).toMatch(/secrets in plain text/);
    });

    it("requests an update of Stalled stacks, and of no others", async () => {
        const asked: string[] = [];
        const conditions = (type: string, status: string) => ({ status: { conditions: [{ type, status }] } });
        const items = [
            { metadata: { name: "flink-prod" }, ...conditions("Stalled", "True") },
            { metadata: { name: "flink-dev" }, ...conditions("Stalled", "False") },
            { metadata: { name: "flink-test" }, ...conditions("Ready", "True") },
            { metadata: { name: "flink-new" } },
        ];
        const server = createServer(async (request, answer) => {
            let body = "";
            for await (const part of request) body += String(part);
            const isKnown = request.headers.authorization === "Bearer pod-token";
            asked.push(`${request.method} ${request.url} ${request.headers["content-type"]} ${body}`);
            answer.writeHead(isKnown ? 200 : 401).end(JSON.stringify(isKnown ? { items } : {}));
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-wake-"));
        try {
            const { port } = server.address() as AddressInfo;
            const run = async (token: string): Promise<{ code: number | null; said: string }> => {
                writeFileSync(join(folder, "token"), `${token}\n`);
                const env = {
                    KUBERNETES_API: `http://127.0.0.1:${port}`,
                    NAMESPACE: "flink-access",
                    TOKEN_FILE: join(folder, "token"),
                };
                const { command, args } = wakeContainer();
                const child = spawn(process.execPath, [...command.slice(1), ...args], { env });
                let said = "";
                for (const stream of [child.stdout, child.stderr])
                    stream.on("data", (text) => (said += String(text)));
                return new Promise((resolve) => child.once("close", (code) => resolve({ code, said })));
            };
            expect(await run("pod-token")).toEqual({ code: 0, said: "flink-prod: stalled, woken\n" });
            const path = "/apis/pulumi.com/v1/namespaces/flink-access/stacks";
            expect(asked).toEqual([
                expect.stringContaining(`GET ${path} `),
                expect.stringMatching(
                    new RegExp(
                        `^PATCH ${path}/flink-prod application/merge-patch\\+json .*"pulumi.com/reconciliation-request":"wake 2`,
                    ),
                ),
            ]);
            const refused = await run("another");
            expect([refused.code, refused.said]).toEqual([1, expect.stringContaining("401")]);
        } finally {
            server.close();
            rmSync(folder, { recursive: true, force: true });
        }
    });

    it("allows the CronJob to list and patch stacks, and nothing else", () => {
        const role = manifests.find(({ manifest }) => manifest.kind === "Role")?.manifest as unknown as {
            rules: unknown;
        };
        expect(role.rules).toEqual([
            { apiGroups: ["pulumi.com"], resources: ["stacks"], verbs: ["list", "patch"] },
        ]);
    });

    (hasCrd ? it : it.skip)("matches the operator's CRD schema", () => {
        const crd = parse(readFileSync(crdFile as string, "utf8")) as {
            spec: { versions: { name: string; schema: { openAPIV3Schema: object } }[] };
        };
        const schema = crd.spec.versions.find(({ name }) => name === "v1")?.schema.openAPIV3Schema;
        // Unknown fields are errors here. The API server would drop them silently.
        const strict = (node: unknown): unknown => {
            if (typeof node !== "object" || node === null) return node;
            if (Array.isArray(node)) return node.map(strict);
            const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, strict(value)]));
            const isOpen =
                copy["x-kubernetes-preserve-unknown-fields"] === true || "additionalProperties" in copy;
            return "properties" in copy &&
                typeof copy.properties === "object" &&
                copy.type === "object" &&
                !isOpen
                ? { ...copy, additionalProperties: false }
                : copy;
        };
        const validate = new Ajv({ strict: false, validateFormats: false, logger: false }).compile({
            ...(strict(schema) as object),
            additionalProperties: true,
        });
        for (const { kind, apiVersion, spec, metadata } of stacks) {
            // The CRD describes metadata only as an object; the API server validates it.
            const isValid = validate({ kind, apiVersion, spec });
            expect([metadata.name, isValid ? [] : validate.errors]).toEqual([metadata.name, []]);
            expect(validate({ kind, apiVersion, spec: { ...spec, resyncFrequency: 60 } })).toBe(false);
        }
    });
});
