import type { FlinkAccessArgs } from "../components";
import type { FlinkRegion } from "../components/flinkRegion";
import { isExisting } from "../components/principal";
import {
    readEnvironmentId,
    readPrincipal,
    readReadiness,
    readRegions,
    readRoles,
    readRotation,
    readStatementRunner,
} from "./accessSettings";
import { type ConfigMistake, ConfigReader, describeMistake } from "./configReader";

/** A stack's config, parsed. `access` is complete only if there are no mistakes. */
export interface CheckedStackConfig {
    /** The arguments of the stack's FlinkAccess. */
    readonly access: FlinkAccessArgs & { readonly regions: readonly string[] };
    readonly regions: readonly FlinkRegion[];
    readonly mistakes: readonly ConfigMistake[];
}

/**
 * Checks a stack's config (by full key, with parsed lists and objects) and finds all mistakes. The program stops at
 * the first one; `pulumi-confluent-flink stacks check` prints all of them. Pulumi.yaml has the keys and their defaults.
 * Undefined means not set.
 */
export function checkStackConfig(
    config: Readonly<Record<string, unknown>>,
    project: string,
): CheckedStackConfig {
    const reader = new ConfigReader(config, project);
    const environmentId = readEnvironmentId(reader);
    const regions = readRegions(reader, environmentId);
    const principal = readPrincipal(reader);
    const readiness = readReadiness(reader, regions);
    const roles = readRoles(reader);
    const runner = readStatementRunner(reader);
    const rotation = readRotation(reader);
    if (principal && isExisting(principal) && !roles.isSet && !runner) {
        const wanted =
            'the roles to grant to the existing principal, such as ["FlinkDeveloper"], or [] if it already has its roles';
        reader.add([reader.key("principal")], describeMistake(reader.key("roles"), undefined, wanted));
    }
    const granted = runner ? [...(roles.value ?? []), runner] : roles.value;
    const access = {
        environmentId: environmentId ?? "",
        regions: regions.map(({ name }) => name),
        ...(principal && { principal }),
        ...(readiness && { readiness }),
        ...(granted && { roles: granted }),
        ...(rotation && { rotation }),
    };
    return { access, regions, mistakes: reader.mistakes };
}
