import { systemClock } from "../confluent/clock";
import { ConfluentApi } from "../confluent/confluentApi";
import { plainLines } from "../confluent/plainText";
import { watchEngine } from "./engine";
import { connectEngineLog, type EngineConnection } from "./engineLog";
import { FlinkApiKeyProvider } from "./flinkApiKeyProvider";
import { type ReadSetting, readSettings } from "./providerCredentials";
import { markingSecret } from "./secretOutput";
import { Session } from "./session";
import { Stopping } from "./stopping";

/** The methods of {@link FlinkApiKeyProvider} for one process. The dynamic provider (`index.ts`) and the plugin serve the same. */
export function keyService(connection: EngineConnection = {}) {
    let openSession = (): Session => {
        throw new Error("configure has not been called.");
    };
    const stopping = new Stopping();
    const engine = watchEngine(connection.engine);
    const provider = new FlinkApiKeyProvider(() => openSession());
    return {
        /**
         * Reads credentials and endpoint, which never reach the state. The first method that needs the session throws an error.
         */
        configure(setting: ReadSetting): void {
            try {
                const { credentials, endpoint } = readSettings(setting, process.env);
                const api = new ConfluentApi({ credentials, endpoint });
                const log = connectEngineLog(systemClock, connection);
                const session = new Session(api, systemClock, log, stopping.signal, engine);
                openSession = () => session;
            } catch (error) {
                openSession = () => {
                    throw error;
                };
            }
        },
        cancel: (): void => stopping.cancel(),
        session: (): Session => openSession(),
        check: provider.check.bind(provider),
        diff: plainErrors(provider.diff.bind(provider)),
        // While one of these runs, Ctrl-C ends its wait and not the process.
        create: plainErrors(stopping.while(markingSecret(provider.create.bind(provider)))),
        read: plainErrors(markingSecret(provider.read.bind(provider))),
        update: plainErrors(stopping.while(markingSecret(provider.update.bind(provider)))),
        delete: plainErrors(stopping.while(provider.delete.bind(provider))),
    };
}

/**
 * Errors go to a terminal as they are, and may quote what Confluent Cloud stores, such as a key's description. The SDK's provider
 * also prints `${error}: ${error.stack}` on the row of the stack (sdk/nodejs/cmd/dynamic-provider), where one line is enough.
 */
function plainErrors<A extends unknown[], R>(method: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
    return async (...args) => {
        try {
            return await method(...args);
        } catch (error) {
            if (!(error instanceof Error)) throw error;
            error.message = plainLines(error.message);
            // The trace of a fault of this code is worth its lines.
            if (error instanceof TypeError || error instanceof RangeError) throw error;
            // Not read-only: keys that share a look-up share its error.
            error.stack = "its own row says why";
            error.toString = () => "A FlinkApiKey failed";
            throw error;
        }
    };
}
