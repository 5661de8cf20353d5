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
    readonly outputs: ProgramOutputs;
}

/** The outputs of the program. Keys and variables are by region: `aws.us-east-2`. */
export interface ProgramOutputs {
    readonly principalId: string;
    readonly keys: Readonly<Record<string, DeployedKey>>;
    /** The environment variables for a client, including the secret. */
    readonly environmentVariables: Readonly<Record<string, FlinkEnvironmentVariables>>;
}

interface DeployedKey {
    readonly apiKey: string;
    /** `env-abc123.aws.us-east-2` */
    readonly scope: string;
    /** `ready` or `unverified` */
    readonly status: string;
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
