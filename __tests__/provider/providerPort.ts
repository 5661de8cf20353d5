import { providerLine } from "../../components/flinkApiKey";
import type { FlinkApiKeyProvider } from "../../provider/flinkApiKeyProvider";
import { PartialFailure } from "../../provider/partialFailure";

export type Properties = Record<string, unknown>;

/** What stands for an input that a preview does not know yet, in `check` and in `diff`. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A provider as the engine calls it: in this process, or in the SDK's own over gRPC. */
export interface ProviderPort {
    check(
        olds: Properties,
        news: Properties,
    ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }>;
    diff(
        id: string,
        olds: Properties,
        news: Properties,
    ): Promise<{
        changes: "none" | "some" | "unknown";
        replaces: string[];
        /** Default false. */
        deleteBeforeReplace?: boolean;
    }>;
    create(inputs: Properties): Promise<{ id: string; outputs: Properties }>;
    /** `id` is empty where the resource is gone. */
    read(
        id: string,
        outputs: Properties,
    ): Promise<{ id: string; outputs: Properties; inputs: Properties | undefined }>;
    update(id: string, olds: Properties, news: Properties): Promise<{ outputs: Properties }>;
    delete(id: string, outputs: Properties): Promise<void>;
}

/** What the engine stores of a resource after a call that failed half way. */
export interface InitFailure {
    readonly id: string;
    readonly properties: Properties;
    readonly reasons: readonly string[];
}

/** The half-way state that an error carries, whichever way the provider was called. */
export function initFailureOf(error: unknown): InitFailure | undefined {
    if (error instanceof PartialFailure) {
        const { id, properties, reasons } = error;
        return { id, properties: overTheWire(properties), reasons };
    }
    return (error as { initFailure?: InitFailure }).initFailure;
}

/** The provider object, called the way the SDK's process does: `__provider` added, everything over the wire once. */
export function inProcess(provider: FlinkApiKeyProvider): ProviderPort {
    return {
        async check(olds, news) {
            const { inputs, failures } = await provider.check(overTheWire(olds), withLine(news));
            return { inputs: withLine(inputs), failures };
        },
        async diff(id, olds, news) {
            const { changes, replaces } = await provider.diff(id, withLine(olds), withLine(news));
            return { changes: changes ? "some" : "none", replaces };
        },
        async create(inputs) {
            const { id, outs } = await provider.create(withLine(inputs));
            return { id, outputs: withLine(outs) };
        },
        async read(id, outputs) {
            const { id: found = "", props = {}, inputs } = await provider.read(id, withLine(outputs));
            return { id: found, outputs: withLine(props), inputs: inputs && withLine(inputs) };
        },
        async update(id, olds, news) {
            const { outs } = await provider.update(id, withLine(olds), withLine(news));
            return { outputs: withLine(outs) };
        },
        delete: (id, outputs) => provider.delete(id, withLine(outputs)),
    };
}

function withLine(properties: Properties): Properties {
    return { ...overTheWire(properties), __provider: providerLine };
}

function overTheWire(properties: Properties): Properties {
    return JSON.parse(JSON.stringify(properties));
}
