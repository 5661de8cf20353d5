import type { FlinkRegion } from "../../components/flinkRegion";

/** The form of each cloud's region names. It shows without a request that `aws.us-east1` and `gcp.us-east-1` are wrong. */
const spellings: Readonly<Record<string, { shape: RegExp; example: string }>> = {
    aws: { shape: /^[a-z]{2}(-[a-z]+)+-\d+$/, example: "us-east-2" },
    gcp: { shape: /^[a-z]+-[a-z]+\d+$/, example: "us-east1" },
    azure: { shape: /^[a-z]+\d*$/, example: "eastus2" },
};

/** An error message for a misspelled region; undefined if a region with this name could exist. */
export function misspelledRegion({ cloud, region }: FlinkRegion, property: string): string | undefined {
    const spelling = spellings[cloud];
    if (spelling === undefined || spelling.shape.test(region)) return undefined;
    return `${property}: got "${cloud}.${region}", expected a region as ${cloud} spells it, such as "${cloud}.${spelling.example}"`;
}

/** An error message for a region that is not one of `known`; undefined if it is. */
export function unknownRegion(
    { cloud, region, name }: FlinkRegion,
    known: ReadonlySet<string>,
    property: string,
): string | undefined {
    if (known.has(name)) return undefined;
    const ofCloud = [...known].filter((other) => other.startsWith(`${cloud}.`)).sort();
    const wanted = ofCloud.length > 0 ? ofCloud.join(", ") : `none, because Flink does not run on ${cloud}`;
    return `${property}: got "${cloud}.${region}", expected a region where Confluent Cloud runs Flink: ${wanted}`;
}
