import type { FlinkEnvironment } from "../components";

/** What carries the program: a real engine, or Pulumi's mock runtime. */
export interface Deployment {
    /** `pulumi v3.248.0, …`: for the story. */
    readonly carrier: string;
    /** Runs the program; resolves when everything is there. */
    up(): Promise<DeployedStack>;
    /** Takes down all that `up` made. */
    destroy(): Promise<void>;
    /** Removes what the deployment itself left on this machine. */
    close(): Promise<void>;
}

export interface DeclaredResource {
    /** `ServiceAccount` */
    readonly type: string;
    readonly name: string;
    /** How long it took to make, in milliseconds. */
    readonly tookMs: number;
    /** When it was there, in milliseconds since 1970. */
    readonly doneAtMs: number;
}

export interface DeployedStack {
    readonly resources: readonly DeclaredResource[];
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
    readonly readiness: string;
    /** The variables a client would be given, the secret among them. */
    readonly environment: FlinkEnvironment;
}

export interface DeploymentPlan {
    readonly stack: string;
    /** Folder of package.json. */
    readonly root: string;
    /** The stack's config by full key, as its file holds it. */
    readonly config: Readonly<Record<string, unknown>>;
    /** Base URL of the emulator. */
    readonly endpoint: string;
    readonly cloudApiKey: string;
    readonly cloudApiSecret: string;
    /** A passing state, for a person who waits. */
    readonly onStatus: (text: string) => void;
}

/** The outputs of the program, as both carriers give them. */
export interface ProgramOutputs {
    readonly principalId: string;
    readonly keys: Record<string, { apiKey: string; scope: string; readiness: string }>;
    readonly environment: Record<string, FlinkEnvironment>;
}

export function deployedKeys(outputs: ProgramOutputs): DeployedKey[] {
    return Object.entries(outputs.keys).map(([region, { apiKey, scope, readiness }]) => ({
        region,
        apiKey,
        scope,
        readiness,
        environment: outputs.environment[region] as FlinkEnvironment,
    }));
}
