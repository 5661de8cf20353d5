import type { FlinkRegion } from "../../components/flinkRegion";
import { describeMistake } from "../../confluent/valueRule";

/** The form of each cloud's region names. It shows without a request that `aws.us-east1` and `gcp.us-east-1` are wrong. */
const spellings: Readonly<Record<string, { shape: RegExp; example: string }>> = {
    aws: { shape: /^[a-z]{2}(-[a-z]+)+-\d+$/, example: "us-east-2" },
    gcp: { shape: /^[a-z]+-[a-z]+\d+$/, example: "us-east1" },
    azure: { shape: /^[a-z]+\d*$/, example: "eastus2" },
};

/** What is wrong with a region: it is none of `known`, or, if they are not known, it is misspelled. Undefined if nothing is. */
export function regionProblem(
    { cloud, region, name }: FlinkRegion,
    known: ReadonlySet<string> | undefined,
    property: string,
): string | undefined {
    if (known === undefined) {
        const { shape, example } = spellings[cloud] ?? {};
        const wanted = `a region as ${cloud} spells it, such as "${cloud}.${example}"`;
        return shape?.test(region) === false ? describeMistake(property, name, wanted) : undefined;
    }
    if (known.has(name)) return undefined;
    const ofCloud = [...known].filter((other) => other.startsWith(`${cloud}.`)).sort();
    const where = ofCloud.length > 0 ? ofCloud.join(", ") : `none, because Flink does not run on ${cloud}`;
    return describeMistake(property, name, `a region where Confluent Cloud runs Flink: ${where}`);
}
