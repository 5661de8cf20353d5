import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type EngineLogLine, startEngineLogService } from "./engineLogService";
import { type Properties, toStruct } from "./propertyStruct";
import { ProviderCallError } from "./providerCallError";

const script = join(__dirname, "..", "..", "dist", "plugin", "main.js");
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A value that the engine encrypts. */
export function secret(value: unknown): Properties {
    return { [signatureKey]: secretSignature, value };
}

/** The URN of a key as the engine gives it to the plugin. */
export function keyUrn(name = "orders", type = "confluent-flink:index:FlinkApiKey"): string {
    return `urn:pulumi:prod::shop::${type}::${name}`;
}

export interface PluginOptions {
    /** Default: `dist/plugin/main.js`. */
    readonly script?: string;
    /** Settings of the provider. Default: none. */
    readonly config?: Properties;
    /** Environment variables beside PATH and HOME. Default: none. */
    readonly env?: Readonly<Record<string, string>>;
    /** URN of the provider resource. Default: an explicit provider. */
    readonly providerUrn?: string;
}

/** The plugin's own process, called as the engine calls it. Secrets are marked in what it answers. */
export class PluginProcess {
    readonly log: EngineLogLine[];
    readonly client: ResourceProviderClient;
    readonly #process: ChildProcess;
    readonly #engine: grpc.Server;
    #output = "";

