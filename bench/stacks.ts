import { engine, PulumiProject } from "../__tests__/engine/pulumiProject";
import { credentialsOf } from "../demo/engineHome";
import { type Emulator, type EmulatorOptions, startEmulator } from "../emulator";
import { createOwners } from "./createOwners";

const operations = {
    up: ["up", "--yes", "--skip-preview"],
    "no-op preview": ["preview"],
    "no-op up": ["up", "--yes", "--skip-preview"],
    refresh: ["refresh", "--yes", "--skip-preview"],
    destroy: ["destroy", "--yes", "--skip-preview"],
} as const;

export type Operation = keyof typeof operations;

/** What a stack consists of. */
interface StackProgram {
    /** JavaScript of a CommonJS module. Default: the program of this repository. */
    readonly program?: string;
    /** Stack config by full key. The emulator's endpoint is added. */
    readonly config?: Readonly<Record<string, unknown>>;
    /** Folder of the plugin that serves the keys. Default: the dynamic provider does. */
    readonly plugin?: string;
}

/** The only stack of a project in a temporary folder. */
export class Stack {
    constructor(
        readonly project: PulumiProject,
        readonly name: string,
        readonly emulator: Emulator,
    ) {}

    /** Runs an operation and returns its time in seconds. If it fails, rejects with its output. */
    async seconds(operation: Operation, ...args: string[]): Promise<number> {
        const startMs = performance.now();
        const env = credentialsOf(this.emulator);
        await this.project.pulumi([...operations[operation], ...args, "--stack", this.name], { env });
        return (performance.now() - startMs) / 1000;
    }
}

interface StackOptions<Name extends string> {
    /** Options of the emulator that all stacks use. Default: none. */
    readonly emulator?: EmulatorOptions;
    /** Number of service accounts that can own keys. Default 0. */
    readonly owners?: number;
    readonly programs: (owners: readonly string[]) => Readonly<Record<Name, StackProgram>>;
}

/** Makes a new emulator and empty stacks, and removes them after `work`, or if the benchmark is interrupted. */
export async function withStacks<Name extends string, T>(
    options: StackOptions<Name>,
    work: (stacks: Readonly<Record<Name, Stack>>) => Promise<T>,
): Promise<T> {
    if ("missing" in engine) throw new Error(engine.missing);
    const emulator = await startEmulator(options.emulator);
    const projects: PulumiProject[] = [];
    const remove = (): void => {
        for (const project of projects) project.remove();
    };
    process.once("exit", remove);
    try {
        const owners = await createOwners(emulator, options.owners ?? 0);
        const stacks: [string, Stack][] = [];
        for (const [what, { program, config, plugin }] of Object.entries<StackProgram>(
            options.programs(owners),
        )) {
            const project = new PulumiProject(emulator, program);
            projects.push(project);
            if (plugin !== undefined) project.usePlugin(plugin);
            // The names of service accounts contain it, and are unique in the organization.
            const name = `bench-${projects.length}`;
            await project.init(name);
            project.configure(name, config ?? {});
            stacks.push([what, new Stack(project, name, emulator)]);
        }
        return await work(Object.fromEntries(stacks) as Record<Name, Stack>);
    } finally {
        process.off("exit", remove);
        remove();
        await emulator.close();
    }
}
