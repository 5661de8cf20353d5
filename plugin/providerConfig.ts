import { createHash } from "node:crypto";
import { ConfluentApi } from "../confluent/confluentApi";
import { getOrganizationId } from "../confluent/organizations";
import { singleAttempt } from "../confluent/retry";
import { type CheckFailure, isUnknown } from "../provider/keyInputs";
import { type ReadSetting, readSettings } from "../provider/providerCredentials";
import type { Properties } from "./propertyValues";
import { providerSettings } from "./schema";

const prefix = "confluentcloud:";
const timeoutMs = 10_000;
/** What a check adds to the settings, so that another organization is noticed without any request in most runs. */
const added = ["organizationId", "credentials"];
/** What Pulumi itself keeps among the settings. */
const pulumis = ["version", "pluginDownloadURL", "parameterization"];

/** How the provider of dynamic resources is given its settings: `confluentcloud:cloudApiKey`. */
export function settingIn(settings: Properties): ReadSetting {
    return (key) => {
        const value = settings[key] ?? settings[key.replace(prefix, "")];
        // The SDKs send objects as JSON. Pulumi YAML and a state may have the object itself.
        return value === undefined || value === null || typeof value === "string"
            ? (value ?? undefined)
            : JSON.stringify(value);
    };
}

/**
 * The settings to store, with the id of their organization: it is looked up when the credentials are new, and left out on
 * failure.
 */
export async function checkConfig(
    urn: string,
    olds: Properties,
    news: Properties,
    env: NodeJS.ProcessEnv = process.env,
): Promise<{ settings: Properties; failures: CheckFailure[] }> {
    const failures = isDefault(urn) ? [] : misspelt(news);
    if (failures.length > 0 || Object.values(news).some(isUnknown)) return { settings: news, failures };
    // Where only FlinkAccess is used, nothing uses the default provider, and its address may be another one.
    if (isDefault(urn) && !hasSettings(news)) return { settings: news, failures };
    const credentials = markOf(news, env);
    const isSame = olds.credentials === credentials && typeof olds.organizationId === "string";
    const organizationId = isSame ? olds.organizationId : await organizationOf(news, env);
    return {
        settings: { ...news, ...(organizationId !== undefined && { organizationId, credentials }) },
        failures,
    };
}

/** What differs. Another organization replaces the provider, and the engine replaces its keys with it. */
export async function diffConfig(
    olds: Properties,
    news: Properties,
    env: NodeJS.ProcessEnv = process.env,
): Promise<{ changes: boolean; replaces: string[] }> {
    const isSame = settingsOf(olds) === settingsOf(news);
    const after = news.organizationId;
    if (isSame || typeof after !== "string") return { changes: !isSame, replaces: [] };
    // The provider of dynamic resources has no organization in its state. Without settings of its own, the credentials of that time
    // are not known.
    const before =
        olds.organizationId ?? (hasCredentials(olds) ? await organizationOf(olds, env) : undefined);
    return { changes: true, replaces: before === undefined || before === after ? [] : ["organizationId"] };
}

/** Whether the engine made the provider itself, from the config of this package. */
export function isDefault(urn: string): boolean {
    return /::default(_[\w.-]*)?$/.test(urn);
}

function misspelt(news: Properties): CheckFailure[] {
    const known = [...Object.keys(providerSettings), ...added, ...pulumis];
    const name = Object.keys(news).find((given) => !known.includes(given) && !given.startsWith("__"));
    if (name === undefined) return [];
    const wanted = Object.keys(providerSettings).join(", ");
    return [{ property: name, reason: `got a setting of this name, expected only ${wanted}` }];
}

/** Undefined if it cannot be found out: no credentials, no network, not permitted. */
async function organizationOf(settings: Properties, env: NodeJS.ProcessEnv): Promise<string | undefined> {
    try {
        const options = { ...readSettings(settingIn(settings), env), policy: singleAttempt, timeoutMs };
        return await getOrganizationId(new ConfluentApi(options));
    } catch {
        return undefined;
    }
}

function hasSettings(settings: Properties): boolean {
    return Object.keys(providerSettings).some((name) => settings[name] !== undefined);
}

function hasCredentials(settings: Properties): boolean {
    const setting = settingIn(settings);
    return ["cloudApiKey", "oauth"].some((name) => Boolean(setting(`${prefix}${name}`)));
}

/** Says whether two runs use the same credentials, without saying which. */
function markOf(settings: Properties, env: NodeJS.ProcessEnv): string {
    const setting = settingIn(settings);
    const key = setting(`${prefix}oauth`) ?? setting(`${prefix}cloudApiKey`) ?? env.CONFLUENT_CLOUD_API_KEY;
    const text = JSON.stringify([setting(`${prefix}endpoint`), key]);
    return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function settingsOf(settings: Properties): string {
    return JSON.stringify(
        Object.entries(settings)
            .filter(([name]) => name !== "version")
            .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
}
