// How a stack's config is read (the rules for its values: oneVerdict.test.ts), and that Pulumi.yaml, the stack files and the program have the same keys. Not proven
// here: how Pulumi reads the config and applies defaults (the tests in __tests__/engine).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readStackConfig } from "../../program/readStackConfig";

const repository = join(__dirname, "..", "..");
const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";
const credentials = { CONFLUENT_CLOUD_API_KEY: "AAAABBBBCCCCDDDD", CONFLUENT_CLOUD_API_SECRET: sentinel };

type Config = Record<string, unknown>;

/** Reads a config as Pulumi passes it to a program: lists and objects as JSON, and keys with the project's namespace. */
function read(config: Config, env: NodeJS.ProcessEnv = credentials): ReturnType<typeof readStackConfig> {
    const text = Object.fromEntries(
        Object.entries({ environmentId: "env-abc123", regions: ["aws.us-east-2"], ...config })
            .filter(([, value]) => value !== undefined)
            .map(([key, value]) => [
                key.includes(":") ? key : `confluent-flink:${key}`,
                typeof value === "string" ? value : JSON.stringify(value),
            ]),
    );
    return readStackConfig((key) => text[key], env);
}

function readYaml(path: string): { config?: Record<string, unknown> } {
    return parse(readFileSync(join(repository, path), "utf8"));
}

describe("readStackConfig", () => {
    it("accepts a config with only the required keys", () => {
        expect(read({})).toEqual({ environmentId: "env-abc123", regions: ["aws.us-east-2"] });
    });

    it("normalises environment and regions", () => {
        expect(
            read({ environmentId: " ENV-ABC123 ", regions: ["AWS.us-east-2", "env-abc123.gcp.us-east1"] }),
        ).toEqual({
            environmentId: "env-abc123",
            regions: ["aws.us-east-2", "gcp.us-east1"],
        });
    });

    it("accepts no region: a principal with roles and no key", () => {
        expect(read({ regions: [] }).regions).toEqual([]);
    });

    it("grants what somebody wrote beside a statement runner", () => {
        const statementRunner = { kafkaClusterIds: ["lkc-abc123"] };
        expect(read({ statementRunner, roles: ["OrganizationAdmin"] }).roles).toEqual([
            "OrganizationAdmin",
            expect.objectContaining({ preset: "statementRunner" }),
        ]);
    });

    it("returns principal, roles and readiness unchanged", () => {
        const principal = { serviceAccountId: "sa-111aaa" };
        const readiness = { timeout: "10m", unreachable: "fail" };
        const roles = ["FlinkDeveloper"];
        expect(read({ principal, readiness, roles })).toMatchObject({ principal, readiness, roles });
    });

    it.each<[what: string, config: Config, message: string]>([
        ["a list that is missing", { regions: undefined }, "regions: got nothing, expected"],
        ["text for a list", { regions: "aws.us-east-2" }, 'regions: got "aws.us-east-2", expected'],
        ["text for an object", { readiness: "5m" }, 'readiness: got "5m", expected an object'],
        [
            "an existing owner without roles",
            { principal: { userId: "u-111aaa" } },
            "roles: got nothing, expected the roles",
        ],
    ])("refuses %s, naming the key with its namespace", (_what, config, message) => {
        expect(() => read(config)).toThrow(`confluent-flink:${message}`);
    });

    it.each<[what: string, config: Config, env: NodeJS.ProcessEnv, key: string]>([
        ["no credentials", {}, {}, "cloudApiKey"],
        ["a key without its secret", {}, { CONFLUENT_CLOUD_API_KEY: "AAAABBBBCCCCDDDD" }, "cloudApiSecret"],
        ["a secret without its key", {}, { CONFLUENT_CLOUD_API_SECRET: sentinel }, "cloudApiKey"],
        [
            "an empty key",
            { "confluentcloud:cloudApiKey": "" },
            { CONFLUENT_CLOUD_API_SECRET: sentinel },
            "cloudApiKey",
        ],
    ])("refuses %s, naming the key and both ways to give it", (_what, config, env, key) => {
        const attempt = (): unknown => read(config, env);
        expect(attempt).toThrow(
            `confluentcloud:${key}: got nothing, expected a Cloud API key and its secret: pulumi config set confluentcloud:cloudApiKey KEY; pulumi config set --secret confluentcloud:cloudApiSecret SECRET; or CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET in the environment`,
        );
        expect(attempt).not.toThrow(sentinel);
    });

    it("accepts credentials in the stack's config as well", () => {
        const config = {
            "confluentcloud:cloudApiKey": "AAAABBBBCCCCDDDD",
            "confluentcloud:cloudApiSecret": sentinel,
        };
        expect(read(config, {}).environmentId).toBe("env-abc123");
    });
});

describe("Pulumi.yaml", () => {
    const schema = readYaml("Pulumi.yaml").config as Record<
        string,
        { type: string; description?: string; default?: unknown }
    >;

    it("declares the keys that the program reads, and no others; roles, which may be absent, in a comment", () => {
        const asked = new Set<string>();
        const values: Record<string, string> = {
            "confluent-flink:environmentId": "env-abc123",
            "confluent-flink:regions": '["aws.us-east-2"]',
        };
        readStackConfig((key) => {
            asked.add(key);
            return values[key];
        }, credentials);
        const own = [...asked].filter((key) => key.startsWith("confluent-flink:"));
        expect(own.sort()).toEqual(
            [...Object.keys(schema), "roles"].map((key) => `confluent-flink:${key}`).sort(),
        );
        expect(readFileSync(join(repository, "Pulumi.yaml"), "utf8")).toMatch(/^ {4}# roles, a list /m);
    });

    it("describes each key with a type, and its defaults are valid", () => {
        for (const { type, description } of Object.values(schema)) {
            expect(["string", "array", "object", "boolean", "integer"]).toContain(type);
            expect(description).toMatch(/\S/);
        }
        const defaults = Object.fromEntries(
            Object.entries(schema).map(([key, { default: value }]) => [key, value]),
        );
        const { environmentId, regions, ...others } = defaults;
        expect([environmentId, regions]).toEqual([undefined, undefined]);
        expect(() => read(others)).not.toThrow();
    });
});

describe("the stack files", () => {
    const files = readdirSync(join(repository, "stacks")).filter((name) => /^Pulumi\..+\.yaml$/.test(name));

    it("exist for the demo, for one region and for several regions", () => {
        expect(files).toEqual(
            expect.arrayContaining(["Pulumi.demo.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"]),
        );
    });

    it.each(files)("%s is valid", (name) => {
        const { config = {} } = readYaml(join("stacks", name));
        const { "confluent-flink:regions": regions, ...others } = config;
        const access = read({ ...others, regions });
        expect(access.environmentId).toBe(config["confluent-flink:environmentId"]);
        expect(access.regions).toEqual(regions);
    });

    it.each(files)("%s contains no credentials in plain text", (name) => {
        const { config = {} } = readYaml(join("stacks", name));
        const inClear = Object.entries(config).filter(
            ([key, value]) => /secret|token/i.test(key) && typeof value === "string",
        );
        expect(inClear).toEqual([]);
    });
});
