import { initFailureOf, type Properties, type ProviderPort } from "./providerPort";

/** A resource as a stack's state holds it. */
export interface Stored {
    readonly id: string;
    readonly inputs: Properties;
    readonly outputs: Properties;
    /** Why its creation or update ended half way; the next `up` then calls `update` whatever `diff` says. */
    readonly initErrors: readonly string[];
}

/** The inputs were refused: nothing was asked of the provider but to check them. */
export class CheckFailed extends Error {
    override readonly name = "CheckFailed";
}

/**
 * What the Pulumi engine does with one resource, as far as it decides what the state holds: order of calls, what is
 * stored of an error, replacement new before old, pending deletes. Its ways were read in pulumi/pulumi
 * (pkg/resource/deploy/step.go, step_generator.go) and are held against a real engine in `__tests__/engine`.
 */
export class SimulatedEngine {
    current: Stored | undefined;
    /** Replaced, and not deleted yet. */
    readonly pendingDeletes: Stored[] = [];

    /** `pulumi up` with the resource declared. Throws what the provider threw, after storing what the engine would. */
    async up(
        provider: ProviderPort,
        declared: Properties,
        { replace = false } = {},
    ): Promise<"created" | "updated" | "replaced" | "same"> {
        const old = this.current;
        const { inputs, failures } = await provider.check(old?.inputs ?? {}, declared);
        if (failures.length > 0) {
            throw new CheckFailed(
                failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"),
            );
        }
        if (old === undefined) {
            await this.#create(provider, inputs);
            await this.#deletePending(provider);
            return "created";
        }
        const { changes, replaces } = await provider.diff(old.id, old.outputs, inputs);
        if (replace || replaces.length > 0) {
            try {
                await this.#create(provider, inputs);
            } finally {
                // Also when the new one failed half way; with nothing made, the old one stays.
                if (this.current !== old) this.pendingDeletes.push(old);
            }
            await this.#deletePending(provider);
            return "replaced";
        }
        if (changes === "some" || old.initErrors.length > 0) await this.#update(provider, old, inputs);
        else this.current = { ...old, inputs };
        await this.#deletePending(provider);
        return changes === "some" ? "updated" : "same";
    }

    /** `pulumi refresh`. */
    async refresh(provider: ProviderPort): Promise<void> {
        const old = this.current;
        if (old === undefined) return;
        const { id, outputs, inputs } = await provider.read(old.id, old.outputs);
        this.current = id === "" ? undefined : { ...old, id, outputs, inputs: inputs ?? old.inputs };
    }

    /** `pulumi destroy`. */
    async destroy(provider: ProviderPort): Promise<void> {
        await this.#deletePending(provider);
        if (this.current === undefined) return;
        await provider.delete(this.current.id, this.current.outputs);
        this.current = undefined;
    }

    /** The ids of the keys that the state holds. */
    keys(): string[] {
        const resources = [...(this.current ? [this.current] : []), ...this.pendingDeletes];
        return resources.flatMap(({ outputs }) => [
            String(outputs.apiKey),
            ...(outputs.superseded as { apiKey: string }[]).map(({ apiKey }) => apiKey),
        ]);
    }

    /** The state as an export shows it, without the fields that are encrypted in it. */
    plainState(): string {
        const resources = [...(this.current ? [this.current] : []), ...this.pendingDeletes];
        return JSON.stringify(
            resources.map(({ id, inputs, outputs, initErrors }) => ({
                id,
                inputs: { ...inputs, adopt: undefined },
                outputs: { ...outputs, apiSecret: undefined },
                initErrors,
            })),
        );
    }

    async #create(provider: ProviderPort, inputs: Properties): Promise<void> {
        try {
            const { id, outputs } = await provider.create(inputs);
            this.current = { id, inputs, outputs, initErrors: [] };
        } catch (error) {
            const half = initFailureOf(error);
            if (half) {
                this.current = {
                    id: half.id,
                    inputs,
                    outputs: half.properties,
                    initErrors: half.reasons,
                };
            }
            throw error;
        }
    }

    async #update(provider: ProviderPort, old: Stored, inputs: Properties): Promise<void> {
        try {
            const { outputs } = await provider.update(old.id, old.outputs, inputs);
            this.current = { id: old.id, inputs, outputs, initErrors: [] };
        } catch (error) {
            const half = initFailureOf(error);
            if (half) {
                this.current = {
                    id: half.id,
                    inputs,
                    outputs: half.properties,
                    initErrors: half.reasons,
                };
            }
            throw error;
        }
    }

    async #deletePending(provider: ProviderPort): Promise<void> {
        for (const old of [...this.pendingDeletes]) {
            await provider.delete(old.id, old.outputs);
            this.pendingDeletes.splice(this.pendingDeletes.indexOf(old), 1);
        }
    }
}
