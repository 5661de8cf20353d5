import { crnOfOrganization } from "../confluent/crn";

/** An organization of the mocked Confluent Cloud. */
export interface MockOrganization {
    /** `1111aaaa-0000-4000-8000-000000000000` */
    id: string;
    /** Its environments: `["env-abc123"]`. Default: every environment that no other organization lists. */
    environments?: readonly string[];
    /**
     * A Cloud API key of this organization. Look-ups with this key (of an explicit `confluentcloud.Provider`, or in the
     * config `confluentcloud:cloudApiKey`) only find what exists in this organization. Default: none; look-ups with any
     * key that no other organization lists find it.
     */
    cloudApiKey?: string;
}

/** What exists in the mocked Confluent Cloud. By default, everything that a program names exists. */
export interface MockInventory {
    /** The organizations. Default: one, `11111111-0000-4000-8000-000000000000`, with every environment. */
    organizations?: readonly MockOrganization[];
    /** The environments of a single organization: `["env-abc123"]`. Set this or `organizations`. Default: all. */
    environments?: readonly string[];
    /** The regions in which Flink is available: `["aws.us-east-2"]`. Default: all. */
    regions?: readonly string[];
    /** The users that exist: `["u-111aaa"]`. Default: all. */
    users?: readonly string[];
    /** The service accounts that exist before the program runs: `["sa-999zzz"]`. Default: all. */
    serviceAccounts?: readonly string[];
}

/** A call of a provider function. */
export interface MockedLookUp {
    /** `confluentcloud:index/getEnvironment:getEnvironment` */
    readonly token: string;
    /** Its arguments: `{ id: "env-abc123" }`. */
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

/** Answers the look-ups of the official provider from what exists. */
export class MockLookUps {
    readonly #exists: MockInventory;
    readonly #organizations: readonly MockOrganization[];

    /** Throws if both `organizations` and `environments` are set, or if `organizations` is empty. */
    constructor(exists: MockInventory) {
        const { organizations, environments } = exists;
        if (organizations !== undefined && environments !== undefined) {
            throw new Error(
                "MockConfluentCloud: environments: got both environments and organizations, expected one of the two; put the environments into organizations: [{ id, environments }]",
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
     * The answer for a caller with this Cloud API key. `created` has the ids of the service accounts that the program
     * has created. Undefined for other functions. Throws, like the official provider, if the resource does not exist.
     */
    answer(
        token: string,
        inputs: Fields,
        cloudApiKey: unknown,
        created: readonly unknown[],
    ): Fields | undefined {
        const { id } = inputs;
        switch (token) {
            case functions.environment:
                return this.#environment(String(id), cloudApiKey);
            case functions.organization: {
                const [organization] = this.#visible(cloudApiKey);
                if (organization === undefined)
                    throw lookUpError(token, "error reading Organization: 401 Unauthorized");
                return { id: organization.id, resourceName: crnOfOrganization(organization.id) };
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
                if (!created.includes(id))
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

    /** The organizations that a Cloud API key can see; without a key, all of them. */
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
            resourceName: `${crnOfOrganization(organization.id)}/environment=${id}`,
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

/** An error of the official provider, as it reaches a program: the SDK shows the `details` of an error. */
function lookUpError(token: string, said: string): Error {
    const details = `invocation of ${token} returned an error: invoking ${token}: 1 error occurred:\n\t* ${said}`;
    return Object.assign(new Error(details), { details });
}
