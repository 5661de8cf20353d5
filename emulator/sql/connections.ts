import { alreadyExists, badRequest, notFound } from "../apiError";
import type { Cloud } from "../cloud";
import type { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { Connection } from "../resources";
import { queryParameter, type Route } from "../route";
import type { Ddl } from "./ddl";
import { flinkHead, flinkResourceUrl } from "./flinkBody";
import { type DataPlaneScope, isInScope, requireDataPlaneAccess } from "./statementAccess";

const nameRule = { maxLength: 100 };
const endpointRule = { maxLength: 16_384 };

/**
 * /sql/v1/…/connections: the credentials of an external service, such as a model provider. A connection belongs to an environment and
 * region; at the emulator's bare URL with a token, the region is unknown and the connection is in all of them. `CREATE CONNECTION`
 * makes the same. Nothing ever connects to its endpoint.
 */
export function connectionRoutes(cloud: Cloud): Route[] {
    const self = (connection: Connection): string =>
        flinkResourceUrl(cloud, connection, `connections/${connection.name}`);
    return resourceRoutes<Connection>(cloud, {
        path: "/sql/v1/organizations/:organization_id/environments/:environment_id/connections",
        kind: "Connection",
        authentication: "data",
        parameter: "name",
        listsSelf: true,
        /** PUT and DELETE return 200 without a body, as documented. */
        replaced: 200,
        removed: 200,
        list(request) {
            const scope = requireDataPlaneAccess(cloud, request);
            const type = queryParameter(request, "spec.connection_type")?.toUpperCase();
            return cloud.connections.entries(
                (connection) =>
                    isInScope(scope, connection) && (type === undefined || connection.type === type),
            );
        },
        find(request, name) {
            const connection = search(cloud, requireDataPlaneAccess(cloud, request), name);
            if (connection === undefined) throw notFound(`The connection '${name}' does not exist.`);
            return connection;
        },
        create(body, request) {
            const scope = requireDataPlaneAccess(cloud, request);
            const name = body.text("/name", nameRule);
            const type = body.text("/spec/connection_type");
            const endpoint = body.text("/spec/endpoint", endpointRule);
            readAuthData(cloud, body);
            const same = search(cloud, scope, name);
            if (same !== undefined)
                throw alreadyExists(`The connection '${name}' already exists.`, self(same));
            return add(cloud, scope, name, type, endpoint);
        },
        /** Only the credentials can be changed. */
        replace(connection, body) {
            const type = body.optionalText("/spec/connection_type") ?? connection.type;
            const endpoint = body.optionalText("/spec/endpoint", endpointRule) ?? connection.endpoint;
            if (type.toUpperCase() !== connection.type || endpoint !== connection.endpoint) {
                throw badRequest("Type and endpoint of a connection cannot be changed.", {
                    pointer: "/spec",
                });
            }
            readAuthData(cloud, body);
            touch(cloud, connection);
        },
        remove: ({ id }) => cloud.connections.delete(id),
        self,
        body: (connection) => ({
            ...flinkHead("Connection", self(connection), { ...connection, uid: connection.id }),
            spec: {
                connection_type: connection.type,
                endpoint: connection.endpoint,
                // The official clients fail without this object.
                auth_data: { kind: "PlaintextProvider", data: "" },
            },
            status: { phase: "READY", detail: "" },
        }),
    });
}

/** The error of a statement on a connection; undefined without one. */
export function connectionFailure(
    cloud: Cloud,
    scope: DataPlaneScope,
    { action, path, isLenient, options }: Ddl,
): string | undefined {
    const name = path.at(-1) ?? "";
    const missing = ["type", "endpoint"].find((option) => !options[option]);
    if (action === "CREATE" && missing !== undefined)
        return `The option '${missing}' of the connection '${name}' is required.`;
    const exists = search(cloud, scope, name) !== undefined;
    if (isLenient || exists === (action !== "CREATE")) return undefined;
    return `Connection '${name}' ${exists ? "already exists" : "does not exist"}.`;
}

/** Does what a statement says that `connectionFailure` has nothing against. */
export function applyConnectionDdl(
    cloud: Cloud,
    scope: DataPlaneScope,
    { action, path, options }: Ddl,
): void {
    const name = path.at(-1) ?? "";
    const existing = search(cloud, scope, name);
    const { type = "", endpoint = "", ...secrets } = options;
    for (const secret of Object.values(secrets)) cloud.redactor.learn(secret);
    if (existing === undefined && action === "CREATE") add(cloud, scope, name, type, endpoint);
    if (existing !== undefined && action === "ALTER") touch(cloud, existing);
    if (existing !== undefined && action === "DROP") cloud.connections.delete(existing.id);
}

/** The connections that the scope sees. */
export function connectionsIn(cloud: Cloud, scope: DataPlaneScope): Connection[] {
    return cloud.connections.values().filter((connection) => isInScope(scope, connection));
}

function search(cloud: Cloud, scope: DataPlaneScope, name: string): Connection | undefined {
    return connectionsIn(cloud, scope).find((connection) => connection.name === name);
}

function add(
    cloud: Cloud,
    { environmentId, regionId }: DataPlaneScope,
    name: string,
    type: string,
    endpoint: string,
): Connection {
    return cloud.connections.add({
        id: cloud.random.uuid(),
        name,
        environmentId,
        regionId,
        type: type.toUpperCase(),
        endpoint,
        resourceVersion: 1,
        ...cloud.madeNow(),
    });
}

function touch(cloud: Cloud, connection: Connection): void {
    connection.resourceVersion += 1;
    connection.updatedAt = cloud.now();
}

/** The credentials are not kept. They are remembered only to mask them in the journal. */
function readAuthData(cloud: Cloud, body: RequestBody): void {
    cloud.redactor.learn(body.text("/spec/auth_data/data"));
}
