import { getApiKey } from "../confluent/apiKeys";
import { mayBeGone } from "../confluent/confluentError";
import { globalScope } from "../confluent/flinkScope";
import { acquireKey } from "../provider/acquireKey";
import { type CheckFailure, requireScope, resourceIdOf } from "../provider/keyInputs";
import type { keyService } from "../provider/keyService";
import { toOutputs } from "../provider/keyState";
import { withoutTag } from "../provider/tag";
import { verifyKey } from "../provider/verifyKey";
import { withKeyDefaults } from "./keyDefaults";
import type { Properties, SecretNames } from "./propertyValues";
import { otherVersion, resources } from "./schema";

/** Values to send to the engine, and which of them are secrets. */
export interface Marked {
    readonly values: Properties;
    readonly secrets: SecretNames;
}

/** The variable with the secret of a key to import, which the official Terraform provider uses for the same purpose. */
const importVariable = "API_KEY_SECRET";

/** FlinkApiKey as a resource of the plugin: as dynamic resources, with what their class does for them and secrets marked. */
export class KeyResource {
    readonly #service: ReturnType<typeof keyService>;

    constructor(service: ReturnType<typeof keyService>) {
        this.#service = service;
    }

    async check(urn: string, olds: Marked, news: Marked): Promise<Marked & { failures: CheckFailure[] }> {
        // The resource of `components/failedLookUp.ts`, which exists to be refused.
        if (typeof news.values.mistake === "string")
            return { ...news, failures: [{ property: "", reason: news.values.mistake }] };
        // `ignoreChanges` brings back what an earlier check has added.
        const isKnown = (name: string): boolean => isInput(name) || Object.hasOwn(olds.values, name);
        const misspelt = Object.keys(news.values).find((name) => !isKnown(name));
        if (misspelt !== undefined) {
            const wanted = Object.keys(resources.FlinkApiKey.inputProperties).join(", ");
            const reason = `got a property of this name, expected only ${wanted}. ${otherVersion}`;
            return { ...news, failures: [{ property: misspelt, reason }] };
        }
        const complete = withKeyDefaults(urn, news.values, news.secrets);
        const { inputs, failures } = await this.#service.check(olds.values, complete);
        return { values: inputs, failures, secrets: secretsOf(news.secrets) };
    }

    async create(inputs: Marked): Promise<Marked & { id: string }> {
        const { id, outs } = await this.#service.create(inputs.values);
        return { id, values: outs, secrets: secretsOf(inputs.secrets) };
    }

    /** `id` is empty if the resource is gone. `pulumi import` sends an id without a state. */
    async read(
        id: string,
        state: Marked,
        inputs: Marked,
    ): Promise<Marked & { id: string; inputs?: Properties }> {
        if (typeof state.values.apiKey !== "string") return this.#import(id);
        const answer = await this.#service.read(id, state.values);
        return {
            id: answer.id ?? "",
            values: answer.props ?? {},
            // Those that a refresh does not find are kept.
            ...(answer.inputs && { inputs: { ...inputs.values, ...answer.inputs } }),
            secrets: secretsOf(new Set([...state.secrets, ...inputs.secrets])),
        };
    }

    async update(id: string, olds: Marked, news: Marked): Promise<Marked> {
        const { outs } = await this.#service.update(id, olds.values, news.values);
        return { values: outs, secrets: secretsOf(news.secrets) };
    }

    /**
     * Takes over the key with this id, as `adopt` does, with its secret from the environment. It only reads: a preview of the import
     * does the same. The next update gives the key the tag of its resource, also if it has another resource's.
     */
    async #import(id: string): Promise<Marked & { id: string; inputs: Properties }> {
        const apiSecret = process.env[importVariable];
        if (!apiSecret)
            throw new Error(
                `import: got nothing in ${importVariable}, expected the secret of API key ${id}, which Confluent Cloud shows only once: export ${importVariable}=…, then run pulumi import again`,
            );
        const session = this.#service.session();
        const key = await getApiKey(session.api, id).catch((error: unknown) => {
            if (!mayBeGone(error)) throw error;
            throw new Error(
                `import: got "${id}", expected the id of an API key that exists and that the Cloud API key is allowed to see. ${error.message}`,
            );
        });
        if (key.scope?.environmentId === undefined) {
            const [kind, remedy] =
                key.scope?.name === globalScope.name
                    ? ["a global key", "which regions it is for is in the program: take it over with adopt"]
                    : ["not a Flink API key", "confluent api-key list --resource flink"];
            throw new Error(
                `import: got "${id}", which is ${kind}, expected a Flink API key of one region (${remedy})`,
            );
        }
        const { environmentId, cloud, region } = key.scope;
        const { ownerId: owner, displayName, description } = key;
        const inputs = { owner, environmentId, cloud, region, displayName, description };
        const scope = requireScope(inputs);
        const adopted = { ...inputs, description: withoutTag(description), adopt: { apiKey: id, apiSecret } };
        const { state } = await acquireKey(session, adopted, scope);
        Object.assign(state, await verifyKey(session, state, inputs));
        const values = toOutputs(state);
        return { id: resourceIdOf(inputs, scope), values, inputs, secrets: secretsOf(new Set()) };
    }
}

/** `adopt` has a secret in it. The scope names the environment. */
export function secretsOf(given: SecretNames): Set<string> {
    return new Set([...given, "adopt", "apiSecret", ...(given.has("environmentId") ? ["scope"] : [])]);
}

function isInput(name: string): boolean {
    return (
        Object.hasOwn(resources.FlinkApiKey.inputProperties, name) ||
        // What `components/flinkApiKey.ts` adds, and an SDK for itself.
        ["tag", "secretInputs"].includes(name) ||
        name.startsWith("__")
    );
}
