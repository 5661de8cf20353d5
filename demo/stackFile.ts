import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/**
 * The config of a stack file, by full key, without encrypted values. Throws an error that lists the stack files if there
 * is none for `stack`.
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
    // Encrypted values are credentials for the real Confluent Cloud. The emulator has its own.
    return Object.fromEntries(Object.entries(config).filter(([, value]) => !isEncrypted(value)));
}

function isEncrypted(value: unknown): boolean {
    return typeof value === "object" && value !== null && "secure" in value;
}
