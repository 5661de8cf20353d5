import { defaultEndpoint } from "../../confluent/confluentApi";
import { cloudAccess } from "../cloudAccess";
import type { ListRegions } from "./checkStacks";
import { knownRegions } from "./regionNames";

/**
 * Returns a function that lists the Flink regions of Confluent Cloud, once for each set of credentials. The credentials
 * in the environment belong to one endpoint: CONFLUENT_CLOUD_ENDPOINT, or Confluent Cloud itself. They are never sent to
 * another endpoint in a stack file.
 */
export function regionLister(env: NodeJS.ProcessEnv): ListRegions {
    const listed = new Map<string, Promise<ReadonlySet<string>>>();
    const home = env.CONFLUENT_CLOUD_ENDPOINT || defaultEndpoint;
    return async (config) => {
        const endpoint = config["confluentcloud:endpoint"] ?? defaultEndpoint;
        if (typeof endpoint !== "string" || endpoint.replace(/\/+$/, "") !== home.replace(/\/+$/, ""))
            return undefined;
        const access = cloudAccess(config["confluentcloud:oauth"], env);
        if (access === undefined) return undefined;
        const regions = listed.get(access.identity) ?? knownRegions(access.credentials, endpoint);
        listed.set(access.identity, regions);
        return regions;
    };
}
