import type { FlinkEnvironmentVariables } from "../components";
import type { Emulator } from "../emulator";

/** A deployment of the program, by a real engine or by Pulumi's mock runtime. */
export interface Deployment {
    /** What runs the program, for the demo's output: `pulumi v3.248.0, …`. */
    readonly runner: string;
    /** Runs the program; resolves when all resources exist. */
    up(): Promise<DeployedStack>;
    /** Deletes everything that `up` created. */
    destroy(): Promise<void>;
    /** Removes the deployment's own files from this machine. */
    close(): Promise<void>;
}

export interface CreatedResource {
    /** `ServiceAccount` */
    readonly type: string;
    readonly name: string;
    /** How long its creation took, in milliseconds. */
    readonly tookMs: number;
    /** When its creation ended, in milliseconds since 1970. */
    readonly doneAtMs: number;
}

export interface DeployedStack {
    readonly resources: readonly CreatedResource[];
    readonly principalId: string;
    readonly keys: readonly DeployedKey[];
}

export interface DeployedKey {
    /** `aws.us-east-2` */
    readonly region: string;
    readonly apiKey: string;
    /** `env-abc123.aws.us-east-2` */
    readonly scope: string;
    /** `ready` or `unverified` */
    readonly status: string;
    /** The environment variables for a client, including the secret. */
    readonly environmentVariables: FlinkEnvironmentVariables;
}

export interface DeploymentPlan {
    readonly stack: string;
    /** Folder of package.json. */
    readonly root: string;
    /** The config in the stack file, by full key. */
    readonly config: Readonly<Record<string, unknown>>;
    readonly emulator: Emulator;
    /** Called with each status message. */
    readonly onStatus: (text: string) => void;
}

/** The outputs of the program, from either kind of deployment. */
export interface ProgramOutputs {
    readonly principalId: string;
    readonly keys: Record<string, { apiKey: string; scope: string; status: string }>;
    readonly environmentVariables: Record<string, FlinkEnvironmentVariables>;
}

export function deployedKeys(outputs: ProgramOutputs): DeployedKey[] {
    return Object.entries(outputs.keys).map(([region, { apiKey, scope, status }]) => ({
        region,
        apiKey,
        scope,
        status,
        environmentVariables: outputs.environmentVariables[region] as FlinkEnvironmentVariables,
    }));
}
