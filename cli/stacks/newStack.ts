import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Document, isMap, isScalar, parseDocument } from "yaml";
import { CommandFailure, exitCodes } from "../exitCodes";
import { listStacks, type Project, stackOfFileName } from "./project";

export interface NewStack {
    /** `prod-us` */
    readonly stack: string;
    /** `env-abc123` */
    readonly environmentId: string;
    /** `aws.us-east-2`, … */
    readonly regions: readonly string[];
    /** A stack whose other settings are taken over. */
    readonly from: string | undefined;
    /** `FlinkDeveloper`, …; undefined: as `from` has it, or the program's default. */
    readonly roles?: readonly string[] | undefined;
}

export interface WrittenStack {
    readonly file: string;
    /** Keys of `from` that were not taken over, and why. */
    readonly grantsOrganizationAdmin: boolean;
    readonly leftOut: readonly { readonly key: string; readonly reason: string }[];
}

/**
 * Writes `Pulumi.<stack>.yaml`, never over a file that exists. From another stack come all settings but its environment
 * and regions, its encrypted values, which only that stack can read, and the name of its service account, which is
 * unique in the organization. Its comments come along.
 */
export function writeNewStack(project: Project, wanted: NewStack): WrittenStack {
    const name = `Pulumi.${wanted.stack}.${project.extension}`;
    const file = join(project.stacksFolder, name);
    if (stackOfFileName(name, project) === undefined) {
        const message = `stack: got "${wanted.stack}", expected letters, digits, dots, dashes and underscores, 100 at the most`;
        throw new CommandFailure(message, exitCodes.usage);
    }
    if (existsSync(file)) {
        throw new CommandFailure(
            `stack: got "${wanted.stack}", expected a new name: ${file} exists, and is left as it is`,
            exitCodes.usage,
        );
    }
    const { document, leftOut } =
        wanted.from === undefined
            ? { document: new Document({}), leftOut: [] }
            : copyOf(project, wanted.from);
    if (!isMap(document.get("config"))) document.set("config", document.createNode({}));
    const set = (key: string, value: unknown): void => {
        document.deleteIn(["config", key]);
        document.setIn(["config", `${project.name}:${key}`], document.createNode(value));
    };
    set("environmentId", wanted.environmentId);
    set("regions", wanted.regions);
    if (wanted.roles !== undefined) set("roles", wanted.roles);
    const setsRoles = ["roles", "statementRunner"].some(
        (key) => document.hasIn(["config", `${project.name}:${key}`]) || document.hasIn(["config", key]),
    );
    if (!setsRoles) {
        document.comment =
            " roles: not set, so OrganizationAdmin is granted. Less is enough: roles: [FlinkDeveloper]";
    }
    // Git keeps no empty folder.
    mkdirSync(project.stacksFolder, { recursive: true });
    try {
        // wx: another process may have made it since.
        writeFileSync(file, document.toString({ lineWidth: 0 }), { flag: "wx" });
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new CommandFailure(`${file} could not be written (${code})`);
    }
    return { file, leftOut, grantsOrganizationAdmin: !setsRoles };
}

function copyOf(
    project: Project,
    from: string,
): { document: Document; leftOut: { key: string; reason: string }[] } {
    const stacks = listStacks(project);
    const source = stacks.find(({ stack }) => stack === from);
    if (source === undefined) {
        const names = stacks.map(({ stack }) => stack).join(", ") || "(there is none)";
        throw new CommandFailure(`--from: got "${from}", expected one of ${names}`, exitCodes.usage);
    }
    const document = parseDocument(readFileSync(source.file, "utf8"));
    if (document.errors.length > 0) {
        throw new CommandFailure(
            `--from: ${source.file} is not YAML: npx --no -- confluent-flink stacks check says where`,
        );
    }
    const leftOut: { key: string; reason: string }[] = [];
    // The salt and key belong to the other stack's secrets; pulumi stack init makes new ones.
    for (const key of ["encryptionsalt", "encryptedkey"]) document.delete(key);
    const config = document.get("config");
    if (isMap(config)) {
        for (const { key } of [...config.items]) {
            const written = String(isScalar(key) ? key.value : key);
            const full = written.includes(":") ? written : `${project.name}:${written}`;
            if (holdsSecure(config.get(written))) {
                config.delete(written);
                leftOut.push({
                    key: full,
                    reason: `encrypted for ${from}: set it again with pulumi config set --secret`,
                });
            }
            if (full === `${project.name}:principal` && document.hasIn(["config", written, "displayName"])) {
                document.deleteIn(["config", written, "displayName"]);
                const rest = config.get(written);
                if (isMap(rest) && rest.items.length === 0) config.delete(written);
                leftOut.push({
                    key: `${full}.displayName`,
                    reason: "unique in the organization: name another, or leave it to the default",
                });
            }
        }
    }
    return { document, leftOut };
}

function holdsSecure(node: unknown): boolean {
    if (!isMap(node)) return false;
    if (node.items.length === 1 && node.has("secure")) return true;
    return node.items.some(({ value }) => holdsSecure(value));
}
