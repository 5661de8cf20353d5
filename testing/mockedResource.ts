/** A resource that the program registered. */
export interface MockedResource {
    /** `confluentcloud:index/roleBinding:RoleBinding` */
    readonly type: string;
    /** The name in the program: `analytics-OrganizationAdmin`. */
    readonly name: string;
    /** Undefined for a component, and in a preview. */
    readonly id: string | undefined;
    /** Its inputs in plain text, including secret ones. */
    // biome-ignore lint/suspicious/noExplicitAny: as in Pulumi's own MockResourceArgs; a test knows what it declared.
    readonly inputs: Readonly<Record<string, any>>;
    /** The names of the inputs that are secret or contain a secret. The engine encrypts them. */
    readonly secretInputs: readonly string[];
}

/** A service account that the program creates. */
export interface MockedServiceAccount extends MockedResource {
    /** Its name in Confluent Cloud: `shop-prod-orders`. */
    readonly displayName: string;
    /** Its description in Confluent Cloud. */
    readonly description: string | undefined;
}

/** A role binding that the program creates. */
export interface MockedRoleBinding extends MockedResource {
    /** `User:sa-111aaa` */
    readonly principal: string;
    /** `FlinkDeveloper` */
    readonly roleName: string;
    /** `crn://confluent.cloud/organization=…/environment=env-abc123` */
    readonly crnPattern: string;
}

/** A Flink API key that the program creates or adopts. */
export interface MockedApiKey extends MockedResource {
    /** The owner: `sa-111aaa`. */
    readonly owner: string;
    /** `env-abc123` */
    readonly environmentId: string;
    /** `aws` */
    readonly cloud: string;
    /** `us-east-2` */
    readonly region: string;
    /** Its scope: `env-abc123.aws.us-east-2`. */
    readonly scope: string;
    /** Its id, the same in every run: 16 upper-case letters and digits. */
    readonly apiKey: string;
    /** Its secret, the same in every run. It begins with `cfltMOCK`, so that a test can search for it in other places. */
    readonly apiSecret: string;
}

/** Types of the resources that the mock creates itself. `others` creates all other types. */
export const resourceTypes = {
    apiKey: "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey",
    /** Of the plugin, declared with a generated SDK. */
    pluginApiKey: "confluent-flink:index:FlinkApiKey",
    provider: "pulumi:providers:confluentcloud",
    roleBinding: "confluentcloud:index/roleBinding:RoleBinding",
    serviceAccount: "confluentcloud:index/serviceAccount:ServiceAccount",
    stackReference: "pulumi:pulumi:StackReference",
} as const;
