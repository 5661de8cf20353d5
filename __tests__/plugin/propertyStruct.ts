import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Properties = Record<string, unknown>;

export function toStruct(properties: Properties): Struct {
    // By way of JSON, which omits undefined properties, as the engine does.
    return Struct.fromJavaScript(
        JSON.parse(JSON.stringify(properties)) as { [key: string]: JavaScriptValue },
    );
}

export function toProperties(struct: Struct | undefined): Properties {
    return (struct?.toJavaScript() ?? {}) as Properties;
}
