import { requireRole } from "../access/authorization";
import type { Cloud } from "../cloud";
import type { Environment, ServiceAccount, User } from "../resources";
import type { Route } from "../route";

const READERS = ["OrganizationAdmin", "AccountAdmin", "ResourceKeyAdmin", "EnvironmentAdmin"];

/**
 * The lists of the first, unversioned API that the Confluent CLI still asks for: it names the owners of API keys from them.
 * There, people and accounts have numbers beside their ids.
 */
export function firstApiRoutes(cloud: Cloud): Route[] {
    return [
        {
            method: "GET",
            path: "/api/users",
            authentication: "session",
            answer: (call) => {
                requireRole(cloud, call.caller.principalId, READERS, cloud.crn());
                return {
                    status: 200,
                    body: { users: cloud.users.values().map((user) => userBody(cloud, user)) },
                };
            },
        },
        {
            method: "GET",
            path: "/api/service_accounts",
            authentication: "session",
            answer: (call) => {
                requireRole(cloud, call.caller.principalId, READERS, cloud.crn());
                const accounts = cloud.serviceAccounts.after(0);
                return {
                    status: 200,
                    body: { users: accounts.map(({ sequence, item }) => serviceAccountBody(item, sequence)) },
                };
            },
        },
    ];
}

export function userBody(cloud: Cloud, user: User): object {
    const [firstName = "", ...others] = user.fullName.split(" ");
    const sequence = cloud.users.after(0).find(({ item }) => item === user)?.sequence ?? 0;
    return {
        // Accounts are numbered from 1, people from 100,001.
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

/** An environment was called an account. */
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
