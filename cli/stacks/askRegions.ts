import { defaultEndpoint } from "../../confluent/confluentApi";
import { cloudAccess } from "../cloudAccess";
import type { AskRegions } from "./checkStacks";
import { knownRegions } from "./regionNames";

/**
 * Lists the Flink regions of Confluent Cloud, once for each set of credentials. The credentials in the environment
 * are for one endpoint: CONFLUENT_CLOUD_ENDPOINT, or Confluent Cloud itself. They are never sent to another endpoint
 * that a stack file names.
 */
export function askRegionsWith(env: NodeJS.ProcessEnv): AskRegions {
    const asked = new Map<string, Promise<ReadonlySet<string>>>();
    const home = env.CONFLUENT_CLOUD_ENDPOINT || defaultEndpoint;
    return async (config) => {
        const endpoint = config["confluentcloud:endpoint"] ?? defaultEndpoint;
        if (typeof endpoint !== "string" || endpoint.replace(/\/+$/, "") !== home.replace(/\/+$/, ""))
            return undefined;
        const access = cloudAccess(config["confluentcloud:oauth"], env);
        if (access === undefined) return undefined;
        const known = asked.get(access.identity) ?? knownRegions(access.credentials, endpoint);
        asked.set(access.identity, known);
        return known;
    };
}
