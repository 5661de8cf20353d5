import { accessProgram, keysProgram } from "../programs";
import { withReleasedPlugin } from "../releasedPlugin";
import { fastest, measureInTurn, ratio } from "../runs";
import type { BenchOptions, Figure, Scenario } from "../scenario";
import { withStacks } from "../stacks";

/** A whole run may take so much longer with the plugin. */
const atMostLongerSeconds = 0.5;

const programs: Readonly<Record<string, (owners: readonly string[]) => string>> = {
    "2 keys": (owners) => keysProgram(2, owners),
    "20 keys": (owners) => keysProgram(20, owners),
    "200 keys": (owners) => keysProgram(200, owners),
    "a FlinkAccess": () => accessProgram,
};

export const plugin: Scenario = {
    name: "plugin",
    title: "The plugin beside the dynamic provider",
    needsEngine: true,
    run: (options) =>
        withReleasedPlugin(async (folder) => {
            const figures: Figure[] = [];
            for (const what of Object.keys(programs))
                figures.push(...(await comparePreviews(what, folder, options)));
            return {
                figures,
                notes: [
                    "A whole run of pulumi in which nothing changes, with a program in JavaScript. Runs of both sides alternate; the fastest of each side count. The plugin is that of a release.",
                ],
            };
        }),
};

function comparePreviews(what: string, folder: string, { runs, report }: BenchOptions): Promise<Figure[]> {
    const both = (owners: readonly string[]) => {
        const program = programs[what]?.(owners) as string;
        return { dynamic: { program }, plugin: { program, plugin: folder } };
    };
    return withStacks({ owners: 10, programs: both }, async (stacks) => {
        for (const stack of Object.values(stacks)) await stack.seconds("up");
        const turns = {
            subjects: ["dynamic", "plugin"] as const,
            runs,
            report: (text: string) => report(`preview of ${what}, ${text}`),
        };
        const timesOf = await measureInTurn(turns, (name) => stacks[name].seconds("no-op preview"));
        const dynamic = timesOf("dynamic");
        const ours = timesOf("plugin");
        const longer = Math.min(...ours) - Math.min(...dynamic);
        const name = `no-op preview, ${what}`;
        return [
            fastest(`${name}, dynamic`, dynamic, "s"),
            fastest(`${name}, plugin`, ours, "s"),
            { name: `${name}, plugin longer`, value: longer, unit: "s", atMost: atMostLongerSeconds },
            ratio(`${name}, plugin beside dynamic`, ours, dynamic),
        ];
    });
}
