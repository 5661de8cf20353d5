import { ConfluentApi, defaultEndpoint } from "../../confluent/confluentApi";
import { cloudAccess } from "../cloudAccess";
import { CommandFailure, exitCodes } from "../exitCodes";
import { printJson, printLine } from "../output";
import { checkFile } from "../stacks/checkFile";
import { findProject, listStacks, type Project } from "../stacks/project";
import { readStackFile } from "../stacks/stackFile";
import { checkRights, type RightVerdict } from "./checkRights";

export interface PreflightOptions {
    readonly principal?: string;
    readonly json?: boolean;
    readonly cwd: string;
}

/** `preflight` */
export async function runPreflight(
    stack: string,
    options: PreflightOptions,
    env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
    const { principal } = options;
    if (principal !== undefined && !/^(sa|u|pool)-[a-z0-9]+$/i.test(principal)) {
        const wanted = "a service account such as sa-111aaa, a user u-111aaa or an identity pool pool-111aaa";
        throw new CommandFailure(`--principal: got "${principal}", expected ${wanted}`, exitCodes.usage);
    }
    const { access, config } = readStack(findProject(options.cwd), stack);
    const endpoint = endpointOf(config, env);
    const cloud = cloudAccess(config["confluentcloud:oauth"], env);
    if (cloud === undefined) {
        throw new CommandFailure(
            "There is nothing to ask Confluent Cloud with: set CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET to those of the pipeline, or CONFLUENT_FLINK_TOKEN_FILE beside the stack's confluentcloud:oauth.",
            exitCodes.usage,
        );
    }
    const api = new ConfluentApi({ endpoint, credentials: cloud.credentials });
    const verdicts = await checkRights(api, access, { identity: cloud.identity, principalId: principal });
    if (options.json) printJson(verdicts);
    else for (const verdict of verdicts) printLine(describe(verdict));
    const count = (one: RightVerdict["verdict"]): number =>
        verdicts.filter(({ verdict }) => verdict === one).length;
    if (count("missing") > 0) {
        throw new CommandFailure(`${stack}: ${count("missing")} missing`, exitCodes.found);
    }
    if (count("unknown") > 0) {
        const message = `${stack}: ${count("unknown")} could not be found out`;
        throw new CommandFailure(message, exitCodes.unverified);
    }
}

function readStack(project: Project, stack: string) {
    const entry = listStacks(project).find((one) => one.stack === stack);
    if (entry === undefined) {
        const names = listStacks(project).map((one) => one.stack);
        throw new CommandFailure(
            `stack: got "${stack}", expected one of ${names.join(", ") || "(there is none)"}`,
            exitCodes.usage,
        );
    }
    const { file, shape, mistakes } = checkFile(readStackFile(entry.file, stack, project.name), project);
    if (shape === undefined) {
        const told = mistakes.map(({ line, message }) => `  line ${line}: ${message}`).join("\n");
        throw new CommandFailure(`${entry.file} has mistakes:\n${told}`, exitCodes.found);
    }
    return { access: shape.access, config: file.config };
}

/** Credentials of the environment are for one endpoint: a stack file that names another one does not get to see them. */
function endpointOf(config: Readonly<Record<string, unknown>>, env: NodeJS.ProcessEnv): string {
    const home = env.CONFLUENT_CLOUD_ENDPOINT || defaultEndpoint;
    const endpoint = config["confluentcloud:endpoint"] ?? home;
    if (typeof endpoint === "string" && endpoint.replace(/\/+$/, "") === home.replace(/\/+$/, ""))
        return endpoint;
    throw new CommandFailure(
        `confluentcloud:endpoint: got ${String(endpoint)}, expected ${home}, which the credentials of the environment are for; set CONFLUENT_CLOUD_ENDPOINT if they are for the other`,
        exitCodes.usage,
    );
}

function describe({ right, verdict, explanation }: RightVerdict): string {
    const line = `${verdict.padEnd(8)} ${right}`;
    return explanation === undefined ? line : `${line}\n         ${explanation}`;
}
