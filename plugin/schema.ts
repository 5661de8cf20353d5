import { pluginPackage } from "../components/pluginHost";
import schema from "./schema.json";

/**
 * What the SDKs of all languages, Pulumi YAML and the Registry know about the package. It follows the arguments in TypeScript;
 * `__tests__/plugin/schema.test.ts` compares the two.
 */

/** The part of Pulumi's schema language that is read here (https://www.pulumi.com/docs/iac/guides/building-extending/schema/). */
export interface Property {
    readonly description?: string;
    readonly type?: string;
    readonly $ref?: string;
    readonly items?: Property;
    /** Must be known before Pulumi runs: it names child resources. No list of objects is plain: Go's generator would leave it out. */
    readonly plain?: boolean;
    readonly secret?: boolean;
}
export type Properties = Readonly<Record<string, Property>>;

interface ObjectType {
    readonly description: string;
    readonly properties: Properties;
    readonly required?: readonly string[];
}

interface Resource extends ObjectType {
    readonly inputProperties: Properties;
    readonly requiredInputs: readonly string[];
}

export const providerSettings: Properties = schema.provider.inputProperties;
export const types = byName<ObjectType>(schema.types);
export const resources = byName(schema.resources) as Readonly<
    Record<"FlinkAccess" | "FlinkApiKey", Resource>
>;

/** Without `confluent-flink:index:` before the names. */
function byName<T>(byToken: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
    return Object.fromEntries(Object.entries(byToken).map(([token, one]) => [token.split(":")[2], one]));
}

/** After the name of something that the schema does not have. */
export const otherVersion = `If the program's SDK is newer than the plugin: pulumi plugin install resource ${pluginPackage} VERSION`;

export const version = schema.version;

/** The schema as an engine reads it, with the installed release of the official provider, which FlinkAccess creates resources with. */
export function packageSchema(): string {
    const { version: installed } = require("@pulumi/confluentcloud/package.json");
    return JSON.stringify({ ...schema, dependencies: [{ name: "confluentcloud", version: installed }] });
}
