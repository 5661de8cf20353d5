/** An organization of the mocked Confluent Cloud. */
export interface MockOrganization {
    /** `1111aaaa-0000-4000-8000-000000000000` */
    id: string;
    /** The environments that exist in it: `["env-abc123"]`. Default: every one that no other organization names. */
    environments?: readonly string[];
    /**
     * The Cloud API key that opens this organization and no other. Look-ups through an explicit `confluentcloud.Provider`
     * with this key, or with it in the config `confluentcloud:cloudApiKey`, find what is in this organization only.
     * Default: none; every key opens it.
     */
    cloudApiKey?: string;
}

/** What exists in the mocked Confluent Cloud. Everything has a default: then whatever a program names exists. */
export interface MockInventory {
    /** The organizations. Default: one, `11111111-0000-4000-8000-000000000000`, with every environment. */
    organizations?: readonly MockOrganization[];
    /** The environments of the one organization: `["env-abc123"]`. Give this or `organizations`. Default: every one. */
    environments?: readonly string[];
    /** Where Flink runs: `["aws.us-east-2"]`. Default: in every region. */
    regions?: readonly string[];
    /** The users that exist: `["u-111aaa"]`. Default: every one. */
    users?: readonly string[];
    /** The service accounts that exist before the program runs: `["sa-999zzz"]`. Default: every one. */
    serviceAccounts?: readonly string[];
}

/** A function of a provider that the program called. */
export interface MockedLookUp {
    /** `confluentcloud:index/getEnvironment:getEnvironment` */
    readonly token: string;
    /** What it was called with: `{ id: "env-abc123" }`. */
    readonly inputs: Readonly<Record<string, unknown>>;
}

const functions = {
    environment: "confluentcloud:index/getEnvironment:getEnvironment",
    flinkRegion: "confluentcloud:index/getFlinkRegion:getFlinkRegion",
    organization: "confluentcloud:index/getOrganization:getOrganization",
    serviceAccount: "confluentcloud:index/getServiceAccount:getServiceAccount",
    user: "confluentcloud:index/getUser:getUser",
} as const;

type Fields = Record<string, unknown>;

/** The look-ups of the official provider, by what exists. */
export class MockLookUps {
    readonly #exists: MockInventory;
    readonly #organizations: readonly MockOrganization[];

    /** Throws where `organizations` and `environments` are both given, or `organizations` is empty. */
    constructor(exists: MockInventory) {
        const { organizations, environments } = exists;
        if (organizations !== undefined && environments !== undefined) {
            throw new Error(
                "MockConfluentCloud: environments: got it beside organizations, expected one of the two; write organizations: [{ id, environments }]",
            );
        }
        if (organizations?.length === 0)
            throw new Error("MockConfluentCloud: organizations: got [], expected at least one: [{ id }]");
        this.#exists = exists;
        const only = { id: "11111111-0000-4000-8000-000000000000" };
        this.#organizations = organizations ?? [
            environments === undefined ? only : { ...only, environments },
        ];
    }

    /**
     * The answer with the rights of a Cloud API key; `made` are the service accounts that the program made. Undefined where
     * it is no look-up of these. Throws, as the official provider does, where the thing does not exist.
     */
    answer(
        token: string,
        inputs: Fields,
        cloudApiKey: unknown,
        made: readonly unknown[],
    ): Fields | undefined {
        const { id } = inputs;
        switch (token) {
            case functions.environment:
                return this.#environment(String(id), cloudApiKey);
            case functions.organization: {
                const [organization] = this.#visible(cloudApiKey);
                if (organization === undefined)
                    throw lookUpError(token, "error reading Organization: 401 Unauthorized");
                return { id: organization.id, resourceName: crnOf(organization) };
            }
            case functions.user:
                requireOne(token, "User", id, this.#exists.users);
                return {
                    ...inputs,
                    apiVersion: "iam/v2",
                    kind: "User",
                    email: `${id}@example.com`,
                    fullName: id,
                };
            case functions.serviceAccount:
                if (!made.includes(id))
                    requireOne(token, "service account", id, this.#exists.serviceAccounts);
                return {
                    ...inputs,
                    apiVersion: "iam/v2",
                    kind: "ServiceAccount",
                    displayName: id,
                    description: "",
                };
            case functions.flinkRegion:
                return this.#flinkRegion(String(inputs.cloud), String(inputs.region));
            default:
                return undefined;
        }
    }

    /** The organizations that a Cloud API key opens; without a key, all of them. */
    #visible(cloudApiKey: unknown): readonly MockOrganization[] {
        if (cloudApiKey === undefined) return this.#organizations;
        const own = this.#organizations.filter((one) => one.cloudApiKey === cloudApiKey);
        return own.length > 0 ? own : this.#organizations.filter((one) => one.cloudApiKey === undefined);
    }

    #environment(id: string, cloudApiKey: unknown): Fields {
        const named = this.#organizations.some(({ environments }) => environments?.includes(id));
        const organization = this.#visible(cloudApiKey).find(({ environments }) =>
            environments === undefined ? !named : environments.includes(id),
        );
        if (organization === undefined)
            throw lookUpError(functions.environment, `error reading Environment "${id}": 404 Not Found`);
        return {
            id,
            displayName: id,
            resourceName: `${crnOf(organization)}/environment=${id}`,
            streamGovernances: [],
        };
    }

    #flinkRegion(cloud: string, region: string): Fields {
        const name = `${cloud.toLowerCase()}.${region}`;
        const { regions } = this.#exists;
        if (regions !== undefined && !regions.some((one) => one.toLowerCase() === name)) {
            throw lookUpError(
                functions.flinkRegion,
                `error reading Flink region: there aren't any Flink regions with "cloud"="${cloud}", "region"="${region}"`,
            );
        }
        return {
            id: `${cloud.toUpperCase()}.${region}`,
            cloud: cloud.toUpperCase(),
            region,
            apiVersion: "fcpm/v2",
            kind: "Region",
            restEndpoint: `https://flink.${region}.${cloud.toLowerCase()}.confluent.cloud`,
            privateRestEndpoint: `https://flink.${region}.${cloud.toLowerCase()}.private.confluent.cloud`,
        };
    }
}

function requireOne(
    token: string,
    what: string,
    id: unknown,
    existing: readonly unknown[] | undefined,
): void {
    if (existing !== undefined && !existing.includes(id))
        throw lookUpError(token, `error reading ${what} "${id}": 404 Not Found`);
}

function crnOf({ id }: MockOrganization): string {
    return `crn://confluent.cloud/organization=${id}`;
}

/** What the official provider says, as it reaches a program: the SDK shows an error's `details`. */
function lookUpError(token: string, said: string): Error {
    const details = `invocation of ${token} returned an error: invoking ${token}: 1 error occurred:\n\t* ${said}`;
    return Object.assign(new Error(details), { details });
}
