/** A cloud on which Confluent Cloud runs Flink. */
export type Cloud = "aws" | "azure" | "gcp";

export const clouds: readonly Cloud[] = ["aws", "azure", "gcp"];

/** In lower case, as in scopes. */
export function isCloud(text: string): text is Cloud {
    return (clouds as readonly string[]).includes(text);
}
