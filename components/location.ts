import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { organizationOfCrn } from "../confluent/crn";
import type { AccessRegion } from "./accessRegion";
import { explainLookUp } from "./failedLookUp";
import { checkEnvironment } from "./flinkRegion";
import { inComponent, programError } from "./programError";

export interface Location {
    readonly organizationId: string;
    readonly environmentId: string;
}

/**
 * Looks up the environment and the regions. A resource that depends on `location` is created only after Confluent Cloud has
 * confirmed the environment and, outside previews, every region (in a preview the key's own check does). It is unknown if the
 * environment is gone and the run destroys or refreshes the stack; `lookedUp` resolves then too.
 */
export function lookUpLocation(
    name: string,
    environmentId: pulumi.Input<string>,
    regions: readonly AccessRegion[],
    parent: pulumi.Resource,
): { location: pulumi.Output<Location>; lookedUp: pulumi.Output<void> } {
    const given = pulumi.output(environmentId);
    const answer = given.apply(async (id): Promise<Location | undefined> => {
        const isSecret = await pulumi.isSecret(given);
        inComponent(name, () => checkEnvironment(regions, id, "regions", isSecret));
        const wanted = "an environment that exists (confluent environment list)";
        const [environment] = await Promise.all([
            confluentcloud
                .getEnvironment({ id }, { parent })
                .catch(explainLookUp(name, "environmentId", { value: id, isSecret }, wanted, parent)),
            ...(pulumi.runtime.isDryRun() ? [] : lookUpRegions(name, regions, parent)),
        ]);
        if (environment === undefined) return undefined;
        const organizationId = organizationOfCrn(environment.resourceName);
        if (organizationId === undefined)
            throw programError(`FlinkAccess "${name}": the CRN of the environment names no organization`);
        return { organizationId, environmentId: id };
    });
    return {
        lookedUp: answer.apply(() => undefined),
        location: answer.apply((known) => known ?? (pulumi.unknown as unknown as Location)),
    };
}

/** A region that is an output is left to the key's own check. Awaiting it here could block forever. */
function lookUpRegions(
    name: string,
    regions: readonly AccessRegion[],
    parent: pulumi.Resource,
): Promise<unknown>[] {
    const wanted = "a region where Confluent Cloud runs Flink (confluent flink region list)";
    return regions.flatMap(({ cloud, region, ...given }, i) =>
        typeof cloud === "string" && typeof region === "string"
            ? [
                  confluentcloud
                      .getFlinkRegion({ cloud: cloud.toUpperCase(), region }, { parent })
                      .catch(explainLookUp(name, `regions[${i}]`, { value: given.name }, wanted, parent)),
              ]
            : [],
    );
}
