import { dynamicKeyType } from "../components/keyType";
import { pluginPackage } from "../components/pluginHost";

/**
 * The schema of the package: what the generated SDKs of all languages, Pulumi YAML and the Registry know about it. The arguments
 * follow those in TypeScript; `__tests__/plugin/schema.test.ts` compares the two.
 */

/** The part of Pulumi's schema language that is used here (https://www.pulumi.com/docs/iac/guides/building-extending/schema/). */
export interface Property {
    readonly description?: string;
    readonly type?: "string" | "boolean" | "integer" | "array" | "object";
    readonly $ref?: string;
    readonly items?: Property;
    readonly additionalProperties?: Property;
    /** Must be known before Pulumi runs: it names child resources. */
    readonly plain?: boolean;
    readonly secret?: boolean;
    readonly default?: string | boolean;
    readonly defaultInfo?: { readonly environment: readonly string[] };
    /** Changing it replaces the resource. */
    readonly willReplaceOnChanges?: boolean;
    readonly deprecationMessage?: string;
}
export type Properties = Readonly<Record<string, Property>>;

interface ObjectType {
    readonly description: string;
    readonly type: "object";
    readonly properties: Properties;
    readonly required?: readonly string[];
}

interface Resource {
    readonly description: string;
    readonly inputProperties: Properties;
    readonly requiredInputs: readonly string[];
    readonly properties: Properties;
    readonly required: readonly string[];
    readonly isComponent?: boolean;
    readonly aliases?: readonly { readonly type: string }[];
}

const text = (description: string, more: Omit<Property, "type" | "description"> = {}): Property => ({
    type: "string",
    description,
    ...more,
});
/** Must be known before Pulumi runs. */
const plainText = (description: string): Property => text(description, { plain: true });
const plainTexts = (description: string): Property => ({
    type: "array",
    items: { type: "string", plain: true },
    plain: true,
    description,
});
const ref = (name: string, description: string, more: Property = {}): Property => ({
    $ref: refTo(name),
    description,
    ...more,
});
const mapOf = (value: Property, description: string, more: Property = {}): Property => ({
    type: "object",
    additionalProperties: value,
    description,
    ...more,
});
const refTo = (name: string): string => `#/types/${pluginPackage}:index:${name}`;

const replaces = { willReplaceOnChanges: true } as const;

/** How to wait for a key: the inputs of one key, and those of a FlinkAccess. */
const readiness: Properties = {
    timeout: text("How long to wait at most, such as `90s` or `10m`. Default `5m`."),
    unreachable: text(
        "What to do if the region's Flink endpoint cannot be reached at all, as on a private network. `warn` keeps the key with `status` `unverified`, and also the key whose place it takes. `trust` lets an unverified key count as verified, so that its predecessor is deleted. `fail` fails the deployment; the key stays in the state. Default `warn`.",
    ),
    network: text(
        "Which of the region's Flink endpoints to use: `public` or `private`. `private` looks it up in Confluent Cloud's list of endpoints. Default `public`.",
    ),
    restEndpoint: text(
        "Another endpoint to use instead: `https://flink-1234j.us-east-2.aws.confluent.cloud`. Default: none.",
    ),
};

const access = (subject: string): Properties => ({
    read: plainTexts(`${subject} granted DeveloperRead. Default: none.`),
    write: plainTexts(`${subject} granted DeveloperWrite. Default: none.`),
    manage: plainTexts(`${subject} granted DeveloperManage, to create and drop tables. Default: none.`),
});

