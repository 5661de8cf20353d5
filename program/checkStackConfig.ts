import type { AccessReadinessArgs, FlinkAccessArgs, Role, RotationArgs } from "../components";
import { checkAccessReadiness } from "../components/accessReadiness";
import { keyScopeRule, rolesOf } from "../components/flinkAccessArgs";
import {
    checkEnvironment,
    type FlinkRegion,
    parseFlinkRegion,
    parseFlinkRegions,
} from "../components/flinkRegion";
import { parsePrincipal } from "../components/principalArgs";
import { checkStatementRunner, rolePresets, type StatementRunnerArgs } from "../components/rolePresets";
import { grantsOf } from "../components/roles";
import { parseRotation } from "../components/rotation";
import { environmentIdRule } from "../confluent/keyRules";
import { readValue } from "../confluent/valueRule";
import { type ConfigMistake, ConfigReader } from "./configReader";

/** A stack's config, parsed. `access` is complete only if there are no mistakes. */
export interface CheckedStackConfig {
    /** The arguments of the stack's FlinkAccess. */
    readonly access: FlinkAccessArgs & { readonly regions: readonly string[] };
    readonly regions: readonly FlinkRegion[];
    readonly mistakes: readonly ConfigMistake[];
}

/**
 * Checks a stack's config (by full key, with parsed lists and objects) with the rules of FlinkAccess, and finds all mistakes.
 * Undefined means not set; Pulumi.yaml has the defaults.
 */
export function checkStackConfig(
    config: Readonly<Record<string, unknown>>,
    project: string,
): CheckedStackConfig {
    const reader = new ConfigReader(config, project);
    const environmentId = reader.required("environmentId", (value, key) =>
        readValue(environmentIdRule, value, key),
    );
    const regions = readRegions(reader, environmentId);
    const names = regions.map(({ name }) => name);
    const principal = reader.optional("principal", parsePrincipal);
    const keyScope = reader.optional("keyScope", (value, key) => readValue(keyScopeRule, value, key));
    const readiness = reader.optional("readiness", (value, key) => {
        checkAccessReadiness(value, key, names);
        return value as AccessReadinessArgs;
    });
    const roles = reader.optional("roles", (value, key) => {
        grantsOf(value, key);
        return value as Role | readonly Role[];
    });
    const runner = reader.optional("statementRunner", (value, key) => {
        checkStatementRunner(value, key);
        return rolePresets.statementRunner(value as unknown as StatementRunnerArgs);
    });
    const rotation = reader.optional("rotation", (value, key) => {
        parseRotation(value, key);
        return value as RotationArgs;
    });
    // A runner takes the place of the default role, and stands beside roles that somebody wrote.
    const granted = runner ? [roles ?? [], runner].flat() : roles;
    if (principal !== undefined && reader.value("roles") === undefined)
        reader.attempt("principal", () => rolesOf(granted, principal, reader.key("roles")));
    const access = {
        environmentId: environmentId ?? "",
        regions: names,
        ...(keyScope && { keyScope }),
        ...(principal && { principal }),
        ...(readiness && { readiness }),
        ...(granted && { roles: granted }),
        ...(rotation && { rotation }),
    };
    return { access, regions, mistakes: reader.mistakes };
}

/** Every region is checked, so that all mistakes are found, and then all of them together. */
function readRegions(reader: ConfigReader, environmentId: string | undefined): FlinkRegion[] {
    const list = reader.value("regions");
    const key = reader.key("regions");
    const regions = (Array.isArray(list) ? list : []).flatMap(
        (text, i) => reader.attempt("regions", () => parseFlinkRegion(text, `${key}[${i}]`)) ?? [],
    );
    if (Array.isArray(list) && regions.length < list.length) return regions;
    reader.attempt("regions", () => {
        parseFlinkRegions(list, key);
        if (environmentId !== undefined) checkEnvironment(regions, environmentId, key);
    });
    return regions;
}
