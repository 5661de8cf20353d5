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

    /** The value of a setting; undefined if it is not set. */
    value(name: string): unknown {
        return this.#config[this.key(name)];
    }

    /** The value of a setting that must be an object; undefined if it is not set, empty or invalid. */
    object(name: string, wanted: string): Record<string, unknown> | undefined {
        const value = this.value(name);
        if (value === undefined) return undefined;
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
            return this.refuse(name, value, wanted);
        }
        return Object.keys(value).length === 0 ? undefined : (value as Record<string, unknown>);
    }

    /** Adds a mistake in the value of a whole setting. */
    refuse(name: string, got: unknown, wanted: string): undefined {
        return this.add([this.key(name)], describeMistake(this.key(name), got, wanted));
    }

    /** Adds a mistake in a field of a setting. */
    refuseField(name: string, field: string, got: unknown, wanted: string): undefined {
        const key = this.key(name);
        return this.add([key, field], describeMistake(`${key}.${field}`, got, wanted));
    }

    /** Adds a field that does not exist. The message shows the whole setting. */
    refuseUnknownField(name: string, field: string, wanted: string): undefined {
        const key = this.key(name);
        return this.add([key, field], describeMistake(key, this.value(name), wanted));
    }

    /** Adds a mistake with a message of its own. */
    add(path: ConfigMistake["path"], message: string): undefined {
        this.mistakes.push({ path, message });
    }

    /** The result of `read`. If it throws, adds its error as a mistake and returns undefined. */
    attempt<T>(path: ConfigMistake["path"], read: () => T): T | undefined {
        try {
            return read();
        } catch (error) {
            const { message } = error as Error;
            return this.add(exactPath(path, message), message);
        }
    }
}

/** `key: got …, expected …`, the format of every message here. */
export function describeMistake(name: string, got: unknown, wanted: string): string {
    const isMissing = got === undefined || got === null || got === "";
    return `${name}: got ${isMissing ? "nothing" : typeof got === "string" ? got : JSON.stringify(got)}, expected ${wanted}`;
}

/** The path at the beginning of a message, if it is longer than `path`: `confluent-flink:regions[1]: …`. */
function exactPath(path: ConfigMistake["path"], message: string): ConfigMistake["path"] {
    if (path.length > 1 || !message.startsWith(`${path[0]}[`)) return path;
    const index = /^\[(\d+)\]/.exec(message.slice(path[0].length))?.[1];
    return index === undefined ? path : [path[0], Number(index)];
}