    private constructor(
        process: ChildProcess,
        client: ResourceProviderClient,
        engine: grpc.Server,
        log: EngineLogLine[],
    ) {
        this.#process = process;
        this.client = client;
        this.#engine = engine;
        this.log = log;
        for (const stream of [process.stdout, process.stderr])
            stream?.on("data", (text) => (this.#output += text));
    }

    static async start(options: PluginOptions = {}): Promise<PluginProcess> {
        const log: EngineLogLine[] = [];
        const engine = await startEngineLogService(log);
        const child = spawn(process.execPath, [options.script ?? script, `127.0.0.1:${engine.port}`], {
            env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let printed = "";
        while (!printed.includes("\n")) {
            const [part] = (await Promise.race([
                once(child.stdout, "data"),
                once(child, "exit").then(() => {
                    throw new Error(`The plugin ended before it printed its port: ${printed}`);
                }),
            ])) as [Buffer];
            printed += part;
        }
        const address = `127.0.0.1:${Number(printed)}`;
        const client = new ResourceProviderClient(address, grpc.credentials.createInsecure());
        const plugin = new PluginProcess(child, client, engine.server, log);
        await plugin.configure(options.config ?? {}, options.providerUrn);
        return plugin;
    }

    get pid(): number {
        return this.#process.pid as number;
    }

    /** What it has written to stdout and stderr after its port. */
    get output(): string {
        return this.#output;
    }

    async configure(
        config: Properties,
        urn = "urn:pulumi:prod::shop::pulumi:providers:confluent-flink::organization",
    ): Promise<messages.ConfigureResponse> {
        const request = new messages.ConfigureRequest();
        request.setArgs(toStruct(config));
        request.setUrn(urn);
        request.setAcceptsecrets(true);
        request.setAcceptresources(true);
        return this.call((done) => this.client.configure(request, done));
    }

    async checkConfig(olds: Properties, news: Properties, name = "organization") {
        const request = new messages.CheckRequest();
        request.setUrn(`urn:pulumi:prod::shop::pulumi:providers:confluent-flink::${name}`);
        request.setOlds(toStruct(olds));
        request.setNews(toStruct(news));
        return checked(await this.call((done) => this.client.checkConfig(request, done)));
    }

    async diffConfig(olds: Properties, news: Properties) {
        const request = new messages.DiffRequest();
        request.setUrn("urn:pulumi:prod::shop::pulumi:providers:confluent-flink::organization");
        request.setOldInputs(toStruct(olds));
        request.setOlds(toStruct(olds));
        request.setNews(toStruct(news));
        return different(await this.call((done) => this.client.diffConfig(request, done)));
    }

    async check(olds: Properties, news: Properties, urn = keyUrn()) {
        const request = new messages.CheckRequest();
        request.setUrn(urn);
        request.setOlds(toStruct(olds));
        request.setNews(toStruct(news));
        return checked(await this.call((done) => this.client.check(request, done)));
    }

    async diff(id: string, olds: Properties, news: Properties, urn = keyUrn()) {
        const request = new messages.DiffRequest();
        request.setUrn(urn);
        request.setId(id);
        request.setOlds(toStruct(olds));
        request.setNews(toStruct(news));
        return different(await this.call((done) => this.client.diff(request, done)));
    }

    async create(inputs: Properties, urn = keyUrn()): Promise<{ id: string; outputs: Properties }> {
        const request = new messages.CreateRequest();
        request.setUrn(urn);
        request.setProperties(toStruct(inputs));
        const answer = await this.call<messages.CreateResponse>((done) => this.client.create(request, done));
        return { id: answer.getId(), outputs: marked(answer.getProperties()) };
    }

    /** Without outputs, as `pulumi import` does. */
    async read(id: string, outputs: Properties = {}, inputs: Properties = {}, urn = keyUrn()) {
        const request = new messages.ReadRequest();
        request.setUrn(urn);
        request.setId(id);
        request.setProperties(toStruct(outputs));
        request.setInputs(toStruct(inputs));
        const answer = await this.call<messages.ReadResponse>((done) => this.client.read(request, done));
        return {
            id: answer.getId(),
            outputs: marked(answer.getProperties()),
            inputs: answer.hasInputs() ? marked(answer.getInputs()) : undefined,
        };
    }

    async update(id: string, olds: Properties, news: Properties, urn = keyUrn()): Promise<Properties> {
        const request = new messages.UpdateRequest();
        request.setUrn(urn);
        request.setId(id);
        request.setOlds(toStruct(olds));
        request.setNews(toStruct(news));
        const answer = await this.call<messages.UpdateResponse>((done) => this.client.update(request, done));
        return marked(answer.getProperties());
    }

    async delete(id: string, outputs: Properties, urn = keyUrn()): Promise<void> {
        const request = new messages.DeleteRequest();
        request.setUrn(urn);
        request.setId(id);
        request.setProperties(toStruct(outputs));
        await this.call<Empty>((done) => this.client.delete(request, done));
    }

    async cancel(): Promise<void> {
        await this.call<Empty>((done) => this.client.cancel(new Empty(), done));
    }

    async schema(): Promise<Record<string, unknown>> {
        const request = new messages.GetSchemaRequest();
        const answer = await this.call<messages.GetSchemaResponse>((done) =>
            this.client.getSchema(request, done),
        );
        return JSON.parse(answer.getSchema());
    }

    async close(): Promise<void> {
        this.client.close();
        const ended = once(this.#process, "exit");
        if (this.#process.kill("SIGKILL")) await ended;
        this.#engine.forceShutdown();
    }

    call<T>(send: (done: (error: grpc.ServiceError | null, answer: T) => void) => unknown): Promise<T> {
        return new Promise((resolve, reject) => {
            send((error, answer) => (error ? reject(new ProviderCallError(error)) : resolve(answer)));
        });
    }
}

function marked(struct: Struct | undefined): Properties {
    return (struct?.toJavaScript() ?? {}) as Properties;
}

function checked(answer: messages.CheckResponse) {
    const failures = answer.getFailuresList().map((failure) => ({
        property: failure.getProperty(),
        reason: failure.getReason(),
    }));
    return { inputs: marked(answer.getInputs()), failures };
}

function different(answer: messages.DiffResponse) {
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const changes = answer.getChanges();
    return {
        changes: changes === DIFF_NONE ? "none" : changes === DIFF_SOME ? "some" : "unknown",
        replaces: answer.getReplacesList(),
    };
}
