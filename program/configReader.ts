import { isObject } from "../confluent/valueRule";

/** An invalid value in a stack's config, which the program would refuse. */
export interface ConfigMistake {
    /** The full key, followed by the steps into its value: `["confluent-flink:regions", 1]`. */
    readonly path: readonly [string, ...(string | number)[]];
    /** Names the property, the value got and the value wanted. Never contains a secret. */
    readonly message: string;
}

/** Reads the settings of one project from a stack's config, and collects all mistakes instead of throwing. */
export class ConfigReader {
    readonly mistakes: ConfigMistake[] = [];
    readonly #config: Readonly<Record<string, unknown>>;
    readonly #project: string;

    /** `config` has parsed values by full key: `{ "confluent-flink:regions": ["aws.us-east-2"] }`. */
    constructor(config: Readonly<Record<string, unknown>>, project: string) {
        this.#config = config;
        this.#project = project;
    }

    /** The full key of a setting: `confluent-flink:regions`. */
    key(name: string): string {
        return `${this.#project}:${name}`;
    }

    /** The value of a setting. Undefined if it is not set: Pulumi.yaml has `{}` as the default of objects. */
    value(name: string): unknown {
        const value = this.#config[this.key(name)];
        const isEmpty = value === null || (isObject(value) && Object.keys(value).length === 0);
        return isEmpty ? undefined : value;
    }

    /** A setting that must be set, parsed; undefined if it is not valid. */
    required<T>(name: string, parse: (value: unknown, property: string) => T): T | undefined {
        return this.attempt(name, () => parse(this.value(name), this.key(name)));
    }

    /** A setting, parsed; undefined if it is not set or not valid. */
    optional<T>(name: string, parse: (value: unknown, property: string) => T): T | undefined {
        return this.value(name) === undefined ? undefined : this.required(name, parse);
    }

    /** The result of `read`. If it throws, adds its error as a mistake in the setting and returns undefined. */
    attempt<T>(name: string, read: () => T): T | undefined {
        try {
            return read();
        } catch (error) {
            const { message } = error as Error;
            this.mistakes.push({ path: [this.key(name), ...stepsOf(this.key(name), message)], message });
            return undefined;
        }
    }
}

/** The steps into a setting that a message begins with: `["restEndpoint", "aws.us-east-2"]`. */
function stepsOf(key: string, message: string): (string | number)[] {
    const steps = message.startsWith(key) ? message.slice(key.length) : "";
    const path = /^(\.\w+|\[\d+\]|\["[^"]*"\])*/.exec(steps)?.[0] ?? "";
    return [...path.matchAll(/\.(\w+)|\[(\d+)\]|\["([^"]*)"\]/g)].map(([, field, index, name]) =>
        index === undefined ? String(field ?? name) : Number(index),
    );
}