const objectTypes: Readonly<Record<string, Omit<ObjectType, "type">>> = {
    AccessReadiness: {
        description:
            "How to wait until a key is usable, and what to do if a region's endpoint cannot be reached. Each region can have its own endpoint.",
        properties: {
            ...readiness,
            restEndpoints: mapOf(
                { type: "string" },
                "By region, the Flink endpoint to use instead of the region's own: `https://…`. A region that is not listed uses `restEndpoint`, or its own. Default: none.",
            ),
        },
    },
    AdoptedKey: {
        description: "An existing key.",
        properties: {
            apiKey: text("Its id: 16 upper-case letters and digits."),
            apiSecret: text("Its secret.", { secret: true }),
        },
        required: ["apiKey", "apiSecret"],
    },
    SupersededKey: {
        description: "An earlier key, which a rotation has replaced.",
        properties: {
            apiKey: text("Id of the key."),
            retireAt: text("ISO 8601. The first `pulumi up` after this time deletes the key."),
            supersededAt: text("When it was replaced, ISO 8601."),
        },
        required: ["apiKey", "retireAt"],
    },
    NamedRegion: {
        description:
            "A region that is an output of another resource, such as a compute pool's, with a name that you choose.",
        properties: {
            name: plainText(
                "The key's name in `keys`, and part of its resource name after the component's: `pool`.",
            ),
            cloud: text("`aws`, `gcp` or `azure`, in either case."),
            region: text("`us-east-2`"),
        },
        required: ["name", "cloud", "region"],
    },
    Principal: {
        description:
            "The owner of the keys: `displayName` and `description` of a new service account, or one of `serviceAccountId`, `userId` and `stack`.",
        properties: {
            displayName: text(
                "Name of a new service account, unique in the organization, at most 64 characters. Default `<project>-<stack>-<name>`. A hash is appended if it is longer than that, or if the FlinkAccess has a parent.",
            ),
            description: text(
                "Description of a new service account, at most 128 characters. Default `Runs Flink statements. Pulumi <project>/<stack>`.",
            ),
            serviceAccountId: text("An existing service account: `sa-111aaa`."),
            userId: text("An existing user, for interactive work: `u-111aaa`."),
            stack: text(
                "`org/project/stack`: the principal of another stack's FlinkAccess, from that stack's output `principalId`.",
            ),
        },
    },
    RoleAtScope: {
        description: "Any role at any scope, in Confluent's terms.",
        properties: {
            roleName: plainText("`DeveloperRead`"),
            crnPattern: text("`crn://confluent.cloud/organization=…/environment=env-abc123/…`"),
            name: plainText(
                "Part of the RoleBinding's name, after the component's and the role's: `orders`. Required if two roles of the same name have outputs as scopes. Default: derived from the scope.",
            ),
        },
        required: ["roleName", "crnPattern"],
    },
    StatementRunner: {
        description:
            "The least that running statements needs: FlinkDeveloper on the environment, DeveloperRead and DeveloperWrite on the transactional ids `_confluent-flink_*` of each Kafka cluster, and on the given topics and subjects.",
        properties: {
            kafkaClusterIds: plainTexts("Kafka clusters whose tables the statements use: `lkc-abc123`."),
            topics: plainTexts(
                "Topics that the statements may read and write. A `*` at the end makes it a prefix: `orders*`. Default: none.",
            ),
            topicAccess: ref("TopicAccess", "Separate lists of topics, instead of `topics`. Default: none.", {
                plain: true,
            }),
            schemaRegistryId: plainText(
                "Schema Registry cluster of the environment: `lsrc-abc123`. Required by `subjects` and `subjectAccess`.",
            ),
            subjects: plainTexts(
                "Subjects whose schemas the statements may read and register: `orders-value`. Default: none.",
            ),
            subjectAccess: ref(
                "SubjectAccess",
                "Separate lists of subjects, instead of `subjects`. Default: none.",
                { plain: true },
            ),
        },
        required: ["kafkaClusterIds"],
    },
    TopicAccess: {
        description:
            "Topics, by what statements do with them. A `*` at the end makes it a prefix: `orders*`.",
        properties: access("Topics"),
    },
    SubjectAccess: {
        description:
            "Subjects, by what statements do with them. A `*` at the end makes it a prefix: `orders*`.",
        properties: access("Subjects"),
    },
    Assigner: {
        description:
            "Runs statements as another service account, which has the rights on the data: FlinkDeveloper on the environment, and Assigner on that account.",
        properties: {
            serviceAccountId: text("`sa-111aaa`"),
            name: plainText(
                "Required if two of them have outputs as accounts. Default: the account's id, or none for an output.",
            ),
        },
        required: ["serviceAccountId"],
    },
    Rotation: {
        description: "When keys are rotated.",
        properties: {
            every: plainText(
                "Length of a rotation window. Each key is rotated once per window. Confluent advises `90d`. Default: only `trigger` rotates.",
            ),
            overlap: plainText(
                "How long the old key stays valid after a rotation; shorter than `every`. Default `7d`.",
            ),
            anchor: plainText(
                "Start of any window, ISO 8601: `2026-01-01`, or with a time and zone `2026-01-01T06:00:00Z`. Default `2024-01-01`.",
            ),
            stagger: plainText(
                "The time over which the starts of the regions' windows are spread, so that not all keys rotate in one run. `0s` starts them together. At most `every`, which is the default.",
            ),
            trigger: plainText(
                "Any text that is more than a date: `2026-11-23 leak`. A new text rotates every key in the next `pulumi up`. Default: none.",
            ),
        },
    },
    FlinkKey: {
        description: "One region's key.",
        properties: {
            apiKey: text("Id of the key."),
            apiSecret: text("Its secret.", { secret: true }),
            scope: text("`env-abc123.aws.us-east-2`"),
            restEndpoint: text("`https://flink.us-east-2.aws.confluent.cloud`"),
            createdAt: text("ISO 8601."),
            status: text(
                "`ready`, `pending`, `unverified` if the region's endpoint could not be reached, or `gone`.",
            ),
            rotatesAt: text("When the next rotation is due, ISO 8601; none without `rotation.every`."),
            superseded: {
                type: "array",
                items: { $ref: refTo("SupersededKey") },
                description: "Earlier keys that are still valid until their overlap ends.",
            },
        },
        required: ["apiKey", "apiSecret", "scope", "restEndpoint", "createdAt", "status", "superseded"],
    },
    ProviderSettings: {
        description:
            "Settings of an official provider for one region's statements: the inputs of `confluentcloud.Provider` of the same names. Add `flinkComputePoolId`, and give `cloudApiKey` and `cloudApiSecret` as for any other.",
        properties: {
            flinkApiKey: text("Id of the key."),
            flinkApiSecret: text("Its secret.", { secret: true }),
            flinkRestEndpoint: text("`https://flink.us-east-2.aws.confluent.cloud`"),
            flinkPrincipalId: text("The owner of the key: `sa-111aaa`."),
            organizationId: text("`1111aaaa-0000-4000-8000-000000000000`"),
            environmentId: text("`env-abc123`"),
        },
        required: [
            "flinkApiKey",
            "flinkApiSecret",
            "flinkRestEndpoint",
            "flinkPrincipalId",
            "organizationId",
            "environmentId",
        ],
    },
    Oauth: {
        description:
            "Credentials of an identity provider, instead of a Cloud API key: the official provider's fields of the same names.",
        properties: {
            oauthIdentityPoolId: text("`pool-111aaa`"),
            oauthExternalAccessToken: text("A token that something else has fetched.", { secret: true }),
            oauthExternalTokenUrl: text("Where to fetch one with client credentials."),
            oauthExternalClientId: text("Client id at that URL."),
            oauthExternalClientSecret: text("Client secret at that URL.", { secret: true }),
            oauthExternalTokenScope: text("Scope to ask for at that URL. Default: none."),
            oauthStsTokenExpiredInSeconds: text(
                "Life of Confluent's own token, from `60` to `900` seconds. Default `900`.",
            ),
        },
        required: ["oauthIdentityPoolId"],
    },
};

