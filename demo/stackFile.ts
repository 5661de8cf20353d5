import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/**
 * The config of a stack file, by full key. Throws, naming
 * the stacks there are, where there is none of that name, and for encrypted values, which only their owner can read.
 */
export function readStackFile(root: string, stack: string): Record<string, unknown> {
    const path = join(root, "stacks", `Pulumi.${stack}.yaml`);
    if (!existsSync(path)) {
        const others = readdirSync(join(root, "stacks")).map(
            (name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1],
        );
        throw new Error(
            `--stack: got "${stack}", expected one of ${others.filter(Boolean).join(", ")} (files stacks/Pulumi.<stack>.yaml)`,
        );
    }
    const { config = {} } = (parse(readFileSync(path, "utf8")) ?? {}) as { config?: Record<string, unknown> };
    // Encrypted values are another cloud's credentials: of no use in the emulator.
    return Object.fromEntries(Object.entries(config).filter(([, value]) => !isEncrypted(value)));
}

/** A config value as Pulumi hands it to a program: text as it is, lists and objects as JSON. */
export function configText(value: unknown): string {
    return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function isEncrypted(value: unknown): boolean {
    return typeof value === "object" && value !== null && "secure" in value;
}
