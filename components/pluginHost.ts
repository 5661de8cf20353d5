/**
 * The plugin's process (`plugin/`), if this code runs in it. Keys are then resources of the plugin. Otherwise this code runs in a
 * program, and keys are dynamic resources.
 */
export interface PluginHost {
    /** Version of the plugin, so that the engine uses the same one for the keys. */
    readonly version: string;
    /** Where the engine downloads it. Default: from where it has downloaded this one. */
    readonly pluginDownloadURL?: string;
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

/** The options of a resource of the plugin. */
export function pluginOptions({ version, pluginDownloadURL }: PluginHost): {
    version: string;
    pluginDownloadURL?: string;
} {
    return { version, ...(pluginDownloadURL !== undefined && { pluginDownloadURL }) };
}
