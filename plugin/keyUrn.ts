import { dynamicKeyType } from "../components/keyType";

/** The parts of the URN of a FlinkApiKey: `urn:pulumi:prod::shop::confluent-flink:index:FlinkApiKey::orders`. */
export interface KeyUrn {
    readonly stack: string;
    readonly project: string;
    readonly name: string;
    readonly type: string;
    /** The URN that the key would have as a dynamic resource. */
    readonly dynamicUrn: string;
}

export function parseKeyUrn(urn: string): KeyUrn {
    const [stack = "", project = "", qualifiedType = "", ...name] = urn
        .replace(/^urn:pulumi:/, "")
        .split("::");
    const types = qualifiedType.split("$");
    const parents = types.slice(0, -1);
    const dynamicType = [...parents, dynamicKeyType].join("$");
    const dynamicUrn = `urn:pulumi:${stack}::${project}::${dynamicType}::${name.join("::")}`;
    return { stack, project, name: name.join("::"), type: types.at(-1) ?? "", dynamicUrn };
}
