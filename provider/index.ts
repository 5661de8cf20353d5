import { systemClock } from "../confluent/clock";
import { ConfluentApi } from "../confluent/confluentApi";
import { watchEngine } from "./engine";
import { onEngineCancel } from "./engineCancel";
import { connectEngineLog } from "./engineLog";
import { FlinkApiKeyProvider } from "./flinkApiKeyProvider";
import { readSettings } from "./providerCredentials";
import { markingSecret } from "./secretOutput";
import { Session } from "./session";
import { Stopping } from "./stopping";

/** The part of a dynamic provider's configure request that is used: stack config, with secrets in clear. */
interface ConfigureRequest {
    readonly config: { get(key: string): string | undefined };
}

let openSession = (): Session => {
    throw new Error("configure has not been called.");
};
const stopping = new Stopping();
const engine = watchEngine();
onEngineCancel(() => stopping.cancel());
const provider = new FlinkApiKeyProvider(() => openSession());

/**
 * What the provider line in a stack's state loads (docs/decisions/001-provider-line.md). A published contract: the methods
 * stay, and each can read the state that any earlier version wrote.
 */
const published = {
    /**
     * Reads credentials and endpoint, which never reach the state. The SDK calls other methods without waiting for this one, and
     * keeps a provider whose configuration failed. So this method awaits nothing, and an error is thrown by the first method
     * that needs the session.
     */
    async configure(request: ConfigureRequest): Promise<void> {
        try {
            const { credentials, endpoint } = readSettings((key) => request.config.get(key), process.env);
            const api = new ConfluentApi({ credentials, endpoint });
            const log = connectEngineLog(systemClock);
            const session = new Session(api, systemClock, log, stopping.signal, engine);
            openSession = () => session;
        } catch (error) {
            openSession = () => {
                throw error;
            };
        }
    },
    check: provider.check.bind(provider),
    diff: provider.diff.bind(provider),
    // While one of these runs, Ctrl-C ends its wait and not the process.
    create: stopping.while(markingSecret(provider.create.bind(provider))),
    read: markingSecret(provider.read.bind(provider)),
    update: stopping.while(markingSecret(provider.update.bind(provider))),
    delete: stopping.while(provider.delete.bind(provider)),
};

export = published;
