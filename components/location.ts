import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { crnOfOrganization, organizationOfCrn } from "../confluent/crn";
import type { AccessRegion } from "./accessRegion";
import { explainLookUp } from "./failedLookUp";
import { checkEnvironment } from "./flinkRegion";
import { inComponent, programError } from "./programError";

/** An environment that Confluent Cloud has confirmed. */
export interface CheckedLocation {
    readonly organizationCrn: string;
    readonly environmentId: string;
}

interface KnownLocation {
    readonly organizationId: string;
    readonly environmentId: string;
}

/**
 * Looks up the environment and the regions. The organization comes from the environment's CRN. A resource that depends on
 * `checked` is created only after Confluent Cloud has confirmed the environment and, outside previews, every region. (In a
 * preview the key's own check confirms the region, and lists those that exist.) Both results are unknown if the environment is
 * gone and the run destroys or refreshes the stack.
 */
export function lookUpLocation(
    name: string,
    environmentId: pulumi.Input<string>,
    regions: readonly AccessRegion[],
    parent: pulumi.Resource,
): {
    checked: pulumi.Output<CheckedLocation>;
    organizationId: pulumi.Output<string>;
    /** Resolves after the look-up, also in a destroy or refresh of which the environment is gone. */
    lookedUp: pulumi.Output<void>;
} {
    const given = pulumi.output(environmentId);
    const answer = given.apply(async (id): Promise<KnownLocation | undefined> => {
        const isSecret = await pulumi.isSecret(given);
        inComponent(name, () => checkEnvironment(regions, id, "regions", isSecret));
        const lookUpRegions = pulumi.runtime.isDryRun()
            ? []
            : plainRegionsOf(regions).map(({ i, ...region }) =>
                  confluentcloud
                      .getFlinkRegion(
                          { cloud: region.cloud.toUpperCase(), region: region.region },
                          { parent },
                      )
                      .catch(
                          explainLookUp(
                              name,
                              `regions[${i}]`,
                              { value: region.name },
                              "a region where Confluent Cloud runs Flink (confluent flink region list)",
                              parent,
                          ),
                      ),
              );
        const [environment] = await Promise.all([
            confluentcloud
                .getEnvironment({ id }, { parent })
                .catch(
                    explainLookUp(
                        name,
                        "environmentId",
                        { value: id, isSecret },
                        "an environment that exists (confluent environment list)",
                        parent,
                    ),
                ),
            ...lookUpRegions,
        ]);
        if (environment === undefined) return undefined;
        const organizationId = organizationOfCrn(environment.resourceName);
        if (organizationId === undefined) {
            throw programError(`FlinkAccess "${name}": the CRN of the environment names no organization`);
        }
        return { organizationId, environmentId: id };
    });
    const found = answer.apply((known) => known ?? (pulumi.unknown as unknown as KnownLocation));
    return {
        lookedUp: answer.apply(() => undefined),
        organizationId: found.organizationId,
        checked: found.apply(({ organizationId, environmentId: id }) => ({
            organizationCrn: crnOfOrganization(organizationId),
            environmentId: id,
        })),
    };
}

/** A region that is an output is left to the key's own check. Awaiting it here could block forever. */
function plainRegionsOf(
    regions: readonly AccessRegion[],
): { i: number; name: string; cloud: string; region: string }[] {
    return regions.flatMap(({ name, cloud, region, isPlain }, i) =>
        isPlain ? [{ i, name, cloud: String(cloud), region: String(region) }] : [],
    );
}