/** The settings of the package's provider. */
export const providerSettings: Properties = {
    cloudApiKey: text(
        "A Cloud API key that may manage Flink API keys. Default: the environment variable CONFLUENT_CLOUD_API_KEY.",
        { secret: true },
    ),
    cloudApiSecret: text("Its secret. Default: the environment variable CONFLUENT_CLOUD_API_SECRET.", {
        secret: true,
    }),
    oauth: ref("Oauth", "Credentials of an identity provider, instead of a Cloud API key.", { secret: true }),
    endpoint: text("Another address of Confluent Cloud's API. Default `https://api.confluent.cloud`."),
};

const keyInputs: Properties = {
    owner: text(
        "Owner of the key: a service account `sa-111aaa` or a user `u-111aaa`. A change replaces the key.",
        replaces,
    ),
    environmentId: text(
        "The environment that the key gives access to: `env-abc123`. A change replaces the key.",
        replaces,
    ),
    scope: text(
        "`global` for a global key, which works in every region, and for Kafka, Schema Registry and the control plane too, with its owner's roles. Default: a key of one region. A change replaces the key.",
        replaces,
    ),
    cloud: text("`aws`, `gcp` or `azure`; not for a global key. A change replaces the key.", replaces),
    region: text(
        "The region that the key gives access to: `us-east-2`; not for a global key. A change replaces the key.",
        replaces,
    ),
    regions: {
        type: "array",
        items: { type: "string" },
        description:
            "Of a global key: the regions where it has to work, such as `aws.us-east-2`. One that is added later is tried with the same key.",
    },
    displayName: text("Name in Confluent Cloud. Default: the resource's name."),
    description: text(
        "Description in Confluent Cloud. It is cut to 94 characters, and the resource's tag is appended. Default `Pulumi <project>/<stack>`.",
    ),
    rotationTrigger: text(
        "Any string. A change rotates the key: a new key is created, and the old one stays valid for `overlap`. A date, `2026-08-01` or `2026-08-01T06:00:00Z`, is the start of a rotation window: a key created since then is not rotated, and the rotation waits until no superseded key is left. A new text after the date, `2026-08-01 + leak`, rotates at once. Default: none.",
    ),
    overlap: text(
        "How long a superseded key stays valid, such as `7d`; `0s` deletes it at once. Default `7d`.",
    ),
    readiness: ref(
        "AccessReadiness",
        'How to wait until the key is usable. `restEndpoints` is for a global key. Default `{ timeout: "5m", unreachable: "warn" }`.',
    ),
    adopt: ref(
        "AdoptedKey",
        "An existing key to take over, instead of creating one. It is read when the resource is created; removing it later changes nothing. Default: none.",
        { secret: true },
    ),
};

