import { onEngineCancel } from "./engineCancel";
import { keyService } from "./keyService";

/** The part of a dynamic provider's configure request that is used: stack config, with secrets in clear. */
interface ConfigureRequest {
    readonly config: { get(key: string): string | undefined };
}

const { configure, cancel, session: _, ...methods } = keyService();
onEngineCancel(cancel);

/**
 * What the provider line in a stack's state loads (docs/decisions/001-provider-line.md). A published contract: the methods
 * stay, and each can read the state that any earlier version wrote.
 */
const published = {
    /** The SDK calls other methods without waiting for this one, and keeps a provider whose configuration failed. */
    async configure(request: ConfigureRequest): Promise<void> {
        configure((key) => request.config.get(key));
    },
    ...methods,
};

export = published;
