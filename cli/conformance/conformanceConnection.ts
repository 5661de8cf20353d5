import type { Clock } from "../../confluent/clock";
import { ConfluentApi } from "../../confluent/confluentApi";
import { ConfluentError } from "../../confluent/confluentError";
import type { Credentials } from "../../confluent/credentials";
import { getEnvironment } from "../../confluent/environments";
import { listFlinkRegions } from "../../confluent/flinkRegions";
import type { FlinkScope } from "../../confluent/flinkScope";
import { getOrganizationId } from "../../confluent/organizations";
import { patientPolicy } from "../../confluent/retry";
import { cloudAccess } from "../cloudAccess";
import { homeEndpoint } from "../connect";
import { wrongUsage } from "../exitCodes";
import type { ConformanceOptions } from "./conformanceOptions";

/** A connection to Confluent Cloud that counts its requests. */
export interface ConformanceConnection {
    readonly endpoint: string;
    readonly api: ConfluentApi;
    readonly credentials: Credentials;
    /** Id of the Cloud API key or of the identity pool. */
    readonly identity: string;
    /** Number of requests sent. */
    requests: number;
}

/** Connects with the credentials in the environment. */
export function connect(
    options: ConformanceOptions,
    env: NodeJS.ProcessEnv,
    clock: Clock,
): ConformanceConnection {
    const endpoint = homeEndpoint(env).replace(/\/+$/, "");
    const pool = options.identityPool;
    const cloud = cloudAccess(pool === undefined ? undefined : { oauthIdentityPoolId: pool }, env);
    if (cloud === undefined) {
        throw wrongUsage(
            "No Confluent Cloud credentials: set CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, or set CONFLUENT_FLINK_TOKEN_FILE and give --identity-pool.",
        );
    }
    const { credentials, identity } = cloud;
    const connection: ConformanceConnection = {
        endpoint,
        credentials,
        identity,
        requests: 0,
        api: undefined as never,
    };
    const counted: Credentials = {
        headers: () => {
            connection.requests++;
            return credentials.headers();
        },
        redact: (text) => credentials.redact(text),
        ...(credentials.renew && {
            renew: (refused) => credentials.renew?.(refused) ?? Promise.resolve(false),
        }),
        ...(credentials.remedies && { remedies: credentials.remedies }),
    };
    const api = new ConfluentApi({ endpoint, credentials: counted, clock, policy: patientPolicy });
    return Object.assign(connection, { api });
}

/** Throws if the credentials are not allowed to read the environment. */
export async function organizationOf(api: ConfluentApi, environmentId: string): Promise<string> {
    try {
        return (await getEnvironment(api, environmentId)).organizationId;
    } catch (error) {
        // An environment without its organization is a finding of a check, and must not end the run here.
        if (error instanceof ConfluentError && error.kind === "malformed") return getOrganizationId(api);
        throw error;
    }
}

/** URL of the region's Flink endpoint; empty if Confluent Cloud lists the region without one. */
export async function restEndpointOf(api: ConfluentApi, scope: FlinkScope): Promise<string> {
    const regions = await listFlinkRegions(api);
    const row = regions.find(({ cloud, region }) => cloud === scope.cloud && region === scope.region);
    if (row !== undefined) return row.restEndpoint;
    const others = regions.filter(({ cloud }) => cloud === scope.cloud).map(({ region }) => region);
    throw wrongUsage(
        `--region: got "${scope.cloud}.${scope.region}", expected a region of ${scope.cloud} where Confluent Cloud runs Flink: ${others.sort().join(", ") || "(none)"}`,
    );
}
