import { endpointProblem } from "./safeEndpoint";
import { Secret } from "./secret";
import { isObject } from "./valueRule";

/** How to obtain tokens of the company's identity provider, and the identity pool to use. */
export interface OauthSettings {
    /** `pool-111aaa` */
    readonly identityPoolId: string;
    /** Where external tokens come from. */
    readonly source: ExternalTokenSource;
    /** Requested life of Confluent's own token in seconds, at most 900. Default: Confluent's default, 900. */
    readonly stsLifeSeconds: number | undefined;
}

export type ExternalTokenSource =
    /** A token that the pipeline has fetched. */
    | { readonly kind: "token"; readonly token: Secret }
    /** A file that something else, such as a CI system, keeps up to date with a valid token. */
    | { readonly kind: "file"; readonly path: string }
    /** Client credentials at the identity provider's token URL. */
    | {
          readonly kind: "client";
          readonly tokenUrl: string;
          readonly clientId: string;
          readonly clientSecret: Secret;
          readonly scope: string | undefined;
      };

export const oauthKey = "confluentcloud:oauth";
/** The variable with the path for `kind: "file"`. The official provider has no such setting. */
export const tokenFileVariable = "CONFLUENT_FLINK_TOKEN_FILE";

/** The fields of `confluentcloud:oauth`, which are the official provider's. */
export const oauthFields = [
    "oauthIdentityPoolId",
    "oauthExternalAccessToken",
    "oauthExternalTokenUrl",
    "oauthExternalClientId",
    "oauthExternalClientSecret",
    "oauthExternalTokenScope",
    "oauthStsTokenExpiredInSeconds",
] as const;

/** Keys that exclude `confluentcloud:oauth`, in stack config and in the environment, as for the official provider. */
const excludedByOauth: readonly [configKey: string, variable: string][] = [
    ["cloudApiKey", "CONFLUENT_CLOUD_API_KEY"],
    ["cloudApiSecret", "CONFLUENT_CLOUD_API_SECRET"],
    ["kafkaApiKey", "KAFKA_API_KEY"],
    ["kafkaApiSecret", "KAFKA_API_SECRET"],
    ["schemaRegistryApiKey", "SCHEMA_REGISTRY_API_KEY"],
    ["schemaRegistryApiSecret", "SCHEMA_REGISTRY_API_SECRET"],
    ["flinkApiKey", "FLINK_API_KEY"],
    ["flinkApiSecret", "FLINK_API_SECRET"],
    ["tableflowApiKey", "TABLEFLOW_API_KEY"],
    ["tableflowApiSecret", "TABLEFLOW_API_SECRET"],
];

/** Checks the fields of `confluentcloud:oauth`. `tokenFile` replaces `oauthExternalAccessToken`, which may expire during a run. */
export function readOauthSettings(value: unknown, tokenFile: string | undefined): OauthSettings {
    if (!isObject(value)) {
        const wanted = "an object with oauthIdentityPoolId and a token or a token URL";
        throw invalid(oauthKey, typeof value, wanted);
    }
    for (const [name, given] of Object.entries(value)) {
        const path = `${oauthKey}.${name}`;
        if (!(oauthFields as readonly string[]).includes(name))
            throw invalid(path, "an unknown field", `one of ${oauthFields.join(", ")}`);
        const isSeconds = name === "oauthStsTokenExpiredInSeconds" && typeof given === "number";
        if (typeof given !== "string" && !isSeconds)
            throw invalid(path, `a value of type ${typeof given}`, "a string");
    }
    const text = (name: (typeof oauthFields)[number]): string | undefined =>
        value[name] === undefined || value[name] === "" ? undefined : String(value[name]);
    const identityPoolId = text("oauthIdentityPoolId") ?? "nothing";
    if (!/^pool-[A-Za-z0-9]+$/.test(identityPoolId)) {
        const wanted = "the id of an identity pool such as pool-111aaa (confluent iam pool list)";
        throw invalid(`${oauthKey}.oauthIdentityPoolId`, identityPoolId, wanted);
    }
    const seconds = text("oauthStsTokenExpiredInSeconds");
    if (seconds !== undefined && !(/^\d+$/.test(seconds) && Number(seconds) >= 60 && Number(seconds) <= 900))
        throw invalid(`${oauthKey}.oauthStsTokenExpiredInSeconds`, seconds, "whole seconds from 60 to 900");
    const stsLifeSeconds = seconds === undefined ? undefined : Number(seconds);
    return { identityPoolId, source: readSource(text, tokenFile), stsLifeSeconds };
}

