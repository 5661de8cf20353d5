import { readFileSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { createOwners } from "../createOwners";
import { EngineProject, engine } from "../engineProject";
import { keysProgram } from "../programs";
import { type BenchOptions, countOfKeys, type Figure, type Scenario } from "../scenario";
import { median, rangeOf } from "../statistics";

const oneByOne = 30;

export const checkpointWindow: Scenario = {
    name: "checkpoint-window",
    title: "From the answer that ends a key's creation to the checkpoint that knows it",
    async run({ keyCounts, report }: BenchOptions) {
        if ("missing" in engine) return { figures: [], notes: [`Not run: ${engine.missing}.`] };
        const figures: Figure[] = [];
        report(`${oneByOne} keys, one at a time`);
        figures.push(...figuresOf("one key at a time", await windowsOf(oneByOne, ["--parallel", "1"])));
        for (const keys of keyCounts.filter((count) => count > 1)) {
            report(`${countOfKeys(keys)} at once`);
            figures.push(...figuresOf(`${countOfKeys(keys)} at once`, await windowsOf(keys)));
        }
        return {
            figures,
            notes: [
                "A kill -9 in this time leaves a key that looks as if it were in use. It is kept, and the next run reports it (docs/decisions/004-strays.md).",
                "On a file backend the engine writes the whole state after every step, so with many keys at once a step waits until the writes for others are done.",
            ],
        };
    },
};

/** For each key, the milliseconds from the response to the PATCH that removes its mark to the checkpoint that contains it. */
async function windowsOf(keys: number, args: readonly string[] = []): Promise<number[]> {
    const answeredMs = new Map<string, number>();
    const storedMs = new Map<string, number>();
    const emulator: Emulator = await startEmulator({
        onExchange: ({ method, path, status }) => {
            if (method === "PATCH" && status === 200) answeredMs.set(basename(path), performance.now());
        },
    });
    const owners = await createOwners(emulator, Math.min(10, keys));
    const project = await EngineProject.create(emulator, { program: keysProgram(keys, owners) });
    const checkpoint = project.checkpointFile;
    // The engine writes a new file and renames it to the checkpoint.
    const watcher = watch(dirname(checkpoint), (_event, name) => {
        if (name !== basename(checkpoint)) return;
        const nowMs = performance.now();
        const text = readFileSync(checkpoint, "utf8");
        for (const id of answeredMs.keys())
            if (!storedMs.has(id) && text.includes(`"${id}"`)) storedMs.set(id, nowMs);
    });
    try {
        await project.run(["up", "--yes", "--skip-preview", ...args]);
    } finally {
        watcher.close();
        project.remove();
        await emulator.close();
    }
    const windows = [...answeredMs].flatMap(([id, fromMs]) => (storedMs.get(id) ?? Number.NaN) - fromMs);
    if (windows.length !== keys || windows.some(Number.isNaN))
        throw new Error(`windows: got ${windows.length}, some without an end, expected ${keys}`);
    return windows;
}

function figuresOf(what: string, windowsMs: readonly number[]): Figure[] {
    const range = rangeOf(windowsMs);
    return [
        { name: `window, ${what}, median`, value: median(windowsMs), unit: "ms", range },
        { name: `window, ${what}, longest`, value: range[1], unit: "ms" },
    ];
}
