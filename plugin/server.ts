import { AsyncLocalStorage } from "node:async_hooks";
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { pluginKeyType } from "../components/keyType";
import { pluginPackage } from "../components/pluginHost";
import type { CheckFailure } from "../provider/keyInputs";
import { keyService } from "../provider/keyService";
import { callError } from "./callError";
import type { ComponentCalls } from "./componentCalls";
import { KeyResource, secretsOf } from "./keyResource";
import { parseKeyUrn } from "./keyUrn";
import { readProperties, type SecretNames, toStruct } from "./propertyValues";
import { checkConfig, diffConfig, isDefault, settingIn } from "./providerConfig";
import { otherVersion } from "./schema";

export interface ServerOptions {
    readonly version: string;
    /** Address of the engine: `127.0.0.1:50123`. */
    readonly engine: string;
    readonly schema: string;
    /** Loads what FlinkAccess needs: most of the SDK. A process that only serves keys never calls it. */
    readonly loadComponents: () => Promise<ComponentCalls>;
}

type Answer<Q, R> = (request: Q) => Promise<R> | R;

const maxMessageBytes = 400 * 1024 * 1024;

/**
 * Serves the plugin's resources over Pulumi's provider protocol (pulumi/pulumi, proto/pulumi/provider.proto), and resolves to
 * the port. The engine starts one process for each provider, and does without what is not implemented.
 */
export async function serve({ version, engine, schema, loadComponents }: ServerOptions): Promise<number> {
    const urns = new AsyncLocalStorage<string>();
    const service = keyService({ engine, currentUrn: () => urns.getStore() });
    const keys = new KeyResource(service);
    let components: Promise<ComponentCalls> | undefined;
    const loaded = (): Promise<ComponentCalls> => (components ??= loadComponents());
    /** The settings are named in messages as the user has to set them. */
    let explain = (text: string): string => text;

    /** A call about one key: its messages go to the key's row. */
    const ofKey = <Q extends { getUrn(): string }, R>(
        answer: Answer<Q, R>,
        secretsIn: (request: Q) => SecretNames = () => new Set(),
    ): grpc.handleUnaryCall<Q, R> =>
        unary(
            (request) =>
                urns.run(request.getUrn(), () => {
                    requireKey(request.getUrn());
                    return answer(request);
                }),
            (error, request) => {
                if (error instanceof Error) error.message = explain(error.message);
                return callError(error, secretsOf(secretsIn(request)));
            },
        );

    const server = new grpc.Server({
        "grpc.max_receive_message_length": maxMessageBytes,
        "grpc.max_send_message_length": maxMessageBytes,
    });
    server.addService(ResourceProviderService, {
        getPluginInfo: unary(() => {
            const info = new PluginInfo();
            info.setVersion(version);
            return info;
        }),
        getSchema: unary(() => {
            const answer = new messages.GetSchemaResponse();
            answer.setSchema(schema);
            return answer;
        }),
        checkConfig: unary(async (request: messages.CheckRequest) => {
            const news = readProperties(request.getNews());
            const olds = readProperties(request.getOlds());
            const { settings, failures } = await checkConfig(request.getUrn(), olds.values, news.values);
            return checked(settings, news.secrets, failures);
        }),
        diffConfig: unary(async (request: messages.DiffRequest) => {
            const olds = readProperties(request.getOldInputs() ?? request.getOlds());
            const news = readProperties(request.getNews());
            return different(await diffConfig(olds.values, news.values));
        }),
        configure: unary((request: messages.ConfigureRequest) => {
            if (isDefault(request.getUrn() ?? ""))
                explain = (text) => text.replaceAll("confluentcloud:", `${pluginPackage}:`);
            service.configure(settingIn(readProperties(request.getArgs()).values));
            const answer = new messages.ConfigureResponse();
            answer.setAcceptsecrets(true);
            answer.setAcceptresources(true);
            answer.setAcceptoutputs(true);
            return answer;
        }),
        check: ofKey(async (request: messages.CheckRequest) => {
            const news = readProperties(request.getNews());
            const olds = readProperties(request.getOlds());
            const { values, secrets, failures } = await keys.check(request.getUrn(), olds, news);
            const explained = failures.map(({ property, reason }) => ({ property, reason: explain(reason) }));
            return checked(values, secrets, explained);
        }),
        diff: ofKey(async (request: messages.DiffRequest) => {
            const olds = readProperties(request.getOlds()).values;
            return different(
                await service.diff(request.getId(), olds, readProperties(request.getNews()).values),
            );
        }),
        create: ofKey(
            async (request: messages.CreateRequest) => {
                const { id, values, secrets } = await keys.create(readProperties(request.getProperties()));
                const answer = new messages.CreateResponse();
                answer.setId(id);
                answer.setProperties(toStruct(values, secrets));
                return answer;
            },
            (request) => readProperties(request.getProperties()).secrets,
        ),
        read: ofKey(
            async (request: messages.ReadRequest) => {
                const state = readProperties(request.getProperties());
                const before = readProperties(request.getInputs());
                const { id, values, inputs, secrets } = await keys.read(request.getId(), state, before);
                const answer = new messages.ReadResponse();
                answer.setId(id);
                answer.setProperties(toStruct(values, secrets));
                if (inputs !== undefined) answer.setInputs(toStruct(inputs, secrets));
                return answer;
            },
            (request) => readProperties(request.getProperties()).secrets,
        ),
        update: ofKey(
            async (request: messages.UpdateRequest) => {
                const olds = readProperties(request.getOlds());
                const { values, secrets } = await keys.update(
                    request.getId(),
                    olds,
                    readProperties(request.getNews()),
                );
                const answer = new messages.UpdateResponse();
                answer.setProperties(toStruct(values, secrets));
                return answer;
            },
            (request) => readProperties(request.getNews()).secrets,
        ),
        delete: ofKey(async (request: messages.DeleteRequest) => {
            await service.delete(request.getId(), readProperties(request.getProperties()).values);
            return new Empty();
        }),
        construct: unary(async (request: messages.ConstructRequest) => {
            const answer = await (await loaded()).construct(request.serializeBinary());
            return messages.ConstructResponse.deserializeBinary(answer);
        }),
        call: unary(async (request: messages.CallRequest) => {
            const answer = await (await loaded()).call(request.serializeBinary());
            return messages.CallResponse.deserializeBinary(answer);
        }),
        cancel: unary(() => {
            service.cancel();
            return new Empty();
        }),
    } as grpc.UntypedServiceImplementation);
    return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
            error ? reject(error) : resolve(port),
        );
    });
}

