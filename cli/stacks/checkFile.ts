import { keyBesideOauth, mixedCredentials, oauthKey, readOauthSettings } from "../../confluent/oauthSettings";
import { endpointProblem } from "../../confluent/safeEndpoint";
import { type CheckedStackConfig, checkStackConfig } from "../../program/checkStackConfig";
import { closestName } from "../closestName";
import type { DeclaredKey, Project } from "./project";
import { encrypted, type LocatedMistake, type StackFile, topKeys } from "./stackFile";

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
    readonly file: StackFile;
    /** The parsed config; undefined if it has mistakes. */
    readonly shape: CheckedStackConfig | undefined;
    readonly mistakes: readonly LocatedMistake[];
}

/** Checks one stack file against the keys that Pulumi.yaml declares and the program's own rules. */
export function checkFile(stackFile: StackFile, project: Project): CheckedFile {
    if (stackFile.mistakes.length > 0)
        return { file: stackFile, shape: undefined, mistakes: stackFile.mistakes };
    const mistakes: LocatedMistake[] = [];
    const wrongKeys = new Set<string>();
    const note = (path: readonly (string | number)[], message: string): void => {
        mistakes.push({ file: stackFile.file, line: stackFile.lineOf(path), message });
        wrongKeys.add(String(path[0]));
    };
    for (const key of topKeys(stackFile)) {
        // Pulumi ignores unknown keys. YAML files keep anchors under keys with `x-`.
        if (fileKeys.includes(key) || key.startsWith("x-")) continue;
        const message = `${key}: an unknown key of a stack file, expected one of ${fileKeys.join(", ")}${hint(key, fileKeys)}`;
        mistakes.push({ file: stackFile.file, line: stackFile.lineOfTop(key), message });
    }
    const shape = checkStackConfig(withoutEncrypted(stackFile.config), project.name);
    // What the program says of a value is more exact than its type in Pulumi.yaml.
    const refused = new Set(shape.mistakes.map(({ path }) => path[0]));
    for (const [key, value] of Object.entries(stackFile.config))
        checkKey(key, value, project, refused.has(key), note);
    checkProviderSettings(stackFile.config, note);

    // One mistake for each key is enough.
    const reported = new Set(wrongKeys);
    for (const { path, message } of shape.mistakes) if (!reported.has(path[0])) note(path, message);
    mistakes.sort((a, b) => a.line - b.line);
    return { file: stackFile, shape: mistakes.length === 0 ? shape : undefined, mistakes };
}

type Note = (path: readonly (string | number)[], message: string) => void;

function checkKey(key: string, value: unknown, project: Project, isRefused: boolean, note: Note): void {
    const [namespace, name] = key.split(":", 2) as [string, string];
    if (namespace === project.name) {
        const declared = project.declared.get(name);
        if (declared === undefined) {
            const names = [...project.declared.keys()];
            note([key], `${key}: an unknown key, expected one of ${names.join(", ")}${hint(name, names)}`);
        } else if (containsEncrypted(value)) {
            note(
                [key],
                `${key}: got an encrypted value, expected plain text: it is not a secret, and an encrypted value cannot be reviewed`,
            );
        } else if (!isRefused) {
            const wanted = typeProblem(value, declared);
            if (wanted)
                note([key], `${key}: got ${describe(value)}, expected ${wanted}, as Pulumi.yaml declares it`);
        }
    } else if (namespace === "confluentcloud") {
        if (!providerKeys.includes(name)) {
            note(
                [key],
                `${key}: an unknown setting of the confluentcloud provider${hint(name, providerKeys)}`,
            );
        } else if (/(Secret)$/.test(name) && value !== encrypted) {
            note(
                [key],
                `${key}: got a secret in plain text, expected it encrypted: pulumi config set --secret ${key}. Create a new key, because this one is in a file`,
            );
        }
    } else {
        const known = [project.name, "confluentcloud"];
        const meant = closestName(namespace, known);
        if (meant) note([key], `${key}: an unknown namespace, did you mean ${meant}:${name}?`);
        else if (project.declared.has(name)) {
            note(
                [key],
                `${key}: nothing reads this key, because this project's own config is ${project.name}:…; did you mean ${project.name}:${name}?`,
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
    if (typeof oauth === "object" && oauth !== null) {
        const plainSecret = secretOauthFields.find(
            (field) => typeof (oauth as Record<string, unknown>)[field] === "string",
        );
        if (plainSecret) {
            const path = `${oauthKey}.${plainSecret}`;
            note(
                [oauthKey, plainSecret],
                `${path}: got a secret in plain text, expected it encrypted: pulumi config set --secret --path ${path}`,
            );
            return;
        }
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

/** The expected type, if the value has another one; undefined if it fits. */
function typeProblem(value: unknown, { type }: DeclaredKey): string | undefined {
    switch (type) {
        case "string":
            return typeof value === "string" ? undefined : "a string";
        case "boolean":
            return typeof value === "boolean" ? undefined : "true or false";
        case "integer":
            return Number.isInteger(value) ? undefined : "a whole number";
        case "number":
            return typeof value === "number" ? undefined : "a number";
        case "array":
            return Array.isArray(value) ? undefined : "a list";
        case "object":
            return typeof value === "object" && value !== null && !Array.isArray(value)
                ? undefined
                : "an object";
        default:
            return undefined;
    }
}

function describe(value: unknown): string {
    return value === undefined || value === null ? "nothing" : JSON.stringify(value);
}

function hint(name: string, known: readonly string[]): string {
    const meant = closestName(name, known);
    return meant ? `; did you mean ${meant}?` : "";
}

function containsEncrypted(value: unknown): boolean {
    if (value === encrypted) return true;
    return typeof value === "object" && value !== null && Object.values(value).some(containsEncrypted);
}

function withoutEncrypted(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(config).filter(([, value]) => !containsEncrypted(value)));
}

/** Puts a placeholder of the right shape into each encrypted field, so that the other fields are checked. */
function withPlaceholders(oauth: unknown): unknown {
    if (typeof oauth !== "object" || oauth === null) return oauth;
    const placeholder = (name: string): string =>
        ({
            oauthIdentityPoolId: "pool-000",
            oauthExternalTokenUrl: "https://encrypted",
            oauthStsTokenExpiredInSeconds: "900",
        })[name] ?? "encrypted";
    return Object.fromEntries(
        Object.entries(oauth).map(([name, value]) => [name, value === encrypted ? placeholder(name) : value]),
    );
}
