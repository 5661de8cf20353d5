import * as grpc from "@grpc/grpc-js";
// Before any call: a provider that a program passes becomes an object of this package's class, with its settings.
import "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { constructAccess } from "./constructAccess";

export interface ComponentCalls {
    construct(request: Uint8Array): Promise<Uint8Array>;
    call(request: Uint8Array): Promise<Uint8Array>;
}

const service = "/pulumirpc.ResourceProvider";

/**
 * Answers Construct and Call with the SDK's own server, on a port of its own: the SDK exports nothing smaller. Only its
 * documented entry is used, and the line with its port, which every plugin prints.
 */
export async function startComponentCalls(engine: string, version: string): Promise<ComponentCalls> {
    const port = await printedPort(() =>
        pulumi.provider.main(
            {
                version,
                construct: (name, type, inputs, options) => constructAccess({ name, type, inputs, options }),
            },
            [engine],
        ),
    );
    const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
    });
    const forward = (method: string) => (request: Uint8Array) =>
        new Promise<Uint8Array>((resolve, reject) => {
            const same = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
            client.makeUnaryRequest(`${service}/${method}`, same, same, request, (error, answer) =>
                error ? reject(error) : resolve(answer as Uint8Array),
            );
        });
    return { construct: forward("Construct"), call: forward("Call") };
}

/** The engine has read this plugin's own port already, and would show a second one to the user. */
async function printedPort(start: () => Promise<void>): Promise<number> {
    const { log } = console;
    let port: number | undefined;
    console.log = (line: unknown) => {
        port = Number(line);
    };
    try {
        await start();
    } finally {
        console.log = log;
    }
    if (!port) throw new Error("The server of @pulumi/pulumi printed no port.");
    return port;
}
