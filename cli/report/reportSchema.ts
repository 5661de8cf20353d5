import { concerns } from "./report";

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

/** The shape of `report --json` (JSON Schema, draft 2020-12). Fields may be added; none changes its meaning. */
export const reportSchema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "confluent-flink report",
    description: "Flink API keys of a Confluent Cloud organization and who manages them. No secrets.",
    ...object({
        schemaVersion: { const: 1 },
        generatedAt: described(moment, "Confluent Cloud's clock; ages count from here"),
        organizationId: described(orNull(text), "null where no environment could be read"),
        ageLimitSeconds: described({ type: "number" }, "a live key older than this is over age"),
        summary: described(
            object({
                live: count,
                managed: count,
                superseded: count,
                stray: count,
                unmanaged: count,
                missing: described(count, "in a state, not listed by Confluent Cloud"),
                ...Object.fromEntries(concerns.filter((one) => one !== "stray").map((one) => [one, count])),
                scopes: described(count, "environment-and-region pairs with a live key"),
            }),
            "managed + superseded + stray + unmanaged = live; live + missing = number of keys",
        ),
        stacks: list(object({ name: text, state: { enum: ["read", "absent", "failed"] }, keys: count })),
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
                                "stack",
                                "probe",
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
        environments: list(object({ id: text, name: text })),
        owners: list(
            object({
                id: text,
                name: described(text, "empty where it could not be read"),
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
                    status: described(
                        { enum: ["managed", "superseded", "stray", "unmanaged"] },
                        "current key of a stack; lives on until retireAt; our tag in no state; made elsewhere",
                    ),
                    live: described({ type: "boolean" }, "false: a state holds it, Confluent Cloud does not"),
                    scope: described(text, "env-abc123.aws.us-east-2"),
                    environmentId: text,
                    environmentName: text,
                    region: described(text, "aws.us-east-2"),
                    restEndpoint: orNull(text),
                    ownerId: text,
                    ownerName: text,
                    organizationAdmin: described(
                        orNull({ type: "boolean" }),
                        "the owner holds the role; null where role bindings could not be read",
                    ),
                    createdAt: orNull(moment),
                    ageSeconds: orNull(count),
                    stack: described(orNull(text), "confluent-flink/prod"),
                    resource: described(orNull(text), "flink-aws.us-east-2"),
                    rotatesAt: described(orNull(moment), "null: no rotation"),
                    retireAt: described(orNull(moment), "of a superseded key: when its overlap ends"),
                    overdue: { type: "boolean" },
                    readiness: described(
                        { enum: ["ready", "unverified", "gone", "refused", "unreachable", null] },
                        "of managed keys; refused and unreachable only where probed",
                    ),
                    probed: { type: "boolean" },
                    drift: described(list(text), "what differs between state and Confluent Cloud"),
                }),
            ),
            "the most urgent first",
        ),
    }),
} as const;