const keyOutputs: Properties = {
    apiKey: text("Id of the current key: 16 upper-case letters and digits."),
    apiSecret: text("Secret of the current key.", { secret: true }),
    createdAt: text("When the current key was created, ISO 8601."),
    scope: text(
        "The environment and region that the key gives access to: `env-abc123.aws.us-east-2`; or `global`.",
    ),
    restEndpoint: text(
        "Base URL of the region's Flink REST API: `https://flink.us-east-2.aws.confluent.cloud`. Not of a global key.",
    ),
    restEndpoints: mapOf({ type: "string" }, "The same by region. Only of a global key."),
    status: text(
        "`ready`: the region accepted the key. `pending`: not yet, and the next `up` goes on. `unverified`: its endpoint could not be reached. `gone`: it was deleted outside Pulumi, and the next `up` creates another.",
    ),
    superseded: {
        type: "array",
        items: { $ref: refTo("SupersededKey") },
        description: "Earlier keys that are still valid until their overlap ends.",
    },
};

const accessInputs: Properties = {
    environmentId: text("The environment that the keys give access to: `env-abc123`."),
    regions: plainTexts(
        "One key is created for each region: `aws.us-east-2`, or the whole scope `env-abc123.aws.us-east-2`. `[]`: a principal with roles and no key, which only runs statements; or only `namedRegions`.",
    ),
    namedRegions: {
        type: "array",
        // Not plain: the generator for Go leaves such a type out.
        items: { $ref: refTo("NamedRegion") },
        description: "Regions that are outputs, in addition to `regions`. Default: none.",
    },
    keyScope: text(
        "`region`: a key for each region, which gives access to nothing else. `global`: one key for all regions, which also works for Kafka, Schema Registry and the control plane. A change replaces the keys. Default `region`.",
        { plain: true },
    ),
    principal: ref("Principal", "The owner of the keys. Default: a new service account.", { plain: true }),
    roles: plainTexts(
        'Roles granted to the principal at their default scope, such as `FlinkDeveloper`. `[]` grants nothing. Default `["OrganizationAdmin"]` for a new service account, if `rolesAtScope`, `statementRunner` and `assigners` are not set either. An existing principal has no default: its roles must be set.',
    ),
    rolesAtScope: {
        type: "array",
        // Not plain: the generator for Go leaves such a type out.
        items: { $ref: refTo("RoleAtScope") },
        description: "Roles granted at a scope that you give. Default: none.",
    },
    statementRunner: ref("StatementRunner", "The least that running statements needs. Default: none.", {
        plain: true,
    }),
    assigners: {
        type: "array",
        // Not plain: the generator for Go leaves such a type out.
        items: { $ref: refTo("Assigner") },
        description: "Service accounts that statements may run as. Default: none.",
    },
    selfAssigner: {
        type: "boolean",
        plain: true,
        description:
            "Whether to grant Assigner on the principal itself: it can then be the principal of statements that are submitted with another's key. Default `false`.",
    },
    rotation: ref("Rotation", "When keys are rotated. Default: never.", { plain: true }),
    readiness: ref(
        "AccessReadiness",
        'How to wait until a key is usable. Applies to every key. Default `{ timeout: "5m", unreachable: "warn" }`.',
    ),
    adopt: mapOf(
        { $ref: refTo("AdoptedKey") },
        'Existing keys to take over, by region: `{ "aws.us-east-2": { apiKey, apiSecret } }`. They are read when their resources are created. Every other region gets a new key. With `keyScope: "global"`, by the word `global`. Default: none.',
    ),
};

