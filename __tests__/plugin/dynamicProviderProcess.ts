import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { unwrapRpcSecret } from "@pulumi/pulumi/runtime/rpc";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { providerLine } from "../../components/flinkApiKey";

export type Properties = Record<string, unknown>;

/** A line that the provider process sent to the engine's log service. */
export interface EngineLogLine {
    readonly severity: "debug" | "info" | "warning" | "error";
    readonly message: string;
    /** Shown while the deployment runs, not kept. */
    readonly ephemeral: boolean;
}

/** What the engine would store of a resource whose creation or update ended half way. */
export interface InitFailure {
    readonly id: string;
    /** With `__provider`, and secrets in clear: the engine encrypts what the program declared secret. */
    readonly properties: Properties;
    readonly reasons: readonly string[];
}

/** A call that the provider answered with an error. */
export class ProviderCallError extends Error {
    override readonly name = "ProviderCallError";
    /** Undefined where nothing is left behind: the engine stores nothing. */
    readonly initFailure: InitFailure | undefined;

    constructor(error: grpc.ServiceError) {
        super(error.details);
        this.initFailure = readInitFailure(error.metadata);
    }
}

export interface ProviderProcessOptions {
    /** Folder that the engine would run the provider in, where the provider line resolves. Default: the repository. */
    readonly cwd?: string;
    /** Stack config by full key, such as `confluentcloud:endpoint`, secrets in clear. Default: none. */
    readonly config?: Readonly<Record<string, string>>;
    /** Variables of the process beside PATH and HOME. Default: none. */
    readonly env?: Readonly<Record<string, string>>;
    /** False sends `Configure` only when the test does. Default true: it has been answered when `start` resolves. */
    readonly configure?: boolean;
    /** False starts the process without an engine's address. Default true. */
    readonly engine?: boolean;
}

const repository = join(__dirname, "..", "..");
const script = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
const grpcOptions = { "grpc.max_receive_message_length": 400 * 1024 * 1024 };

/**
 * The SDK's own dynamic-provider process, spoken to as the engine does: over gRPC, with the provider line in the
 * properties, and with a log service in place of the engine's. `await using` or `close()` ends it; `kill()` ends it
 * with SIGKILL, in the middle of whatever it does.
 *
 * ```ts
 * const provider = await DynamicProviderProcess.start({ config: emulatorConfig(emulator) });
 * const { id, outputs } = await provider.create(inputs);
 * ```
 */
export class DynamicProviderProcess {
    /** Every line that came over the log service so far. */
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
        const engine = options.engine === false ? undefined : await startEngine(log);
        const child = spawn(
            process.execPath,
            // The process insists on an argument; one that is no address stands for an engine that cannot be used.
            [script, engine ? `127.0.0.1:${engine.port}` : "none"],
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

    /** What the process wrote to stdout and stderr after its port. */
    get output(): string {
        return this.#output;
    }

    /** Hands over the stack config, as the engine does before any other call. */
    async configure(): Promise<void> {
        const request = new messages.ConfigureRequest();
        request.setArgs(toStruct(this.#config));
        request.setAcceptsecrets(true);
        request.setAcceptresources(true);
        await this.#call<messages.ConfigureResponse>((done) => this.#client.configure(request, done));
    }

    /** What the engine calls when a person presses Ctrl-C. */
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
        const answer = await this.#call<messages.CheckResponse>((done) => this.#client.check(request, done));
        const failures = answer.getFailuresList().map((failure) => ({
            property: failure.getProperty(),
            reason: failure.getReason(),
        }));
        return { inputs: toProperties(answer.getInputs()), failures };
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
        const answer = await this.#call<messages.DiffResponse>((done) => this.#client.diff(request, done));
        const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
        const changes = answer.getChanges();
        return {
            changes: changes === DIFF_NONE ? "none" : changes === DIFF_SOME ? "some" : "unknown",
            replaces: answer.getReplacesList(),
            deleteBeforeReplace: answer.getDeletebeforereplace(),
        };
    }

    async create(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
        const request = new messages.CreateRequest();
        request.setProperties(toStruct({ __provider: providerLine, ...inputs }));
        const answer = await this.#call<messages.CreateResponse>((done) =>
            this.#client.create(request, done),
        );
        return { id: answer.getId(), outputs: toProperties(answer.getProperties()) };
    }

    /** `id` is empty where the resource is gone; `inputs` is undefined where they are as stored. */
    async read(
        id: string,
        outputs: Properties,
    ): Promise<{ id: string; outputs: Properties; inputs: Properties | undefined }> {
        const request = new messages.ReadRequest();
        request.setId(id);
        request.setProperties(toStruct({ __provider: providerLine, ...outputs }));
        const answer = await this.#call<messages.ReadResponse>((done) => this.#client.read(request, done));
        return {
            id: answer.getId(),
            outputs: toProperties(answer.getProperties()),
            inputs: answer.hasInputs() ? toProperties(answer.getInputs()) : undefined,
        };
    }

    async update(id: string, olds: Properties, news: Properties): Promise<{ outputs: Properties }> {
        const request = new messages.UpdateRequest();
        request.setId(id);
        request.setOlds(toStruct({ __provider: providerLine, ...olds }));
        request.setNews(toStruct({ __provider: providerLine, ...news }));
        const answer = await this.#call<messages.UpdateResponse>((done) =>
            this.#client.update(request, done),
        );
        return { outputs: toProperties(answer.getProperties()) };
    }

