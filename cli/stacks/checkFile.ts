import { keyBesideOauth, mixedCredentials, oauthKey, readOauthSettings } from "../../confluent/oauthSettings";
import { endpointProblem } from "../../confluent/safeEndpoint";
import { type CheckedStackConfig, checkStackConfig } from "../../program/checkStackConfig";
import { closestName } from "../closestName";
import type { Project } from "./project";
import { containsEncrypted, encrypted, type LocatedMistake, type StackFile } from "./stackFile";

/** Settings of the official provider (`@pulumi/confluentcloud/config`), and of any Pulumi provider. */
export const providerKeys: readonly string[] = (
    "catalogRestEndpoint cloudApiKey cloudApiSecret endpoint environmentId flinkApiKey " +
    "flinkApiSecret flinkComputePoolId flinkPrincipalId flinkRestEndpoint kafkaApiKey kafkaApiSecret " +
    "kafkaId kafkaRestEndpoint maxRetries oauth organizationId schemaRegistryApiKey " +
    "schemaRegistryApiSecret schemaRegistryId schemaRegistryRestEndpoint tableflowApiKey " +
    "tableflowApiSecret userAgentSuffix version pluginDownloadURL"
).split(" ");

const fileKeys = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];
const secretOauthFields = ["oauthExternalAccessToken", "oauthExternalClientSecret"];

export interface CheckedFile {
    /** The parsed config; undefined if it has mistakes. */
    readonly shape: CheckedStackConfig | undefined;
    readonly mistakes: readonly LocatedMistake[];
}

/** Checks one stack file against the keys that Pulumi.yaml declares and the program's own rules. */
export function checkFile(file: StackFile, project: Project): CheckedFile {
    if (file.mistakes.length > 0) return { shape: undefined, mistakes: file.mistakes };
    // Pulumi ignores unknown keys. YAML files keep anchors under keys with `x-`.
    const mistakes = file.topKeys
        .filter((key) => !fileKeys.includes(key) && !key.startsWith("x-"))
        .map((key) => {
            const wanted = `one of ${fileKeys.join(", ")}${hint(key, fileKeys)}`;
            return file.mistakeAtTop(key, `${key}: an unknown key of a stack file, expected ${wanted}`);
        });
    const wrongKeys = new Set<string>();
    const note: Note = (path, message) => {
        mistakes.push(file.mistakeAt(path, message));
        wrongKeys.add(String(path[0]));
    };
    const plain = Object.entries(file.config).filter(([, value]) => !containsEncrypted(value));
    const shape = checkStackConfig(Object.fromEntries(plain), project.name);
    // What the program says of a value is more exact than its type in Pulumi.yaml.
    const refused = new Set(shape.mistakes.map(({ path }) => path[0]));
    for (const [key, value] of Object.entries(file.config))
        checkKey(key, value, project, refused.has(key), (message) => note([key], message));
    checkProviderSettings(file.config, note);

    // One mistake for each key is enough.
    const reported = new Set(wrongKeys);
    for (const { path, message } of shape.mistakes) if (!reported.has(path[0])) note(path, message);
    mistakes.sort((a, b) => a.line - b.line);
    return { shape: mistakes.length === 0 ? shape : undefined, mistakes };
}

type Note = (path: readonly (string | number)[], message: string) => void;

function checkKey(
    key: string,
    value: unknown,
    { name: project, declared }: Project,
    isRefused: boolean,
    note: (message: string) => void,
): void {
    const [namespace, name] = key.split(":", 2) as [string, string];
    if (namespace === project) {
        const names = [...declared.keys()];
        const type = declared.get(name);
        if (!declared.has(name))
            note(`${key}: an unknown key, expected one of ${names.join(", ")}${hint(name, names)}`);
        else if (containsEncrypted(value)) {
            note(
                `${key}: got an encrypted value, expected plain text: it is not a secret, and an encrypted value cannot be reviewed`,
            );
        } else if (!isRefused && type !== undefined && !hasType(value, type)) {
            const got = value === null ? "nothing" : JSON.stringify(value);
            note(`${key}: got ${got}, expected ${typeNames[type] ?? type}, as Pulumi.yaml declares it`);
        }
    } else if (namespace === "confluentcloud") {
        if (!providerKeys.includes(name))
            note(`${key}: an unknown setting of the confluentcloud provider${hint(name, providerKeys)}`);
        else if (/(Secret)$/.test(name) && value !== encrypted) {
            note(
                `${key}: got a secret in plain text, expected it encrypted: pulumi config set --secret ${key}. Create a new key, because this one is in a file`,
            );
        }
    } else {
        const meant = closestName(namespace, [project, "confluentcloud"]);
        if (meant) note(`${key}: an unknown namespace, did you mean ${meant}:${name}?`);
        else if (declared.has(name)) {
            note(
                `${key}: nothing reads this key, because this project's own config is ${project}:…; did you mean ${project}:${name}?`,
            );
        }
    }
}

function checkProviderSettings(config: Readonly<Record<string, unknown>>, note: Note): void {
    const endpointKey = "confluentcloud:endpoint";
    const endpoint = config[endpointKey];
    if (endpoint !== undefined && endpoint !== encrypted) {
        const problem = endpointProblem(endpoint);
        if (problem) note([endpointKey], `${endpointKey}: ${problem}`);
    }
    const oauth = config[oauthKey];
    if (oauth === undefined) return;
    const plainSecret = secretOauthFields.find((field) => typeof Object(oauth)[field] === "string");
    if (plainSecret) {
        const path = `${oauthKey}.${plainSecret}`;
        note(
            [oauthKey, plainSecret],
            `${path}: got a secret in plain text, expected it encrypted: pulumi config set --secret --path ${path}`,
        );
        return;
    }
    try {
        // A pipeline may set the token only for its own run.
        if (oauth !== encrypted) readOauthSettings(withPlaceholders(oauth), "set by the pipeline");
    } catch (error) {
        const { message } = error as Error;
        const field = /^confluentcloud:oauth\.(\w+)/.exec(message)?.[1];
        note(field ? [oauthKey, field] : [oauthKey], message);
        return;
    }
    const other = keyBesideOauth((key) => config[key], {});
    if (other) note([other], mixedCredentials(other));
}

/** The types that Pulumi.yaml may declare. */
const typeNames: Readonly<Record<string, string>> = {
    string: "a string",
    boolean: "true or false",
    integer: "a whole number",
    number: "a number",
    array: "a list",
    object: "an object",
};

function hasType(value: unknown, type: string): boolean {
    if (type === "integer") return Number.isInteger(value);
    if (type === "array") return Array.isArray(value);
    if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
    return typeof value === type;
}

function hint(name: string, known: readonly string[]): string {
    const meant = closestName(name, known);
    return meant ? `; did you mean ${meant}?` : "";
}

const placeholders: Readonly<Record<string, string>> = {
    oauthIdentityPoolId: "pool-000",
    oauthExternalTokenUrl: "https://encrypted",
    oauthStsTokenExpiredInSeconds: "900",
};

/** Puts a placeholder of the right shape into each encrypted field, so that the other fields are checked. */
function withPlaceholders(oauth: unknown): unknown {
    if (typeof oauth !== "object" || oauth === null) return oauth;
    const fields = Object.entries(oauth).map(([name, value]) => [
        name,
        value === encrypted ? (placeholders[name] ?? "encrypted") : value,
    ]);
    return Object.fromEntries(fields);
}
