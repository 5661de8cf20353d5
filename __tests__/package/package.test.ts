// The packed package in an empty project with only its declared dependencies. Not proven here: that a registry has these
// dependencies, and that an engine deploys the program (npm run test:consumers).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { providerLine } from "../../components/flinkApiKey";
import { startEmulator } from "../../emulator";
import { DynamicProviderProcess, emulatorConfig } from "../plugin/dynamicProviderProcess";
import { Consumer } from "./consumer";

jest.setTimeout(60_000);

/** From Pulumi's TypeScript template (`pulumi new typescript`). */
const tsconfig = {
    compilerOptions: {
        strict: true,
        outDir: "bin",
        target: "es2020",
        module: "commonjs",
        moduleResolution: "node",
        // TypeScript 6 requires this for the deprecated setting above. Earlier versions do not have it.
        ignoreDeprecations: "6.0",
        sourceMap: true,
        experimentalDecorators: true,
        pretty: true,
        noFallthroughCasesInSwitch: true,
        noImplicitReturns: true,
        forceConsistentCasingInFileNames: true,
        types: ["node"],
    },
    files: ["index.ts"],
};

const program = `
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess, type FlinkAccessArgs, FlinkApiKey, type FlinkKey, type Principal } from "pulumi-confluent-flink";
import type { MockConfluentCloud } from "pulumi-confluent-flink/testing";

const principal: Principal = { displayName: "orders" };
const args: FlinkAccessArgs = { environmentId: "env-abc123", regions: ["aws.us-east-2", "gcp.us-east1"], principal };
const access = new FlinkAccess("analytics", args);

const key = new FlinkApiKey("single", {
    owner: access.principalId,
    environmentId: "env-abc123",
    cloud: "azure",
    region: "eastus2",
    readiness: { timeout: "90s", unreachable: "fail" },
});
// @ts-expect-error: a key opens one region, which has to be named.
export const withoutRegion = () => new FlinkApiKey("k", { owner: "sa-111aaa", environmentId: "env-abc123", cloud: "aws" });

const first: FlinkKey | undefined = access.keys["aws.us-east-2"];
export const deploymentsOf = (cloud: MockConfluentCloud): number => cloud.resources.length;
export const principalId: pulumi.Output<string> = access.principalId;
export const apiKey: pulumi.Output<string> = key.apiKey;
export const apiSecret: pulumi.Output<string> | undefined = first?.apiSecret;
`;

/** Runs the program with the package's mocks, and prints the registered resources. */
const underMocks = `
const { MockConfluentCloud } = require("pulumi-confluent-flink/testing");
const cloud = new MockConfluentCloud();
cloud.deploy(() => require("./bin/index.js"), { project: "consumer", stack: "dev" }).then(({ outputs, secretOutputs }) => {
    const declared = cloud.resources.map(({ type, name, inputs }) => ({ type, name, provider: inputs.__provider }));
    console.log(JSON.stringify({ outputs, secretOutputs, account: cloud.serviceAccounts[0].id, declared }));
});
`;

let consumer: Consumer;

beforeAll(async () => {
    consumer = await Consumer.install();
});

afterAll(() => consumer?.remove());

