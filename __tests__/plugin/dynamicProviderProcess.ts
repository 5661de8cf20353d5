import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { providerLine } from "../../components/flinkApiKey";
import { type EngineLogLine, startEngineLogService } from "./engineLogService";
import { type Properties, toProperties, toStruct } from "./propertyStruct";
import { ProviderCallError } from "./providerCallError";

export type { Properties } from "./propertyStruct";

export interface ProviderProcessOptions {
    /** Working directory: where the provider line resolves the package. Default: the repository. */
    readonly cwd?: string;
    /** Stack config by full key, such as `confluentcloud:endpoint`, with plain secrets. Default: none. */
    readonly config?: Readonly<Record<string, string>>;
    /** Environment variables of the process in addition to PATH and HOME. Default: none. */
    readonly env?: Readonly<Record<string, string>>;
    /** True: `start` calls `Configure` and waits for its response. False: the test calls it. Default: true. */
    readonly configure?: boolean;
    /** False starts the process without the address of an engine. Default: true. */
    readonly engine?: boolean;
}

const repository = join(__dirname, "..", "..");
const script = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
const quickLoad = require.resolve("./quickLoad.js");
const grpcOptions = { "grpc.max_receive_message_length": 400 * 1024 * 1024 };

/**
 * The SDK's own dynamic-provider process, called as the engine calls it: over gRPC, with the provider line in the properties.
 * A log service replaces the engine's. `close()` ends process and log service; `kill()` sends SIGKILL to the process.
 *
 * ```ts
 * const provider = await DynamicProviderProcess.start({ config: emulatorConfig(emulator) });
 * const { id, outputs } = await provider.create(inputs);
 * ```
 */
export class DynamicProviderProcess {
    /** The lines that the log service has received so far. */
    readonly log: EngineLogLine[];
    readonly #process: ChildProcess;
    readonly #exited: Promise<unknown>;
    readonly #client: ResourceProviderClient;
    readonly #engine: grpc.Server | undefined;
    readonly #config: Readonly<Record<string, string>>;
    #output: string;

