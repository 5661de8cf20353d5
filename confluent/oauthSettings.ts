import { endpointProblem } from "./safeEndpoint";
import { Secret } from "./secret";

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

/**
 * Checks the fields of `confluentcloud:oauth`. `tokenFile` (CONFLUENT_FLINK_TOKEN_FILE) replaces
 * `oauthExternalAccessToken`, which may expire during a run. Throws an error that names the field and contains no
 * secret.
 */
export function readOauthSettings(value: unknown, tokenFile: string | undefined): OauthSettings {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw invalid(
            oauthKey,
            typeof value,
            "an object with oauthIdentityPoolId and a token or a token URL",
        );
    }
    const fields = value as Record<string, unknown>;
    for (const [name, given] of Object.entries(fields)) {
        if (!(oauthFields as readonly string[]).includes(name)) {
            throw invalid(`${oauthKey}.${name}`, "an unknown field", `one of ${oauthFields.join(", ")}`);
        }
        if (
            typeof given !== "string" &&
            !(name === "oauthStsTokenExpiredInSeconds" && typeof given === "number")
        ) {
            throw invalid(`${oauthKey}.${name}`, `a value of type ${typeof given}`, "a string");
        }
    }
    const text = (name: (typeof oauthFields)[number]): string | undefined =>
        fields[name] === undefined || fields[name] === "" ? undefined : String(fields[name]);
    const identityPoolId = text("oauthIdentityPoolId");
    if (identityPoolId === undefined || !/^pool-[A-Za-z0-9]+$/.test(identityPoolId)) {
        throw invalid(
            `${oauthKey}.oauthIdentityPoolId`,
            identityPoolId ?? "nothing",
            "the id of an identity pool such as pool-111aaa (confluent iam pool list)",
        );
    }
    const stsText = text("oauthStsTokenExpiredInSeconds");
    const stsLifeSeconds = stsText === undefined ? undefined : Number(stsText);
    if (
        stsLifeSeconds !== undefined &&
        !(Number.isInteger(stsLifeSeconds) && stsLifeSeconds >= 60 && stsLifeSeconds <= 900)
    ) {
        throw invalid(
            `${oauthKey}.oauthStsTokenExpiredInSeconds`,
            stsText ?? "",
            "whole seconds from 60 to 900",
        );
    }
    return { identityPoolId, source: readSource(text, tokenFile), stsLifeSeconds };
}

/**
 * The settings of `confluentcloud:oauth` from stack config, an object as JSON; undefined if not set. Throws if they
 * are incomplete, or if an API key is also set in the config or the environment.
 */
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
    const tokenUrl = text("oauthExternalTokenUrl");
    const clientId = text("oauthExternalClientId");
    const clientSecret = text("oauthExternalClientSecret");
    const client = {
        oauthExternalTokenUrl: tokenUrl,
        oauthExternalClientId: clientId,
        oauthExternalClientSecret: clientSecret,
    };
    const given = Object.entries(client).filter(([, field]) => field !== undefined);
    if (token !== undefined && given.length > 0) {
        throw invalid(
            oauthKey,
            `oauthExternalAccessToken and ${given.map(([name]) => name).join(", ")}`,
            "either a token or a token URL with client id and secret",
        );
    }
    if (given.length > 0) {
        const missing = Object.entries(client).find(([, field]) => field === undefined);
        if (missing) {
            throw invalid(
                `${oauthKey}.${missing[0]}`,
                "nothing",
                "oauthExternalTokenUrl, oauthExternalClientId and oauthExternalClientSecret together",
            );
        }
        const problem = endpointProblem(tokenUrl);
        if (problem) throw new Error(`${oauthKey}.oauthExternalTokenUrl: ${problem}`);
        return {
            kind: "client",
            tokenUrl: new URL(tokenUrl as string).href,
            clientId: clientId as string,
            clientSecret: new Secret(clientSecret as string),
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
