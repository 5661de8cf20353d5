/** A resource that the program registered. */
export interface MockedResource {
    /** `confluentcloud:index/roleBinding:RoleBinding` */
    readonly type: string;
    /** The name in the program: `analytics-OrganizationAdmin`. */
    readonly name: string;
    /** Undefined for a component, and in a preview. */
    readonly id: string | undefined;
    /** Its inputs in clear, secret ones too. */
    // biome-ignore lint/suspicious/noExplicitAny: as in Pulumi's own MockResourceArgs: a test knows what it declared.
    readonly inputs: Readonly<Record<string, any>>;
    /** The names of the inputs that are secret, in whole or in part: the engine encrypts them. */
    readonly secretInputs: readonly string[];
}

/** A service account that the program makes. */
export interface MockedServiceAccount extends MockedResource {
    /** Its name in Confluent Cloud: `shop-prod-orders`. */
    readonly displayName: string;
    /** Its description in Confluent Cloud. */
    readonly description: string | undefined;
}

/** A role binding that the program makes. */
export interface MockedRoleBinding extends MockedResource {
    /** `User:sa-111aaa` */
    readonly principal: string;
    /** `FlinkDeveloper` */
    readonly roleName: string;
    /** `crn://confluent.cloud/organization=…/environment=env-abc123` */
    readonly crnPattern: string;
}

/** A Flink API key that the program makes, or adopts. */
export interface MockedApiKey extends MockedResource {
    /** The owner: `sa-111aaa`. */
    readonly owner: string;
    /** `env-abc123` */
    readonly environmentId: string;
    /** `aws` */
    readonly cloud: string;
    /** `us-east-2` */
    readonly region: string;
    /** What the key opens: `env-abc123.aws.us-east-2`. */
    readonly scope: string;
    /** Its id, the same in every run: 16 upper-case letters and digits. */
    readonly apiKey: string;
    /** Its secret, the same in every run, which begins with `cfltMOCK`: look for it where no secret may be. */
    readonly apiSecret: string;
}

/** The types of the resources that Confluent Cloud stands behind, and of what the engine answers by itself. */
export const resourceTypes = {
    apiKey: "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey",
    provider: "pulumi:providers:confluentcloud",
    roleBinding: "confluentcloud:index/roleBinding:RoleBinding",
    serviceAccount: "confluentcloud:index/serviceAccount:ServiceAccount",
    stackReference: "pulumi:pulumi:StackReference",
} as const;
