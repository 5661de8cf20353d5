import type { FlinkAccessArgs, Role } from "../../components";
import { keyScopeRule } from "../../components/flinkAccessArgs";
import { parseFlinkRegion } from "../../components/flinkRegion";
import { grantsOf } from "../../components/roles";
import { defaultEndpoint } from "../../confluent/confluentApi";
import { environmentIdRule } from "../../confluent/keyRules";
import { type Connection, connect, connectForFile, homeEndpoint } from "../connect";
import { counted } from "../counted";
import { CommandFailure, exitCodes, orWrongUsage, wrongUsage } from "../exitCodes";
import { readOption, wrongValue } from "../optionValues";
import { printJson, printLine, printNote } from "../output";
import { type RunPulumi, runPulumi } from "../runPulumi";
import { checkFile } from "../stacks/checkFile";
import { findProject, isOwnProgram, type Project, stackFileOf } from "../stacks/project";
import { readStackFile, type StackFile } from "../stacks/stackFile";
import { checkRights, type RightVerdict } from "./checkRights";

export interface PreflightOptions {
    /** Instead of a stack file: environment, regions and roles. */
    readonly environment?: string;
    readonly region?: readonly string[];
    readonly role?: readonly string[];
    readonly keyScope?: string;
    /** Stack whose config gives credentials and endpoint. */
    readonly configFrom?: string;
    readonly stack?: string;
    readonly principal?: string;
    readonly json?: boolean;
    readonly cwd: string;
}

/** `preflight` */
export async function runPreflight(
    named: string | undefined,
    options: PreflightOptions,
    env: NodeJS.ProcessEnv = process.env,
    run: RunPulumi = runPulumi,
): Promise<void> {
    const { principal } = options;
    if (principal !== undefined && !/^(sa|u|pool)-[a-z0-9]+$/i.test(principal)) {
        const wanted = "a service account such as sa-111aaa, a user u-111aaa or an identity pool pool-111aaa";
        throw wrongValue("--principal", principal, wanted);
    }
    if (named !== undefined && options.stack !== undefined && named !== options.stack)
        throw wrongUsage(`--stack: got ${options.stack} together with ${named}, expected one stack`);
    const stack = named ?? options.stack;
    const { access, config } =
        options.environment === undefined
            ? readStack(findProject(options.cwd), stack)
            : { access: accessOf(options), config: {} };
    const connection =
        options.configFrom === undefined
            ? connectForStack(config, env)
            : await connect({ cwd: options.cwd, configFrom: options.configFrom }, { env, run });
    const verdicts = await checkRights(connection, access, principal);
    const what = stack ?? String(access.environmentId);
    if (options.json) printJson(verdicts);
    else for (const line of verdicts.flatMap(describe)) printLine(line);
    const count = (wanted: RightVerdict["verdict"]): number =>
        verdicts.filter(({ verdict }) => verdict === wanted).length;
    const [missing, uncertain] = [count("missing"), count("perhaps")];
    if (missing > 0) {
        const message = `${what}: ${counted(missing, "right")} ${missing === 1 ? "is" : "are"} missing`;
        throw new CommandFailure(message, exitCodes.found);
    }
    if (uncertain > 0) {
        const message = `${what}: no right is missing for certain, but ${uncertain} ${uncertain === 1 ? "is" : "are"} uncertain`;
        throw new CommandFailure(message, exitCodes.unverified);
    }
}

/**
 * Connects with the credentials in the environment. A stack file without an endpoint gets theirs: `pulumi up` does not read
 * CONFLUENT_CLOUD_ENDPOINT.
 */
function connectForStack(config: StackFile["config"], env: NodeJS.ProcessEnv): Connection {
    const home = homeEndpoint(env);
    const connection = connectForFile({ "confluentcloud:endpoint": home, ...config }, env);
    if (typeof connection === "string")
        throw wrongUsage(`${connection}. Or take them from a stack's config: --config-from STACK.`);
    if (config["confluentcloud:endpoint"] === undefined && home.replace(/\/+$/, "") !== defaultEndpoint) {
        printNote(
            `Using ${home} (CONFLUENT_CLOUD_ENDPOINT). pulumi up uses ${defaultEndpoint} unless the stack sets confluentcloud:endpoint.`,
        );
    }
    return connection;
}

/** The access that a user's own program would deploy, from the options. */
function accessOf(options: PreflightOptions): FlinkAccessArgs & { regions: readonly string[] } {
    const { role: roles, keyScope } = options;
    const environmentId = readOption("--environment", options.environment, environmentIdRule);
    const regions = (options.region ?? []).map((one) =>
        orWrongUsage(() => parseFlinkRegion(one, "--region").name),
    );
    if (regions.length === 0) throw wrongValue("--region", undefined, "at least one, such as aws.us-east-2");
    orWrongUsage(() => grantsOf(roles ?? [], "--role"));
    return {
        environmentId,
        regions,
        ...(roles && { roles: roles as readonly Role[] }),
        ...(keyScope !== undefined && { keyScope: readOption("--key-scope", keyScope, keyScopeRule) }),
    };
}

function readStack(project: Project, stack: string | undefined) {
    if (!isOwnProgram(project)) {
        throw wrongUsage(
            `preflight of a stack file works only with this package's own program, and ${project.name} is another one. Give what it deploys with options: --environment env-abc123 --region aws.us-east-2 [--role FlinkDeveloper]`,
        );
    }
    const instead = stack === undefined ? ", or --environment and --region" : "";
    const path = stackFileOf(project, "stack", stack, instead);
    const file = readStackFile(path, String(stack), project.name);
    const { shape, mistakes } = checkFile(file, project);
    if (shape === undefined) {
        const lines = mistakes.map(({ line, message }) => `  line ${line}: ${message}`).join("\n");
        throw new CommandFailure(`${path} has mistakes:\n${lines}`, exitCodes.found);
    }
    return { access: shape.access, config: file.config };
}

function describe({ right, verdict, explanation }: RightVerdict): string[] {
    const line = `${verdict.padEnd(8)} ${right}`;
    return explanation === undefined ? [line] : [line, `         ${explanation}`];
}
