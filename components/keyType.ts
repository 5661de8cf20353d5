/** The type of a FlinkApiKey that a program declares with this package. */
export const dynamicKeyType = "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey";

/** The type of a FlinkApiKey of the plugin. */
export const pluginKeyType = "confluent-flink:index:FlinkApiKey";

/** Whether a resource in a state is a FlinkApiKey, of either kind. */
export function isKeyType(type: unknown): boolean {
    return type === dynamicKeyType || type === pluginKeyType;
}
