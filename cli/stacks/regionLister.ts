import { listFlinkRegions } from "../../confluent/flinkRegions";
import { connectForFile } from "../connect";
import type { ListRegions } from "./checkStacks";

/** Returns a function that lists the Flink regions of Confluent Cloud, once for each set of credentials. */
export function regionLister(env: NodeJS.ProcessEnv): ListRegions {
    const listed = new Map<string, Promise<ReadonlySet<string>>>();
    return async (config) => {
        const connection = connectForFile(config, env);
        if (typeof connection === "string") return connection;
        const { api, identity } = connection;
        const regions =
            listed.get(identity) ??
            listFlinkRegions(api).then(
                (all) => new Set(all.map(({ cloud, region }) => `${cloud}.${region}`)),
            );
        listed.set(identity, regions);
        return regions;
    };
}