const accessOutputs: Properties = {
    principalId: text("The owner of the keys: `sa-111aaa` or `u-111aaa`."),
    keys: mapOf(
        { $ref: refTo("FlinkKey") },
        "By region, such as `aws.us-east-2`. A secret as a whole: for what is not secret, use `apiKeyIds`, `restEndpoints` and `scopes`.",
        { secret: true },
    ),
    environmentVariables: mapOf(
        { type: "object", additionalProperties: { type: "string" } },
        "By region: the environment variables that a client needs.",
        { secret: true },
    ),
    providerSettings: mapOf(
        { $ref: refTo("ProviderSettings") },
        "By region: settings of an official provider for the region's statements.",
        { secret: true },
    ),
    restEndpoints: mapOf({ type: "string" }, "By region: the URL of its Flink API."),
    apiKeyIds: mapOf({ type: "string" }, "By region: the id of the current key."),
    scopes: mapOf(
        { type: "string" },
        "By region: the scope of the key, `env-abc123.aws.us-east-2` or `global`.",
    ),
};

export const resources: Readonly<Record<"FlinkAccess" | "FlinkApiKey", Resource>> = {
    FlinkAccess: {
        description:
            "Flink access on Confluent Cloud: a principal, its roles, and one usable Flink API key for each environment-and-region pair.",
        isComponent: true,
        inputProperties: accessInputs,
        requiredInputs: ["environmentId", "regions"],
        properties: accessOutputs,
        required: Object.keys(accessOutputs),
    },
    FlinkApiKey: {
        description:
            "One Flink API key. When `pulumi up` returns, the region's Flink endpoint has accepted it. Its secret is in the state, encrypted, from the moment it exists.",
        inputProperties: keyInputs,
        requiredInputs: ["owner", "environmentId"],
        properties: {
            ...keyOutputs,
            owner: keyInputs.owner as Property,
            displayName: text("Name in Confluent Cloud."),
            description: text("Description in Confluent Cloud, with the resource's tag at its end."),
            rotationTrigger: text("The trigger of the last rotation."),
        },
        required: [
            ...Object.keys(keyOutputs).filter((name) => !name.startsWith("restEndpoint")),
            "owner",
            "displayName",
            "description",
        ],
        // A key that a TypeScript program has created as a dynamic resource.
        aliases: [{ type: dynamicKeyType }],
    },
};