    private constructor(
        process: ChildProcess,
        client: ResourceProviderClient,
        engine: grpc.Server | undefined,
        log: EngineLogLine[],
        config: Readonly<Record<string, string>>,
    ) {
        this.#process = process;
        this.#exited = process.exitCode === null ? once(process, "exit") : Promise.resolve();
        this.#client = client;
        this.#engine = engine;
        this.log = log;
        this.#config = config;
        this.#output = "";
        process.stdout?.on("data", (text) => (this.#output += text));
        process.stderr?.on("data", (text) => (this.#output += text));
    }

    static async start(options: ProviderProcessOptions = {}): Promise<DynamicProviderProcess> {
        const log: EngineLogLine[] = [];
        const engine = options.engine === false ? undefined : await startEngineLogService(log);
        const child = spawn(
            process.execPath,
            // The process requires an argument; one that is not an address means an engine that cannot be reached.
            ["--require", quickLoad, script, engine ? `127.0.0.1:${engine.port}` : "none"],
            {
                cwd: options.cwd ?? repository,
                env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
                stdio: ["ignore", "pipe", "pipe"],
            },
        );
        try {
            const port = await readPort(child);
            const client = new ResourceProviderClient(
                `127.0.0.1:${port}`,
                grpc.credentials.createInsecure(),
                grpcOptions,
            );
            const provider = new DynamicProviderProcess(
                child,
                client,
                engine?.server,
                log,
                options.config ?? {},
            );
            if (options.configure !== false) await provider.configure();
            return provider;
        } catch (error) {
            child.kill("SIGKILL");
            engine?.server.forceShutdown();
            throw error;
        }
    }

    get pid(): number {
        return this.#process.pid as number;
    }

    /** What the process wrote to stdout and stderr after printing its port. */
    get output(): string {
        return this.#output;
    }

    /** Sends the stack config, as the engine does before any other call. */
    async configure(): Promise<void> {
        const request = new messages.ConfigureRequest();
        request.setArgs(toStruct(this.#config));
        request.setAcceptsecrets(true);
        request.setAcceptresources(true);
        await this.#call<messages.ConfigureResponse>((done) => this.#client.configure(request, done));
    }

    /** The engine calls this when the user presses Ctrl-C. */
    async cancel(): Promise<void> {
        await this.#call<Empty>((done) => this.#client.cancel(new Empty(), done));
    }

    async check(
        olds: Properties,
        news: Properties,
    ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }> {
        const request = new messages.CheckRequest();
        request.setOlds(toStruct(olds));
        request.setNews(toStruct({ __provider: providerLine, ...news }));
        const response = await this.#call<messages.CheckResponse>((done) =>
            this.#client.check(request, done),
        );
        const failures = response.getFailuresList().map((failure) => ({
            property: failure.getProperty(),
            reason: failure.getReason(),
        }));
        return { inputs: toProperties(response.getInputs()), failures };
    }

    async diff(
        id: string,
        olds: Properties,
        news: Properties,
    ): Promise<{ changes: "none" | "some" | "unknown"; replaces: string[]; deleteBeforeReplace: boolean }> {
        const request = new messages.DiffRequest();
        request.setId(id);
        request.setOlds(toStruct({ __provider: providerLine, ...olds }));
        request.setNews(toStruct({ __provider: providerLine, ...news }));
        const response = await this.#call<messages.DiffResponse>((done) => this.#client.diff(request, done));
        const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
        const changes = response.getChanges();
        return {
            changes: changes === DIFF_NONE ? "none" : changes === DIFF_SOME ? "some" : "unknown",
            replaces: response.getReplacesList(),
            deleteBeforeReplace: response.getDeletebeforereplace(),
        };
    }

    async create(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
        const request = new messages.CreateRequest();
        request.setProperties(toStruct({ __provider: providerLine, ...inputs }));
        const response = await this.#call<messages.CreateResponse>((done) =>
            this.#client.create(request, done),
        );
        return { id: response.getId(), outputs: toProperties(response.getProperties()) };
    }

    /** `id` is empty when the resource is gone. `inputs` is undefined when they are as stored. */
    async read(
        id: string,
        outputs: Properties,
    ): Promise<{ id: string; outputs: Properties; inputs: Properties | undefined }> {
        const request = new messages.ReadRequest();
        request.setId(id);
        request.setProperties(toStruct({ __provider: providerLine, ...outputs }));
        const response = await this.#call<messages.ReadResponse>((done) => this.#client.read(request, done));
        return {
            id: response.getId(),
            outputs: toProperties(response.getProperties()),
            inputs: response.hasInputs() ? toProperties(response.getInputs()) : undefined,
        };
    }

    async update(id: string, olds: Properties, news: Properties): Promise<{ outputs: Properties }> {
        const request = new messages.UpdateRequest();
        request.setId(id);
        request.setOlds(toStruct({ __provider: providerLine, ...olds }));
        request.setNews(toStruct({ __provider: providerLine, ...news }));
        const response = await this.#call<messages.UpdateResponse>((done) =>
            this.#client.update(request, done),
        );
        return { outputs: toProperties(response.getProperties()) };
    }

    async delete(id: string, outputs: Properties): Promise<void> {
        const request = new messages.DeleteRequest();
        request.setId(id);
        request.setProperties(toStruct({ __provider: providerLine, ...outputs }));
        await this.#call<Empty>((done) => this.#client.delete(request, done));
    }

    /** Sends SIGKILL. Resolves when the process has ended; `close` may follow. */
    async kill(): Promise<void> {
        this.#process.kill("SIGKILL");
        await this.#exited;
    }

    /** The engine ends and nothing listens at its address any more. The process is left alone. */
    endEngine(): void {
        this.#engine?.forceShutdown();
    }

    /** Resolves when the process has ended, by itself or by a signal. */
    async exited(): Promise<void> {
        await this.#exited;
    }

    /** Ends the process, the connection and the log service. */
    async close(): Promise<void> {
        this.#client.close();
        await this.kill();
        this.#engine?.forceShutdown();
    }

    #call<T>(send: (done: (error: grpc.ServiceError | null, response: T) => void) => unknown): Promise<T> {
        return new Promise((resolve, reject) => {
            send((error, response) => (error ? reject(new ProviderCallError(error)) : resolve(response)));
        });
    }
}

/** The stack config for a provider that uses the emulator. */
export function emulatorConfig(emulator: {
    readonly url: string;
    readonly cloudApiKey: string;
    readonly cloudApiSecret: string;
}): Record<string, string> {
    return {
        "confluentcloud:endpoint": emulator.url,
        "confluentcloud:cloudApiKey": emulator.cloudApiKey,
        "confluentcloud:cloudApiSecret": emulator.cloudApiSecret,
    };
}

/** The first line that the process prints is its port. */
function readPort(child: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
        let printed = "";
        let errors = "";
        const onErrors = (text: Buffer) => (errors += text);
        const onExit = (code: number | null) =>
            reject(
                new Error(
                    `The dynamic-provider process ended with ${code} before it printed its port: ${errors}`,
                ),
            );
        const onPrinted = (text: Buffer) => {
            printed += text;
            const port = /^(\d+)\r?\n/.exec(printed)?.[1];
            if (port === undefined) return;
            child.off("exit", onExit);
            child.stdout?.off("data", onPrinted);
            child.stderr?.off("data", onErrors);
            resolve(Number(port));
        };
        child.once("error", reject);
        child.once("exit", onExit);
        child.stdout?.on("data", onPrinted);
        child.stderr?.on("data", onErrors);
    });
}