/** The settings of `confluentcloud:oauth` from stack config; undefined if not set. Throws if an API key is set as well. */
export function checkOauth(
    setting: (key: string) => string | undefined,
    env: NodeJS.ProcessEnv,
): OauthSettings | undefined {
    const text = setting(oauthKey);
    if (!text) return undefined;
    const other = keyBesideOauth(setting, env);
    if (other) throw new Error(mixedCredentials(other));
    return readOauthSettings(parseObject(text), env[tokenFileVariable]);
}

/** A config key or environment variable that cannot be combined with `confluentcloud:oauth`. */
export function keyBesideOauth(
    setting: (key: string) => unknown,
    env: NodeJS.ProcessEnv,
): string | undefined {
    for (const [name, variable] of excludedByOauth) {
        if (setting(`confluentcloud:${name}`)) return `confluentcloud:${name}`;
        if (env[variable]) return variable;
    }
    return undefined;
}

/** The message for `keyBesideOauth`. */
export function mixedCredentials(other: string): string {
    return `${oauthKey}: got ${other} as well, expected one kind of credentials: remove ${other}, or ${oauthKey}`;
}

function readSource(
    text: (name: (typeof oauthFields)[number]) => string | undefined,
    tokenFile: string | undefined,
): ExternalTokenSource {
    const token = text("oauthExternalAccessToken");
    const client = {
        oauthExternalTokenUrl: text("oauthExternalTokenUrl"),
        oauthExternalClientId: text("oauthExternalClientId"),
        oauthExternalClientSecret: text("oauthExternalClientSecret"),
    };
    const names = Object.keys(client) as (keyof typeof client)[];
    const given = names.filter((name) => client[name] !== undefined);
    if (token !== undefined && given.length > 0) {
        const got = `oauthExternalAccessToken and ${given.join(", ")}`;
        throw invalid(oauthKey, got, "either a token or a token URL with client id and secret");
    }
    if (given.length > 0) {
        const missing = names.find((name) => client[name] === undefined);
        if (missing)
            throw invalid(
                `${oauthKey}.${missing}`,
                "nothing",
                "oauthExternalTokenUrl, oauthExternalClientId and oauthExternalClientSecret together",
            );
        const problem = endpointProblem(client.oauthExternalTokenUrl);
        if (problem) throw new Error(`${oauthKey}.oauthExternalTokenUrl: ${problem}`);
        return {
            kind: "client",
            tokenUrl: new URL(String(client.oauthExternalTokenUrl)).href,
            clientId: String(client.oauthExternalClientId),
            clientSecret: new Secret(String(client.oauthExternalClientSecret)),
            scope: text("oauthExternalTokenScope"),
        };
    }
    if (tokenFile) return { kind: "file", path: tokenFile };
    if (token !== undefined) return { kind: "token", token: new Secret(token) };
    throw invalid(
        oauthKey,
        "neither a token nor a token URL",
        `oauthExternalAccessToken, or oauthExternalTokenUrl with client id and secret, or a file named by ${tokenFileVariable}`,
    );
}

/** Text that is not JSON is not shown, because it may be a token. */
function parseObject(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

function invalid(name: string, got: string, wanted: string): Error {
    return new Error(`${name}: got ${got}, expected ${wanted}`);
}
