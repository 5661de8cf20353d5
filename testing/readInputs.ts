import * as pulumi from "@pulumi/pulumi";

type Fields = Record<string, unknown>;

/** The inputs that a mock receives, in plain text, and the names of the inputs that contain a secret. */
export function readInputs(given: Fields): { inputs: Fields; secretInputs: string[] } {
    const entries = Object.entries(given).map(([name, value]) => ({ name, ...unwrap(value) }));
    return {
        inputs: Object.fromEntries(entries.map(({ name, value }) => [name, value])),
        secretInputs: entries.filter(({ isSecret }) => isSecret).map(({ name }) => name),
    };
}

/** The SDK passes a secret as an object with a signature. Secrets may be nested at any depth. */
function unwrap(value: unknown): { value: unknown; isSecret: boolean } {
    const { specialSigKey, specialSecretSig } = pulumi.runtime;
    if (Array.isArray(value)) {
        const parts = value.map(unwrap);
        return { value: parts.map((part) => part.value), isSecret: parts.some((part) => part.isSecret) };
    }
    if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
        return { value, isSecret: false };
    const fields = value as Fields;
    if (fields[specialSigKey] === specialSecretSig)
        return { value: unwrap(fields.value).value, isSecret: true };
    const { inputs, secretInputs } = readInputs(fields);
    return { value: inputs, isSecret: secretInputs.length > 0 };
}
