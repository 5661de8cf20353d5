import { requireRole } from "../access/authorization";
import type { Cloud } from "../cloud";
import type { Environment, ServiceAccount, User } from "../resources";
import { bodyRoute, type Route } from "../route";

const readers = ["OrganizationAdmin", "AccountAdmin", "ResourceKeyAdmin", "EnvironmentAdmin"];

/**
 * Lists of Confluent Cloud's oldest API, whose paths have no version. The Confluent CLI still reads the names of API key owners
 * from them. In this API, users and service accounts have a number in addition to their id.
 */
export function unversionedApiRoutes(cloud: Cloud): Route[] {
    return [
        bodyRoute("GET", "/api/users", "session", ({ caller }) => {
            requireRole(cloud, caller, readers);
            return { users: cloud.users.values().map((user) => userBody(cloud, user)) };
        }),
        bodyRoute("GET", "/api/service_accounts", "session", ({ caller }) => {
            requireRole(cloud, caller, readers);
            const accounts = cloud.serviceAccounts.entries();
            return { users: accounts.map(({ sequence, item }) => serviceAccountBody(item, sequence)) };
        }),
    ];
}

export function userBody(cloud: Cloud, user: User): object {
    const [firstName = "", ...others] = user.fullName.split(" ");
    const sequence = cloud.users.entries((item) => item === user)[0]?.sequence ?? 0;
    return {
        // Service accounts are numbered from 1, users from 100,001.
        id: 100_000 + sequence,
        resource_id: user.id,
        email: user.email,
        first_name: firstName,
        last_name: others.join(" "),
        service_account: false,
    };
}

function serviceAccountBody(account: ServiceAccount, sequence: number): object {
    return {
        id: sequence,
        resource_id: account.id,
        service_account: true,
        service_name: account.displayName,
        service_description: account.description,
    };
}

/** This API calls an environment an account. */
export function accountBody(cloud: Cloud, environment: Environment): object {
    return {
        id: environment.id,
        name: environment.displayName,
        organization_id: 1,
        org_resource_id: cloud.organizationId,
    };
}

export function organizationBody(cloud: Cloud): object {
    return { id: 1, resource_id: cloud.organizationId, name: cloud.organizationName };
}
