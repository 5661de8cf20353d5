import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { FlinkAccess } from "../components";

/**
 * Pulumi.README.md, filled in for this stack, which Pulumi Cloud shows. It has no secret, and dates instead of ages, so that it
 * changes only when a key does. Undefined without the file, which must not fail a deployment.
 */
export function stackReadme(
    file: string,
    access: Pick<FlinkAccess, "principalId" | "keys">,
): pulumi.Output<string> | undefined {
    if (!existsSync(file)) return undefined;
    const template = readFileSync(file, "utf8");
    const regions = Object.keys(access.keys);
    const rows = Object.entries(access.keys).map(
        ([region, { apiKey, restEndpoint, createdAt, status, rotatesAt, superseded }]) =>
            pulumi
                .all([apiKey, restEndpoint, createdAt, status, superseded])
                .apply(([id, endpoint, created, status, old]) => {
                    const overlaps = (old ?? []).map((key) => `${key.apiKey} until ${day(key.retireAt)}`);
                    const cells = [
                        region,
                        id,
                        endpoint,
                        day(created),
                        day(rotatesAt),
                        status,
                        overlaps.join(", "),
                    ];
                    return `| ${cells.map((cell) => cell || "–").join(" | ")} |`;
                }),
    );
    return pulumi.all([access.principalId, pulumi.all(rows)]).apply(([principalId, lines]) => {
        const table = [
            "| Region | Key | Flink endpoint | Created | Rotates | Status | Also valid |",
            "|---|---|---|---|---|---|---|",
            ...lines,
        ];
        const values: Record<string, string> = {
            stack: pulumi.getStack(),
            principalId: String(principalId ?? ""),
            count: lines.length === 1 ? "one key" : `${lines.length} keys`,
            region: regions[0] ?? "",
            keys: table.join("\n"),
        };
        return template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
    });
}

/** `2026-08-01` */
function day(iso: string | undefined): string {
    return iso?.slice(0, 10) ?? "";
}