function unary<Q, R>(
    answer: Answer<Q, R>,
    toCallError: (error: unknown, request: Q) => Partial<grpc.ServiceError> = (error) => callError(error),
): grpc.handleUnaryCall<Q, R> {
    return async ({ request }, respond) => {
        try {
            respond(null, await answer(request));
        } catch (error) {
            respond(toCallError(error, request));
        }
    };
}

/** The engine asks for resources of the package's schema, and for those that FlinkAccess registers. */
function requireKey(urn: string): void {
    const type = parseKeyUrn(urn).type;
    if ([pluginKeyType, `${pluginPackage}:index:LookUp`].includes(type)) return;
    throw new Error(
        `type: got "${type}", expected ${pluginKeyType} or ${pluginPackage}:index:FlinkAccess. ${otherVersion}`,
    );
}

function checked(values: Record<string, unknown>, secrets: SecretNames, failures: readonly CheckFailure[]) {
    const answer = new messages.CheckResponse();
    answer.setInputs(toStruct(values, secrets));
    answer.setFailuresList(
        failures.map(({ property, reason }) => {
            const failure = new messages.CheckFailure();
            failure.setProperty(property);
            failure.setReason(reason);
            return failure;
        }),
    );
    return answer;
}

function different({ changes, replaces }: { changes: boolean; replaces: readonly string[] }) {
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const answer = new messages.DiffResponse();
    answer.setChanges(changes ? DIFF_SOME : DIFF_NONE);
    answer.setReplacesList([...replaces]);
    return answer;
}
