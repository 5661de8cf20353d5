import { withoutNulls } from "../components/argumentFields";
import { cutText, longestKeyText } from "../components/nameLimits";
import { pluginPackage } from "../components/pluginHost";
import { resourceTag } from "../components/resourceTag";
import { isObject } from "../confluent/valueRule";
import { isUnknown } from "../provider/keyInputs";
import { tagOf } from "../provider/tag";
import { type KeyUrn, parseKeyUrn } from "./keyUrn";
import type { Properties } from "./propertyValues";

/** The stack's organization is not part of a check. Backends without organizations use this name. */
const organization = "organization";

/**
 * The inputs of a FlinkApiKey with what its class in TypeScript adds: defaults, the tag in the description, and what is secret.
 */
export function withKeyDefaults(urn: string, given: Properties, secrets: ReadonlySet<string>): Properties {
    const inputs = withoutNulls(given);
    const key = parseKeyUrn(urn);
    return {
        ...inputs,
        ...(inputs.readiness !== undefined && { readiness: withEndpoints(inputs.readiness) }),
        displayName: inputs.displayName ?? key.name,
        description: describe(key, inputs.description),
        ...(secrets.size > 0 && { secretInputs: [...secrets] }),
    };
}

function describe(key: KeyUrn, given: unknown): unknown {
    const text = given ?? `Pulumi ${key.project}/${key.stack}`;
    if (typeof text !== "string" || isUnknown(text)) return text;
    if (isChildOfAccess(key) && tagOf(text) !== undefined) return text;
    // A description that was copied from another key may end with that key's tag.
    const own = text.replace(/\s*\[pcf-[0-9a-f]{16}[^\]]*\]\s*$/, "");
    return `${cutText(own, longestKeyText)} ${resourceTag(organization, key.dynamicUrn)}`;
}

function isChildOfAccess({ qualifiedType }: KeyUrn): boolean {
    return qualifiedType.includes(`${pluginPackage}:index:FlinkAccess$`);
}

/** The schema has one input for an endpoint and one for several. In TypeScript there is one for both. */
export function withEndpoints(readiness: unknown): unknown {
    if (!isObject(readiness)) return readiness;
    const { restEndpoints, ...others } = readiness;
    return restEndpoints === undefined || restEndpoints === null
        ? others
        : { ...others, restEndpoint: restEndpoints };
}
