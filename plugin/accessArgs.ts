import * as pulumi from "@pulumi/pulumi";
import { type FlinkAccessArgs, type NamedRegion, type Role, rolePresets } from "../components";
import { requireFields } from "../components/argumentFields";
import { promised } from "../components/promisedUrn";
import { withEndpoints } from "./keyDefaults";
import { otherVersion, resources, types } from "./schema";

type Inputs = Readonly<Record<string, unknown>>;

/**
 * The arguments of FlinkAccess, from the inputs of the schema, in which each union of TypeScript is several inputs. A misspelt
 * field is reported here; everything else is left to FlinkAccess.
 */
export async function accessArgs(given: Inputs): Promise<FlinkAccessArgs> {
    const names = Object.keys(resources.FlinkAccess.inputProperties);
    requireFields(given, names, "", `only ${names.join(", ")}. ${otherVersion}`);
    const inputs = await knownBeforehand(given);
    for (const [name, { $ref, items }] of Object.entries(resources.FlinkAccess.inputProperties)) {
        checkFields(inputs[name], $ref ?? items?.$ref, name);
    }
    const { regions, namedRegions, roles, rolesAtScope, statementRunner, assigners, selfAssigner, ...same } =
        inputs as Inputs & {
            regions?: string[];
            namedRegions?: NamedRegion[];
        };
    const allRoles = rolesOf({ roles, rolesAtScope, statementRunner, assigners, selfAssigner });
    const readiness = pulumi.Output.isInstance(same.readiness)
        ? same.readiness.apply(withEndpoints)
        : withEndpoints(same.readiness);
    return {
        ...same,
        regions: regionsOf(regions, namedRegions),
        ...(allRoles !== undefined && { roles: allRoles }),
        ...(readiness !== undefined && { readiness }),
    } as unknown as FlinkAccessArgs;
}

/** Inputs that name resources, without outputs. An SDK sends outputs where a program passes them in spite of the schema. */
async function knownBeforehand(given: Inputs): Promise<Inputs> {
    const entries = Object.entries(given)
        .filter(([, value]) => value !== undefined && value !== null)
        .map(async ([name, value]): Promise<[string, unknown]> => {
            const { plain, type } = resources.FlinkAccess.inputProperties[name] ?? {};
            const isPlain = plain === true || type === "array";
            return [name, isPlain ? await known(value, name) : value];
        });
    return Object.fromEntries(await Promise.all(entries));
}

/** Resolves the outputs in plain fields. Those in other fields stay outputs: the region of a named region. */
async function known(value: unknown, path: string): Promise<unknown> {
    if (!pulumi.Output.isInstance(value)) return value;
    const { isKnown } = value as unknown as { isKnown: Promise<boolean> };
    if (await isKnown) return promised(value);
    throw new Error(
        `${path}: got a value that is only known after another resource was created, expected one that is known before Pulumi runs, because it names resources`,
    );
}

function regionsOf(
    regions: readonly string[] | undefined,
    named: readonly NamedRegion[] | undefined,
): FlinkAccessArgs["regions"] {
    // Without both, FlinkAccess says what is expected.
    if (regions === undefined && named === undefined)
        return undefined as unknown as FlinkAccessArgs["regions"];
    return [...(regions ?? []), ...(named ?? [])];
}

/** Undefined if no input grants anything, so that the default applies. */
function rolesOf(inputs: Inputs): Role[] | undefined {
    const { roles, rolesAtScope, statementRunner, assigners, selfAssigner } = inputs as {
        roles?: Role[];
        rolesAtScope?: Role[];
        statementRunner?: Parameters<typeof runnerOf>[0];
        assigners?: Parameters<typeof rolePresets.assigner>[0][];
        selfAssigner?: boolean;
    };
    const given = [roles, rolesAtScope, statementRunner, assigners, selfAssigner || undefined];
    if (given.every((value) => value === undefined)) return undefined;
    return [
        ...(roles ?? []),
        ...(rolesAtScope ?? []),
        ...(statementRunner ? [runnerOf(statementRunner)] : []),
        ...(assigners ?? []).map(rolePresets.assigner),
        ...(selfAssigner ? [rolePresets.selfAssigner()] : []),
    ];
}

type RunnerArgs = Parameters<typeof rolePresets.statementRunner>[0];

function runnerOf({
    topicAccess,
    subjectAccess,
    ...args
}: RunnerArgs & { topicAccess?: RunnerArgs["topics"]; subjectAccess?: RunnerArgs["subjects"] }): Role {
    requireOne("topics", args.topics, "topicAccess", topicAccess);
    requireOne("subjects", args.subjects, "subjectAccess", subjectAccess);
    if (!Array.isArray(args.kafkaClusterIds))
        throw new Error(
            "statementRunner.kafkaClusterIds: got nothing, expected a list of Kafka clusters such as lkc-abc123",
        );
    const topics = topicAccess ?? args.topics;
    const subjects = subjectAccess ?? args.subjects;
    return rolePresets.statementRunner({
        ...args,
        ...(topics !== undefined && { topics }),
        ...(subjects !== undefined && { subjects }),
    });
}

function requireOne(first: string, one: unknown, second: string, other: unknown): void {
    if (one === undefined || other === undefined) return;
    throw new Error(`statementRunner.${second}: got a value beside ${first}, expected one of the two`);
}

function checkFields(value: unknown, type: string | undefined, path: string): void {
    if (type === undefined || value === undefined || pulumi.Output.isInstance(value)) return;
    if (Array.isArray(value)) {
        for (const [i, element] of value.entries()) checkFields(element, type, `${path}[${i}]`);
        return;
    }
    const properties = types[type.split(":").at(-1) ?? ""]?.properties;
    if (properties === undefined) return;
    const fields = Object.keys(properties);
    requireFields(value, fields, path, `an object with the fields ${fields.join(", ")}. ${otherVersion}`);
    for (const [name, { $ref }] of Object.entries(properties))
        checkFields((value as Inputs)[name], $ref, `${path}.${name}`);
}
