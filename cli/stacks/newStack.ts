import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Document, isMap, type YAMLMap } from "yaml";
import { CommandFailure } from "../exitCodes";
import { wrongValue } from "../optionValues";
import { type Project, stackFileOf, stackOfFileName } from "./project";
import { containsEncrypted, readStackFile } from "./stackFile";

export interface NewOptions {
    readonly environment: string;
    readonly region: readonly string[];
    /** A stack to copy the other settings from. */
    readonly from?: string;
    /** Default: the roles of `from`, or the program's default. */
    readonly role?: readonly string[];
    readonly cwd: string;
    readonly json?: boolean;
}

export interface WrittenStack {
    readonly file: string;
    readonly grantsOrganizationAdmin: boolean;
    /** Keys of `from` that were not copied, and why. */
    readonly leftOut: readonly { readonly key: string; readonly reason: string }[];
}

/**
 * Writes `Pulumi.<stack>.yaml`, and never overwrites a file. With `from`, it copies the settings and comments of that
 * stack, except its environment and regions, its encrypted values, which only that stack can decrypt, and the name of its
 * service account, which must be unique in the organization.
 */
export function writeNewStack(
    project: Project,
    stack: string,
    { environment, region, from, role }: NewOptions,
): WrittenStack {
    const name = `Pulumi.${stack}.${project.extension}`;
    const file = join(project.stacksFolder, name);
    if (stackOfFileName(name, project) === undefined) {
        const form = "at most 100 letters, digits, dots, dashes and underscores";
        throw wrongValue("stack", stack, form);
    }
    if (existsSync(file))
        throw wrongValue("stack", stack, `a new name: ${file} already exists and was not changed`);
    const { document, leftOut } =
        from === undefined ? { document: new Document({}), leftOut: [] } : copyOf(project, from);
    if (!isMap(document.get("config"))) document.set("config", document.createNode({}));
    const set = (key: string, value: unknown): void => {
        document.deleteIn(["config", key]);
        document.setIn(["config", `${project.name}:${key}`], document.createNode(value));
    };
    set("environmentId", environment);
    set("regions", region);
    if (role !== undefined) set("roles", role);
    const setsRoles = ["roles", "statementRunner"].some(
        (key) => document.hasIn(["config", `${project.name}:${key}`]) || document.hasIn(["config", key]),
    );
    if (!setsRoles) {
        // At the setting, and true also after somebody has set it.
        (document.get("config") as YAMLMap).comment =
            ` Without ${project.name}:roles, OrganizationAdmin is granted. A narrower role is enough: [FlinkDeveloper]`;
    }
    // Git keeps no empty folder.
    mkdirSync(project.stacksFolder, { recursive: true });
    try {
        // wx: another process may have created it since.
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
    const file = stackFileOf(project, "--from", from);
    const { document, config, writtenKeys, mistakes } = readStackFile(file, from, project.name);
    if (mistakes.length > 0) {
        throw new CommandFailure(
            `--from: ${file} has mistakes: npm run --silent flink -- stacks check shows the lines`,
        );
    }
    const leftOut: { key: string; reason: string }[] = [];
    // The salt and key belong to the other stack's secrets; pulumi stack init makes new ones.
    for (const key of ["encryptionsalt", "encryptedkey"]) document.delete(key);
    for (const [key, written] of writtenKeys) {
        const path = ["config", written];
        if (containsEncrypted(config[key])) {
            document.deleteIn(path);
            const reason = `encrypted for ${from}: set it again with pulumi config set --secret`;
            leftOut.push({ key, reason });
        }
        if (key === `${project.name}:principal` && document.hasIn([...path, "displayName"])) {
            document.deleteIn([...path, "displayName"]);
            const rest = document.getIn(path);
            if (isMap(rest) && rest.items.length === 0) document.deleteIn(path);
            const reason = "must be unique in the organization: set another name, or use the default";
            leftOut.push({ key: `${key}.displayName`, reason });
        }
    }
    return { document, leftOut };
}