export const types: Readonly<Record<string, ObjectType>> = Object.fromEntries(
    Object.entries(objectTypes).map(([name, type]) => [name, { ...type, type: "object" as const }]),
);

/** After the name of something that the schema does not have. */
export const otherVersion = `If the program's SDK is newer than the plugin: pulumi plugin install resource ${pluginPackage} VERSION`;

export interface Release {
    readonly version: string;
    /** `git+https://github.com/acme/pulumi-confluent-flink.git`; undefined until the package is released. */
    readonly repository: string | undefined;
    /** The release of the official provider that FlinkAccess creates resources with. */
    readonly confluentcloudVersion: string;
}

/** The schema as Pulumi reads it. */
export function packageSchema({ version, repository, confluentcloudVersion }: Release): object {
    const githubPath = /github\.com\/(.+?)(\.git)?$/.exec(repository ?? "")?.[1];
    const page = githubPath === undefined ? undefined : `https://github.com/${githubPath}`;
    const byToken = <T>(entries: Readonly<Record<string, T>>): Record<string, T> =>
        Object.fromEntries(
            Object.entries(entries).map(([name, entry]) => [`${pluginPackage}:index:${name}`, entry]),
        );
    return {
        name: pluginPackage,
        displayName: "Confluent Flink access",
        version,
        description:
            "Flink access on Confluent Cloud: a service account, its role binding and Flink API keys that work when `pulumi up` returns.",
        keywords: [
            "pulumi",
            "confluent",
            "confluent-cloud",
            "flink",
            "api-key",
            "kind/native",
            "category/cloud",
        ],
        license: "Apache-2.0",
        ...(page !== undefined && { homepage: page, repository: page }),
        ...(githubPath !== undefined && {
            // Pulumi's Registry requires it.
            publisher: githubPath.split("/")[0],
            pluginDownloadURL: `github://api.github.com/${githubPath}`,
        }),
        config: { variables: providerSettings },
        provider: {
            description:
                "Manages Flink API keys in one organization of Confluent Cloud. A FlinkAccess makes one itself, from the settings of the official provider.",
            inputProperties: providerSettings,
        },
        types: byToken(types),
        resources: byToken(resources),
        dependencies: [{ name: "confluentcloud", version: confluentcloudVersion }],
        language: {
            nodejs: { packageName: "pulumi-confluent-flink-sdk", respectSchemaVersion: true },
            python: {
                packageName: "pulumi_confluent_flink",
                pyproject: { enabled: true },
                respectSchemaVersion: true,
            },
            go: {
                importBasePath: `${githubPath === undefined ? "example.com/pulumi-confluent-flink" : `github.com/${githubPath}`}/sdk/go/confluentflink`,
                packageImportAliases: {},
                generateResourceContainerTypes: true,
                respectSchemaVersion: true,
            },
            csharp: { namespaces: { "confluent-flink": "ConfluentFlink" }, respectSchemaVersion: true },
            java: { buildFiles: "gradle", basePackage: "com.pulumi" },
        },
    };
}
