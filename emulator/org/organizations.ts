import { requireRole } from "../access/authorization";
import { notFound } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { listPage, numbered } from "../pagination";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import { type ApiRequest, type ApiResponse, pathParameter, type Route } from "../route";

const displayNameRule = { pattern: /^[^<>#%'*^`{|}~"]{1,31}$/ };

/** /org/v2/organizations. There is one, and every principal may read it. */
export function organizationRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(cloud, "/org/v2/organizations", { list, read, update }, "organization");
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "org/v2",
            kind: "OrganizationList",
            entries: numbered([cloud]),
            toBody: organizationBody,
        }),
    };
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireThisOrganization(cloud, request);
    return { status: 200, body: organizationBody(cloud) };
}

function update(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireThisOrganization(cloud, request);
    requireRole(cloud, request.caller.principalId, ["OrganizationAdmin"], cloud.crn());
    const displayName = new RequestBody(request.body).optionalText("/display_name", displayNameRule);
    cloud.organizationName = displayName ?? cloud.organizationName;
    return { status: 200, body: organizationBody(cloud) };
}

function requireThisOrganization(cloud: Cloud, request: ApiRequest): void {
    if (pathParameter(request, "id") !== cloud.organizationId) {
        throw notFound("The organization does not exist.");
    }
}

function organizationBody(cloud: Cloud) {
    return {
        api_version: "org/v2",
        kind: "Organization",
        id: cloud.organizationId,
        metadata: {
            self: `${cloud.url}/org/v2/organizations/${cloud.organizationId}`,
            resource_name: cloud.crn(),
            created_at: timestamp(cloud.createdAt),
            updated_at: timestamp(cloud.createdAt),
        },
        display_name: cloud.organizationName,
        jit_enabled: false,
    };
}