    async delete(id: string, outputs: Properties): Promise<void> {
        const request = new messages.DeleteRequest();
        request.setId(id);
        request.setProperties(toStruct({ __provider: providerLine, ...outputs }));
        await this.#call<Empty>((done) => this.#client.delete(request, done));
    }

    /** kill -9: the process gets no chance to finish anything. Resolves when it is gone; `close` may follow. */
    async kill(): Promise<void> {
        this.#process.kill("SIGKILL");
        await this.#exited;
    }

    /** Resolves when the process has ended by itself or by a signal. */
    async exited(): Promise<void> {
        await this.#exited;
    }

    /** Ends process, connection and log service. */
    async close(): Promise<void> {
        this.#client.close();
        await this.kill();
        this.#engine?.forceShutdown();
    }

    #call<T>(send: (done: (error: grpc.ServiceError | null, answer: T) => void) => unknown): Promise<T> {
        return new Promise((resolve, reject) => {
            send((error, answer) => (error ? reject(new ProviderCallError(error)) : resolve(answer)));
        });
    }
}

/** The stack config that leads to an emulator. */
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

async function startEngine(log: EngineLogLine[]): Promise<{ server: grpc.Server; port: number }> {
    const severities = {
        [LogSeverity.DEBUG]: "debug",
        [LogSeverity.INFO]: "info",
        [LogSeverity.WARNING]: "warning",
        [LogSeverity.ERROR]: "error",
    } as const;
    const server = new grpc.Server();
    server.addService(EngineService, {
        log: (
            { request }: grpc.ServerUnaryCall<LogRequest, Empty>,
            answer: grpc.sendUnaryData<Empty>,
        ): void => {
            log.push({
                severity: severities[request.getSeverity()],
                message: request.getMessage(),
                ephemeral: request.getEphemeral(),
            });
            answer(null, new Empty());
        },
    } as unknown as grpc.UntypedServiceImplementation);
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        );
    });
    return { server, port };
}

/** The first line that the process prints is its port. */
function readPort(child: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
        let printed = "";
        let complaint = "";
        const onComplaint = (text: Buffer) => (complaint += text);
        const onExit = (code: number | null) =>
            reject(
                new Error(`The dynamic-provider process ended with ${code} before its port: ${complaint}`),
            );
        const onPrinted = (text: Buffer) => {
            printed += text;
            const port = /^(\d+)\r?\n/.exec(printed)?.[1];
            if (port === undefined) return;
            child.off("exit", onExit);
            child.stdout?.off("data", onPrinted);
            child.stderr?.off("data", onComplaint);
            resolve(Number(port));
        };
        child.once("error", reject);
        child.once("exit", onExit);
        child.stdout?.on("data", onPrinted);
        child.stderr?.on("data", onComplaint);
    });
}

/** The google.rpc.Status in the trailer that Go's gRPC reads by itself. */
function readInitFailure(metadata: grpc.Metadata): InitFailure | undefined {
    const [bytes] = metadata.get("grpc-status-details-bin");
    if (!Buffer.isBuffer(bytes)) return undefined;
    for (const detail of Status.deserializeBinary(bytes).getDetailsList()) {
        if (!detail.getTypeUrl().endsWith("pulumirpc.ErrorResourceInitFailed")) continue;
        const failure = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
        return {
            id: failure.getId(),
            properties: toProperties(failure.getProperties()),
            reasons: failure.getReasonsList(),
        };
    }
    return undefined;
}

function toStruct(properties: Properties): Struct {
    // Over JSON, so that properties which are undefined are left out, as the engine does.
    return Struct.fromJavaScript(
        JSON.parse(JSON.stringify(properties)) as { [key: string]: JavaScriptValue },
    );
}

/** Secrets in clear, as the engine hands them to this provider again. That they are marked: `__tests__/provider/secretOutput.test.ts`. */
function toProperties(struct: Struct | undefined): Properties {
    const properties = (struct?.toJavaScript() ?? {}) as Properties;
    const inClear = Object.entries(properties).map(([name, value]) => [name, unwrapRpcSecret(value)]);
    return Object.fromEntries(inClear);
}