describe("the package", () => {
    it("contains the library, the provider and the command, and nothing that only this repository needs", () => {
        const files = consumer.files();
        const places = new Set(
            files.map((file) =>
                file
                    .split("/")
                    .slice(0, file.startsWith("dist/") ? 2 : 1)
                    .join("/"),
            ),
        );
        expect([...places].sort()).toEqual([
            "CHANGELOG.md",
            "LICENSE",
            "README.md",
            "dist/cli",
            "dist/components",
            "dist/confluent",
            "dist/plugin",
            // The check of a stack's config, which the command uses.
            "dist/program",
            "dist/provider",
            "dist/testing",
            "dist/types",
            "docs",
            "package.json",
        ]);
        expect(
            files.filter((file) => /emulator|demo|bench|__tests__|stacks\/Pulumi|\.tsbuildinfo/.test(file)),
        ).toEqual([]);
        process.stderr.write(
            `Packed: ${Math.round(consumer.packedBytes / 1024)} KB, ${files.length} files\n`,
        );
    });

    it("has all files in its package.json", () => {
        const { main, types, bin = {}, exports } = consumer.package;
        const targets = Object.values(exports).flatMap((target) =>
            typeof target === "string" ? [target] : Object.values(target),
        );
        const files = new Set(consumer.files());
        const missing = [main, types, ...Object.values(bin), ...targets]
            .map((target) => target.replace(/^\.\//, ""))
            .filter((target) => !files.has(target));
        expect(missing).toEqual([]);
    });

    it("has one declaration file for each entry point, with comments, and no others", () => {
        const declared = consumer.files().filter((file) => file.endsWith(".d.ts"));
        expect(declared).toEqual(["dist/types/index.d.ts", "dist/types/testing.d.ts"]);
        const types = readFileSync(consumer.path("dist/types/index.d.ts"), "utf8");
        expect(types).toContain("/** The environment that the keys give access to: `env-abc123`. */");
        for (const file of declared)
            expect(readFileSync(consumer.path(file), "utf8")).not.toMatch(/from ['"]\./);
    });

    it("has every document that its messages name, except those marked as the repository's", () => {
        const named = consumer
            .files()
            // It names files of the repository, including sources, for readers of the register.
            .filter((file) => /^dist\/.*(?<!\/assumptions)\.js$/.test(file))
            .flatMap((file) => {
                const { code } = transformSync(readFileSync(consumer.path(file), "utf8"), {
                    minifyWhitespace: true,
                    legalComments: "none",
                });
                return [...code.matchAll(/\b(docs\/[a-zA-Z/.-]+\.(?:md|json))( in the repository)?/g)]
                    .filter(([, , isElsewhere]) => isElsewhere === undefined)
                    .map(([, document]) => document as string);
            });
        const documents = consumer.files().filter((file) => file.startsWith("docs/"));
        expect([...new Set(named)].sort()).toEqual(documents);
    });

    it("starts its commands with only its declared dependencies", async () => {
        for (const path of Object.values(consumer.package.bin ?? {})) {
            expect(await consumer.node(consumer.path(path), "--help")).toContain("Usage:");
        }
    });
});

describe("a program of Pulumi's TypeScript template", () => {
    beforeAll(() => {
        consumer.write("package.json", JSON.stringify({ name: "consumer", private: true }));
        consumer.write("tsconfig.json", JSON.stringify(tsconfig));
        consumer.write("index.ts", program);
        consumer.write("underMocks.js", underMocks);
        consumer.compile();
    });

    it("compiles with the published types, which report a missing region, and runs with mocks", async () => {
        const said = (await consumer.node("underMocks.js")).split("\n").at(-2) as string;
        const { outputs, secretOutputs, account, declared } = JSON.parse(said);
        expect(outputs.principalId).toBe(account);
        expect(secretOutputs).toEqual(["apiSecret"]);
        const names = declared.map(
            ({ type, name }: Record<string, string>) => `${type?.split(":").at(-1)} ${name}`,
        );
        expect(names.sort()).toEqual([
            "FlinkAccess analytics",
            "FlinkApiKey analytics-aws.us-east-2",
            "FlinkApiKey analytics-gcp.us-east1",
            "FlinkApiKey single",
            "RoleBinding analytics-OrganizationAdmin",
            "ServiceAccount analytics-account",
        ]);
        const lines = declared.map(({ provider }: { provider?: string }) => provider).filter(Boolean);
        expect(lines).toEqual([providerLine, providerLine, providerLine]);
    });
});

describe("the provider line in a consumer's folder", () => {
    it("loads the installed package, and creates a usable key", async () => {
        const resolved = await consumer.node(
            "-p",
            'require("module").createRequire(process.cwd() + "/").resolve("pulumi-confluent-flink/provider")',
        );
        expect(resolved.trim()).toBe(consumer.path(join("dist", "provider", "index.js")));

        const emulator = await startEmulator();
        const provider = await DynamicProviderProcess.start({
            cwd: consumer.folder,
            config: emulatorConfig(emulator),
        });
        try {
            const { outputs } = await provider.create({
                owner: "sa-000aaa",
                environmentId: "env-abc123",
                cloud: "aws",
                region: "us-east-2",
                displayName: "orders",
                description: "",
            });
            expect(outputs.status).toBe("ready");
            expect(provider.output).toBe("");
        } finally {
            await provider.close();
            await emulator.close();
        }
    });
});
