import { unwrapRpcSecret } from "@pulumi/pulumi/runtime/rpc";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Properties = Record<string, unknown>;

export function toStruct(properties: Properties): Struct {
    // By way of JSON, which omits undefined properties, as the engine does.
    return Struct.fromJavaScript(
        JSON.parse(JSON.stringify(properties)) as { [key: string]: JavaScriptValue },
    );
}

/** With secrets in clear, as the engine passes them back to this provider. `__tests__/provider/secretOutput.test.ts` covers the marks. */
export function toProperties(struct: Struct | undefined): Properties {
    const properties = (struct?.toJavaScript() ?? {}) as Properties;
    const inClear = Object.entries(properties).map(([name, value]) => [name, unwrapRpcSecret(value)]);
    return Object.fromEntries(inClear);
}
