import { readFileSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Exchange } from "../../emulator";
import { keysProgram } from "../programs";
import { median, rangeOf } from "../runs";
import { countOfKeys, type Figure, type Scenario } from "../scenario";
import { withStacks } from "../stacks";

const oneByOne = 30;
const stateBytesPerKey = 1300;

export const checkpoint: Scenario = {
    name: "checkpoint",
    title: "The checkpoint: the size of a key, and how long after the last answer it contains the key",
    needsEngine: true,
    async run({ keyCounts, report }) {
        report(`${oneByOne} keys, one at a time`);
        const { windowsMs } = await deploy(oneByOne, "--parallel", "1");
        const figures: Figure[] = windowFigures("one key at a time", windowsMs);
        for (const keys of keyCounts) {
            report(`${countOfKeys(keys)} at once`);
            const deployed = await deploy(keys);
            if (keys > 1) figures.push(...windowFigures(`${countOfKeys(keys)} at once`, deployed.windowsMs));
            const name = `inputs and outputs of a key, ${countOfKeys(keys)}`;
            figures.push({ name, value: deployed.bytesPerKey, unit: "B", atMost: stateBytesPerKey });
        }
        return {
            figures,
            notes: [
                "A kill -9 in the window leaves a key that looks as if it were in use. It is kept, and the next run reports it (docs/decisions/004-strays.md).",
                "On a file backend the engine writes the whole state after every step, so with many keys at once a step waits until the writes for others are done.",
            ],
        };
    },
};

interface DeployedKeys {
    /** For each key, the time from the response to the PATCH that removes its mark to the checkpoint that contains it. */
    readonly windowsMs: readonly number[];
    /** Mean size of a key's inputs and outputs in the checkpoint, with the encrypted secret. */
    readonly bytesPerKey: number;
}

function deploy(keys: number, ...args: string[]): Promise<DeployedKeys> {
    const answeredMs = new Map<string, number>();
    const storedMs = new Map<string, number>();
    const emulator = {
        onExchange: ({ method, path, status }: Exchange) => {
            if (method === "PATCH" && status === 200) answeredMs.set(basename(path), performance.now());
        },
    };
    const programs = (owners: readonly string[]) => ({ keys: { program: keysProgram(keys, owners) } });
    return withStacks({ emulator, owners: Math.min(10, keys), programs }, async ({ keys: stack }) => {
        const file = stack.project.checkpointFile("confluent-flink", stack.name);
        // The engine writes a new file and renames it to the checkpoint.
        const watcher = watch(dirname(file), (_event, name) => {
            if (name !== basename(file)) return;
            const nowMs = performance.now();
            const text = readFileSync(file, "utf8");
            for (const id of answeredMs.keys())
                if (!storedMs.has(id) && text.includes(`"${id}"`)) storedMs.set(id, nowMs);
        });
        try {
            await stack.seconds("up", ...args);
        } finally {
            watcher.close();
        }
        const windowsMs = [...answeredMs].map(([id, fromMs]) => (storedMs.get(id) ?? Number.NaN) - fromMs);
        const stored = stack.project.stored(stack.name, "FlinkApiKey");
        if (windowsMs.length !== keys || windowsMs.some(Number.isNaN) || stored.length !== keys)
            throw new Error(`got ${windowsMs.join()} ms for ${stored.length} keys, expected ${keys} times`);
        const bytes = stored.map(({ inputs, outputs }) => sizeOf(inputs) + sizeOf(outputs));
        return { windowsMs, bytesPerKey: bytes.reduce((sum, size) => sum + size, 0) / keys };
    });
}

function windowFigures(what: string, windowsMs: readonly number[]): Figure[] {
    const range = rangeOf(windowsMs);
    return [
        { name: `window, ${what}, median`, value: median(windowsMs), unit: "ms", range },
        { name: `window, ${what}, longest`, value: range[1], unit: "ms" },
    ];
}

function sizeOf(value: unknown): number {
    return Buffer.byteLength(JSON.stringify(value ?? {}));
}
