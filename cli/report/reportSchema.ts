import { concerns } from "./concerns";

const text = { type: "string" };
const count = { type: "integer", minimum: 0 };
const moment = { type: "string", format: "date-time" };
const orNull = (schema: object): object => ({ anyOf: [schema, { type: "null" }] });
const object = (properties: Record<string, object>, optional: readonly string[] = []): object => ({
    type: "object",
    additionalProperties: false,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    properties,
});
const list = (items: object): object => ({ type: "array", items });
const described = (schema: object, description: string): object => ({ ...schema, description });

/**
 * The shape of `report --json` (JSON Schema, draft 2020-12). New fields may be added; existing fields keep their
 * meaning.
 */
export const reportSchema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "pulumi-confluent-flink report",
    description: "Flink API keys of a Confluent Cloud organization and who manages them. No secrets.",
    ...object({
        schemaVersion: { const: 1 },
        generatedAt: described(moment, "Confluent Cloud's time; ages are measured from here"),
        organizationId: described(orNull(text), "null if no environment could be read"),
        caller: described(
            object({
                identity: described(text, "id of the Cloud API key or identity pool"),
                ownerId: described(orNull(text), "owner of the Cloud API key; null if it could not be read"),
                endpoint: text,
                seesEverything: described({ type: "boolean" }, "false: keys may be missing from the report"),
            }),
            "the credentials that were used with Confluent Cloud",
        ),
        backends: described(
            list(
                object({
                    kind: { enum: ["pulumi", "files"] },
                    place: described(text, "URL, or path"),
                    user: orNull(text),
                    project: orNull(text),
                }),
            ),
            "where the states of stacks were read",
        ),
        ageLimitSeconds: described({ type: "number" }, "a live key older than this is over age"),
        summary: described(
            object({
                live: count,
                managed: count,
                superseded: count,
                stray: count,
                elsewhere: count,
                unmanaged: count,
                unknown: count,
                missing: described(count, "in a state, proven not to be in Confluent Cloud"),
                unseen: described(
                    count,
                    "part of unknown: in a state but not listed, perhaps because permissions are missing",
                ),
                ...Object.fromEntries(concerns.filter((one) => one !== "stray").map((one) => [one, count])),
                scopes: described(count, "environment-and-region pairs with a live key"),
            }),
            "managed + superseded + stray + elsewhere + unmanaged + unknown - unseen = live; live + missing + unseen = number of keys",
        ),
        stacks: list(
            object({
                name: text,
                state: { enum: ["read", "absent", "failed"] },
                keys: count,
                hasFile: described(
                    orNull({ type: "boolean" }),
                    "whether the project has a stack file for it",
                ),
                organizationId: described(orNull(text), "null if not known"),
            }),
        ),
        gaps: described(
            list(
                object(
                    {
                        subject: {
                            enum: [
                                "environments",
                                "serviceAccounts",
                                "users",
                                "roleBindings",
                                "quotas",
                                "regions",
                                "keys",
                                "organization",
                                "stack",
                                "holders",
                                "probe",
                                "report",
                            ],
                        },
                        name: text,
                        reason: text,
                    },
                    ["name"],
                ),
            ),
            "what could not be read",
        ),
        unchecked: described(
            list(object({ concern: { enum: concerns }, reason: text })),
            "concerns that could not be checked for every key: their count in summary is the least that it may be",
        ),
        environments: list(object({ id: text, name: text })),
        owners: list(
            object({
                id: text,
                name: described(text, "empty if it could not be read"),
                kind: { enum: ["serviceAccount", "user", "other"] },
                roles: orNull(list(object({ roleName: text, crnPattern: text }))),
                organizationAdmin: orNull({ type: "boolean" }),
                liveKeys: count,
                quota: orNull(
                    object({ id: text, used: count, limit: { type: "number" }, ratio: { type: "number" } }),
                ),
            }),
        ),
        keys: described(
            list(
                object({
                    id: text,
                    displayName: text,
                    description: text,
                    status: described(
                        { enum: ["managed", "superseded", "stray", "elsewhere", "unknown", "unmanaged"] },
                        "current key of a stack; replaced by a rotation and valid until retireAt; created for a stack whose state does not contain it; created for another project; not known; not created by this package",
                    ),
                    unfinished: described(
                        { type: "boolean" },
                        "the mark in its description says that no run has finished it",
                    ),
                    live: described(
                        { type: "boolean" },
                        "false: it is in a state, but Confluent Cloud does not list it",
                    ),
                    scope: described(text, "env-abc123.aws.us-east-2, or global"),
                    environmentId: described(text, "empty for a global key that no state contains"),
                    environmentName: text,
                    region: described(text, "aws.us-east-2, or global"),
                    restEndpoint: orNull(text),
                    ownerId: text,
                    ownerName: text,
                    organizationAdmin: described(
                        orNull({ type: "boolean" }),
                        "whether the owner has the role; null if role bindings could not be read",
                    ),
                    rolesInEnvironment: described(
                        orNull(list(text)),
                        "the owner's roles that apply in the key's environment",
                    ),
                    createdAt: orNull(moment),
                    ageSeconds: orNull(count),
                    project: described(orNull(text), "confluent-flink"),
                    stack: described(orNull(text), "confluent-flink/prod"),
                    resource: described(orNull(text), "flink-aws.us-east-2"),
                    rotatesAt: described(
                        orNull(moment),
                        "null if there is no rotation, or if it is not known",
                    ),
                    rotationKnown: described(
                        { type: "boolean" },
                        "false: the state of its stack was not read, or has the rotation only encrypted",
                    ),
                    retireAt: described(orNull(moment), "for a superseded key: when its overlap ends"),
                    overdue: described(orNull({ type: "boolean" }), "null if not known"),
                    readiness: described(
                        { enum: ["ready", "unverified", "pending", "gone", "refused", "unreachable", null] },
                        "for managed keys; refused and unreachable only after a probe",
                    ),
                    refusal: described(orNull(text), "the region's answer to the probe: 401"),
                    probed: { type: "boolean" },
                    drift: described(
                        orNull(list(text)),
                        "differences between state and Confluent Cloud; null if one of them was not read",
                    ),
                    holders: described(
                        list(
                            object({ stack: text, resource: text, property: text, cutOffAt: orNull(moment) }),
                        ),
                        "other resources in the stacks' states that contain its id, and until when the key works",
                    ),
                    remedies: described(list(text), "a command or sentence for each problem"),
                }),
            ),
            "the most urgent first",
        ),
    }),
} as const;
