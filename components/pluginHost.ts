/**
 * The plugin's process (`plugin/`), if this code runs in it. Keys are then resources of the plugin, without a version: the
 * engine takes the plugin that the program asks for. Otherwise they are dynamic resources.
 */
export interface PluginHost {
    /** URN of the component whose constructor runs. Only its constructor may use it: the plugin constructs several at once. */
    readonly componentUrn: string;
}

/** The plugin's package, which is the first part of its types. */
export const pluginPackage = "confluent-flink";

let current: PluginHost | undefined;

/** The plugin that this code runs in; undefined in a program. */
export function pluginHost(): PluginHost | undefined {
    return current;
}

/** The plugin calls this before each constructor that it runs. */
export function runInPlugin(host: PluginHost): void {
    current = host;
}
