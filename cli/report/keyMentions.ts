import { isKeyType } from "../../components/keyType";
import { signatureKey } from "../../provider/secretOutput";

/** The id of a key in a resource of a stack's state, other than this package's own resources. */
export interface Mention {
    readonly apiKey: string;
    /** `kubernetes:core/v1:Secret flink-aws-us-east-2` */
    readonly resource: string;
    /** `stringData.FLINK_API_KEY` */
    readonly property: string;
    /** True for a stack output. */
    readonly isStackOutput: boolean;
}

export interface MentionSearch {
    readonly mentions: readonly Mention[];
    /** Number of resources with encrypted values, which were not searched. */
    readonly encryptedResources: number;
}

/** A resource in an exported stack. */
export interface StoredResource {
    readonly urn: string;
    readonly type?: string;
    readonly id?: string;
    readonly delete?: boolean;
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
}

const accessType = "confluent-flink:index:FlinkAccess";
const keyId = /(?<![A-Z0-9])[A-Z0-9]{16}(?![A-Z0-9])/g;

/**
 * Finds everything in these resources that looks like the id of an API key: as plain text, inside a longer text, or in
 * base64 as in Kubernetes Secrets. The caller must check which ones are keys.
 */
export function searchKeyMentions(resources: readonly StoredResource[]): MentionSearch {
    const found = new Map<string, Mention>();
    let encryptedResources = 0;
    for (const { urn, type = "", delete: pending, inputs, outputs } of resources) {
        if (pending || isKeyType(type) || type === accessType) continue;
        const name = urn.split("::").at(-1) ?? "";
        const isStackOutput = type === "pulumi:pulumi:Stack";
        let hasEncrypted = false;
        const note = (apiKey: string, property: string): void => {
            const resource = isStackOutput
                ? "stack output"
                : `${type.replace(/^pulumi:pulumi:/, "")} ${name}`;
            found.set(`${apiKey} ${urn} ${property}`, { apiKey, resource, property, isStackOutput });
        };
        const search = (value: unknown, path: readonly string[]): void => {
            if (typeof value === "string") {
                for (const id of idsIn(value)) note(id, path.join("."));
                return;
            }
            if (typeof value !== "object" || value === null) return;
            if (signatureKey in value) {
                const { plaintext } = value as { plaintext?: unknown };
                if (typeof plaintext === "string") search(parsed(plaintext), path);
                else if ("ciphertext" in value) hasEncrypted = true;
                return;
            }
            for (const [key, inner] of Object.entries(value)) {
                // These contain ids of keys that the resource does not use.
                if (!["superseded", "readme", "__provider"].includes(key)) search(inner, [...path, key]);
            }
        };
        search(outputs, []);
        search(inputs, []);
        if (hasEncrypted && !isStackOutput) encryptedResources++;
    }
    return { mentions: [...found.values()], encryptedResources };
}

function idsIn(text: string): string[] {
    const ids = text.match(keyId) ?? [];
    if (text.length < 16 || text.length > 100_000 || !/^[A-Za-z0-9+/\s]+={0,2}$/.test(text)) return ids;
    const decoded = Buffer.from(text, "base64").toString("latin1");
    return [...ids, ...(decoded.match(keyId) ?? [])];
}

function parsed(plaintext: string): unknown {
    try {
        return JSON.parse(plaintext);
    } catch {
        return plaintext;
    }
}
