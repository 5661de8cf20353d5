import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { secretSignature, signatureKey } from "../provider/secretOutput";

export type Properties = Record<string, unknown>;

export type SecretNames = ReadonlySet<string>;

/** The mark of an output, in the same property as that of a secret. */
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** The values of a message, with secrets in clear, and the names of the properties that hold one. */
export function readProperties(struct: Struct | undefined): { values: Properties; secrets: Set<string> } {
    const secrets = new Set<string>();
    const values: Properties = {};
    for (const [name, value] of Object.entries((struct?.toJavaScript() ?? {}) as Properties)) {
        values[name] = inClear(value, () => secrets.add(name));
    }
    return { values, secrets };
}

/** A message with these values. A property in `secrets` is marked, so that the engine encrypts it. Undefined is left out. */
export function toStruct(values: Properties, secrets: SecretNames = new Set()): Struct {
    const marked = Object.entries(values)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, secrets.has(name) ? asSecret(value) : value]);
    // By way of JSON, which leaves out undefined inside of values: a message cannot hold it.
    return Struct.fromJavaScript(
        JSON.parse(JSON.stringify(Object.fromEntries(marked))) as { [key: string]: JavaScriptValue },
    );
}

function asSecret(value: unknown): unknown {
    return isMarked(value, secretSignature) ? value : { [signatureKey]: secretSignature, value };
}

function inClear(value: unknown, onSecret: () => void): unknown {
    if (Array.isArray(value)) return value.map((element) => inClear(element, onSecret));
    if (typeof value !== "object" || value === null) return value;
    if (isMarked(value, secretSignature)) {
        onSecret();
        return inClear((value as Properties).value, onSecret);
    }
    if (isMarked(value, outputSignature)) {
        const output = value as { value?: unknown; secret?: boolean };
        if (output.secret) onSecret();
        return inClear(output.value, onSecret);
    }
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inClear(inner, onSecret)]));
}

function isMarked(value: unknown, signature: string): boolean {
    return typeof value === "object" && value !== null && (value as Properties)[signatureKey] === signature;
}
