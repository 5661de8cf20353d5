/** The clouds on which Confluent Cloud runs Flink. */
export const clouds = ["aws", "azure", "gcp"] as const;

export type Cloud = (typeof clouds)[number];

/** In lower case, as in scopes. */
export function isCloud(text: string): text is Cloud {
    return (clouds as readonly string[]).includes(text);
}
