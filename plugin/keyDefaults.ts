import { withoutNulls } from "../components/argumentFields";
import { resourceTag } from "../components/resourceTag";
import { isObject } from "../confluent/valueRule";
import { parseKeyUrn } from "./keyUrn";
import type { Properties } from "./propertyValues";

/** The stack's organization is not part of a check. Backends without organizations use this name. */
const organization = "organization";

/**
 * The inputs of a FlinkApiKey with what its class in TypeScript adds: defaults, the tag, and what is secret.
 */
export function withKeyDefaults(urn: string, given: Properties, secrets: ReadonlySet<string>): Properties {
    const inputs = withoutNulls(given);
    const { name, project, stack, dynamicUrn } = parseKeyUrn(urn);
    return {
        ...inputs,
        ...(inputs.readiness !== undefined && { readiness: withEndpoints(inputs.readiness) }),
        displayName: inputs.displayName ?? name,
        description: inputs.description ?? `Pulumi ${project}/${stack}`,
        // A key under a FlinkAccess has one, with the organization in it.
        tag: inputs.tag ?? resourceTag(organization, dynamicUrn),
        ...(secrets.size > 0 && { secretInputs: [...secrets] }),
    };
}

/** The schema has one input for an endpoint and one for several. In TypeScript there is one for both. */
export function withEndpoints(readiness: unknown): unknown {
    if (!isObject(readiness)) return readiness;
    const { restEndpoints, ...others } = readiness;
    return restEndpoints === undefined || restEndpoints === null
        ? others
        : { ...others, restEndpoint: restEndpoints };
}
