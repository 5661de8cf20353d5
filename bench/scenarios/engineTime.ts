import { environmentId } from "../createOwners";
import { emptyProgram, holdingProgram, keysProgram, nothingProgram } from "../programs";
import { fastest, measureInTurn, ratio } from "../runs";
import { type BenchOptions, countOfKeys, type Figure, type Scenario } from "../scenario";
import { type Operation, withStacks } from "../stacks";

const operations: readonly Operation[] = ["up", "no-op preview", "no-op up", "refresh", "destroy"];
const atMostTimesNothing = 1.25;
const atMostTimesEmpty = 1.7;
/** A run with so many keys takes minutes, so other work on the machine matters little. */
const manyKeys = 1000;

export const engineTime: Scenario = {
    name: "engine-time",
    title: "Engine time beside resources that do nothing",
    needsEngine: true,
    async run(options) {
        const figures: Figure[] = [];
        for (const keys of options.keyCounts) figures.push(...(await compareWithNothing(keys, options)));
        figures.push(...(await comparePreviews(options)));
        return {
            figures,
            notes: [
                "A ratio compares the fastest runs, because other work on the machine can only slow a run down. Its range is that of pairs of runs, made one right after the other in alternating order.",
                "The resources that do nothing are also dynamic resources, with a provider line of the same kind and one input. Those that hold as much also have the inputs and outputs of a key, including the secret. The difference is the engine's cost of storing them: on a file backend it writes the whole state at every step.",
                `With ${manyKeys} keys, each operation runs once.`,
            ],
        };
    },
};

function compareWithNothing(keys: number, { runs, report }: BenchOptions): Promise<Figure[]> {
    const owners = Math.min(10, keys);
    const programs = (ids: readonly string[]) => ({
        ours: { program: keysProgram(keys, ids) },
        nothing: { program: nothingProgram(keys) },
        holding: { program: holdingProgram(keys, ids) },
    });
    return withStacks({ owners, programs }, async (stacks) => {
        const turns = {
            subjects: ["ours", "nothing", "holding"] as const,
            steps: operations,
            runs: keys >= manyKeys ? 1 : runs,
            report: (text: string) => report(`${countOfKeys(keys)}, ${text}`),
        };
        const timesOf = await measureInTurn(turns, (name, operation) => stacks[name].seconds(operation));
        return operations.flatMap((operation) => {
            const what = `${operation}, ${countOfKeys(keys)}`;
            const ours = timesOf("ours", operation);
            const beside = (name: string, theirs: readonly number[]): Figure =>
                ratio(`${what}, beside ${name}`, ours, theirs, atMostTimesNothing);
            return [
                beside("nothing", timesOf("nothing", operation)),
                beside("nothing that holds as much", timesOf("holding", operation)),
                fastest(what, ours, "s"),
            ];
        });
    });
}

/** Previews of the demo stack, and of smaller programs that show where its time goes. */
function comparePreviews({ runs, report }: BenchOptions): Promise<Figure[]> {
    const config = {
        "confluent-flink:environmentId": environmentId,
        "confluent-flink:regions": ["aws.us-east-2", "gcp.us-east1"],
    };
    const programs = () => ({
        demo: { config },
        empty: { program: emptyProgram },
        nothing: { program: nothingProgram(1) },
    });
    return withStacks({ programs }, async (stacks) => {
        for (const stack of Object.values(stacks)) await stack.seconds("up");
        const turns = {
            subjects: ["demo", "empty", "nothing"] as const,
            runs: Math.max(runs, 3),
            report: (text: string) => report(`previews, ${text}`),
        };
        const timesOf = await measureInTurn(turns, (name) => stacks[name].seconds("no-op preview"));
        const demo = timesOf("demo");
        return [
            fastest("no-op preview, demo stack", demo, "s"),
            fastest("no-op preview, empty program", timesOf("empty"), "s"),
            ratio("no-op preview, demo stack beside empty program", demo, timesOf("empty"), atMostTimesEmpty),
            fastest("no-op preview, one resource that does nothing", timesOf("nothing"), "s"),
            ratio(
                "no-op preview, demo stack beside one resource that does nothing",
                demo,
                timesOf("nothing"),
            ),
        ];
    });
}
