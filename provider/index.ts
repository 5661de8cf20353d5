import { systemClock } from "../confluent/clock";
import { ConfluentApi } from "../confluent/confluentApi";
import { onEngineCancel } from "./engineCancel";
import { connectEngineLog } from "./engineLog";
import { FlinkApiKeyProvider } from "./flinkApiKeyProvider";
import { readSettings } from "./providerCredentials";
import { markingSecret } from "./secretOutput";
import { Session } from "./session";
import { Stopping } from "./stopping";

/** The part of a dynamic provider's configure request that is used: stack config, secrets in clear. */
interface ConfigureRequest {
    readonly config: { get(key: string): string | undefined };
}

let openSession = (): Session => {
    throw new Error("configure has not been called.");
};
const stopping = new Stopping();
onEngineCancel(() => stopping.cancel());
const provider = new FlinkApiKeyProvider(() => openSession());

/**
 * What the provider line in a stack's state loads (docs/decisions/001-provider-line.md). A published contract: the
 * methods stay, and each reads the state that any earlier version wrote.
 */
const published = {
    /**
     * Reads credentials and endpoint; nothing of them reaches the state. The process calls other methods without
     * waiting for this one to end and keeps a provider whose configuration failed, so it does not wait for anything
     * and what is wrong is said by whichever method needs the session.
     */
    async configure(request: ConfigureRequest): Promise<void> {
        try {
            const { credentials, endpoint } = readSettings((key) => request.config.get(key), process.env);
            const api = new ConfluentApi({ credentials, endpoint });
            const session = new Session(api, systemClock, connectEngineLog(systemClock), stopping.signal);
            openSession = () => session;
        } catch (error) {
            openSession = () => {
                throw error;
            };
        }
    },
    check: provider.check.bind(provider),
    diff: provider.diff.bind(provider),
    // While a key is made, proven, rotated or deleted, Ctrl-C ends the wait and not the process.
    create: stopping.while(markingSecret(provider.create.bind(provider))),
    read: markingSecret(provider.read.bind(provider)),
    update: stopping.while(markingSecret(provider.update.bind(provider))),
    delete: stopping.while(provider.delete.bind(provider)),
};

export = published;
