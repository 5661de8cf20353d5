// The settings of `confluentcloud:oauth`, valid and invalid, as the provider, the program and the command read them. Not
// proven here: that the official provider rejects the same settings.
import { checkOauth, oauthFields, readOauthSettings } from "../../confluent/oauthSettings";
import { readStackConfig } from "../../program/readStackConfig";
import { readSettings } from "../../provider/providerCredentials";

const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";
const pool = { oauthIdentityPoolId: "pool-111aaa" };
const client = {
    oauthExternalTokenUrl: "https://example.okta.com/oauth2/v1/token",
    oauthExternalClientId: "pipeline",
    oauthExternalClientSecret: sentinel,
};

function settingOf(config: Record<string, unknown>): (key: string) => string | undefined {
    return (key) => {
        const value = config[key];
        return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
    };
}

describe("readOauthSettings", () => {
    it("accepts a token that was fetched before", () => {
        const settings = readOauthSettings({ ...pool, oauthExternalAccessToken: sentinel }, undefined);
        expect(settings.identityPoolId).toBe("pool-111aaa");
        expect(settings.source).toMatchObject({ kind: "token" });
        expect(settings.stsLifeSeconds).toBeUndefined();
        expect(JSON.stringify(settings)).not.toContain(sentinel);
    });

    it("prefers a token file to a token, which may expire during a run", () => {
        const settings = readOauthSettings({ ...pool, oauthExternalAccessToken: sentinel }, "/run/token");
        expect(settings.source).toEqual({ kind: "file", path: "/run/token" });
    });

    it("accepts client credentials with scope and lifetime, and prefers them to a token file", () => {
        const fields = {
            ...pool,
            ...client,
            oauthExternalTokenScope: "api://x/.default",
            oauthStsTokenExpiredInSeconds: "300",
        };
        for (const file of [undefined, "/run/token"]) {
            const { source, stsLifeSeconds } = readOauthSettings(fields, file);
            expect(source).toMatchObject({ kind: "client", clientId: "pipeline", scope: "api://x/.default" });
            expect(stsLifeSeconds).toBe(300);
        }
    });

    it.each<[what: string, value: unknown, message: string]>([
        ["text", sentinel, "confluentcloud:oauth: got string, expected an object"],
        [
            "no pool",
            client,
            "confluentcloud:oauth.oauthIdentityPoolId: got nothing, expected the id of an identity pool",
        ],
        [
            "neither token nor URL",
            pool,
            "confluentcloud:oauth: got neither a token nor a token URL, expected oauthExternalAccessToken, or",
        ],
        [
            "token and URL",
            { ...pool, ...client, oauthExternalAccessToken: sentinel },
            "confluentcloud:oauth: got oauthExternalAccessToken and oauthExternalTokenUrl, oauthExternalClientId, oauthExternalClientSecret",
        ],
        [
            "no client secret",
            { ...pool, ...client, oauthExternalClientSecret: undefined },
            "confluentcloud:oauth.oauthExternalClientSecret: got a value of type undefined",
        ],
        [
            "an empty client id",
            { ...pool, ...client, oauthExternalClientId: "" },
            "confluentcloud:oauth.oauthExternalClientId: got nothing, expected",
        ],
        [
            "no URL",
            { ...pool, ...client, oauthExternalTokenUrl: "okta" },
            "confluentcloud:oauth.oauthExternalTokenUrl: got a text that is not a URL, expected a URL",
        ],
        [
            "an unknown field",
            { ...pool, oauthToken: sentinel },
            "confluentcloud:oauth.oauthToken: got an unknown field, expected one of oauthIdentityPoolId",
        ],
        [
            "a life that is too long",
            { ...pool, ...client, oauthStsTokenExpiredInSeconds: "3600" },
            "confluentcloud:oauth.oauthStsTokenExpiredInSeconds: got 3600, expected whole seconds from 60 to 900",
        ],
    ])("rejects %s", (_what, value, message) => {
        expect(() => readOauthSettings(value, undefined)).toThrow(message);
        expect(() => readOauthSettings(value, undefined)).not.toThrow(sentinel);
    });

    it("has the fields of the official provider", () => {
        const declared = require("node:fs").readFileSync(
            require.resolve("@pulumi/confluentcloud/types/input.d.ts"),
            "utf8",
        );
        const body = /interface ProviderOauth \{([\s\S]*?)\n\}/.exec(declared)?.[1] ?? "";
        const fields = [...body.matchAll(/^ {4}(oauth\w+)\??:/gm)].map((match) => match[1]);
        expect([...oauthFields].sort()).toEqual(fields.sort());
    });
});

describe("checkOauth", () => {
    const oauth = { "confluentcloud:oauth": { ...pool, ...client } };

    it.each([
        [
            "a Cloud API key in the config",
            { "confluentcloud:cloudApiKey": "ABC" },
            {},
            "confluentcloud:cloudApiKey",
        ],
        [
            "a Cloud API key in the environment",
            {},
            { CONFLUENT_CLOUD_API_KEY: "ABC" },
            "CONFLUENT_CLOUD_API_KEY",
        ],
        ["a Flink API key in the environment", {}, { FLINK_API_SECRET: sentinel }, "FLINK_API_SECRET"],
        ["a Kafka API key in the environment", {}, { KAFKA_API_KEY: "ABC" }, "KAFKA_API_KEY"],
    ])("rejects %s in addition, like the official provider", (_what, config, env, name) => {
        expect(() => checkOauth(settingOf({ ...oauth, ...config }), env)).toThrow(
            `confluentcloud:oauth: got ${name} as well, expected one kind of credentials: remove ${name}, or confluentcloud:oauth`,
        );
    });

    it("is undefined if oauth is not set", () => {
        expect(checkOauth(settingOf({}), { CONFLUENT_CLOUD_API_KEY: "ABC" })).toBeUndefined();
    });
});

describe("readSettings and readStackConfig", () => {
    const stack = {
        "confluent-flink:environmentId": "env-abc123",
        "confluent-flink:regions": ["aws.us-east-2"],
    };
    const readers: [string, (config: Record<string, unknown>, env: NodeJS.ProcessEnv) => unknown][] = [
        ["the provider", (config, env) => readSettings(settingOf(config), env)],
        ["the program", (config, env) => readStackConfig(settingOf({ ...stack, ...config }), env)],
    ];

    it.each(readers)("%s accepts oauth without a Cloud API key", (_who, read) => {
        expect(() => read({ "confluentcloud:oauth": { ...pool, ...client } }, {})).not.toThrow();
        expect(() =>
            read({ "confluentcloud:oauth": pool }, { CONFLUENT_FLINK_TOKEN_FILE: "/run/token" }),
        ).not.toThrow();
    });

    it.each(readers)("%s rejects oauth together with a Cloud API key", (_who, read) => {
        const config = {
            "confluentcloud:oauth": { ...pool, ...client },
            "confluentcloud:cloudApiKey": "ABC",
        };
        expect(() => read(config, {})).toThrow("got confluentcloud:cloudApiKey as well");
    });

    it.each(readers)("%s mentions oauth if there are no credentials", (_who, read) => {
        expect(() => read({}, {})).toThrow(/without a key, (set )?confluentcloud:oauth/);
    });
});
