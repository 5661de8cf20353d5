import type { EmulatorState } from "../emulator";

/** `0.42 s`, `12.3 s` */
export function seconds(ms: number): string {
    return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** Prints a heading and its lines, indented. */
export function printSection(heading: string, lines: readonly string[] = []): void {
    process.stdout.write(`\n${heading}\n${lines.map((line) => `  ${line}\n`).join("")}`);
}

/** Rows as lines of text, with aligned columns. `others`: where the cells of all columns but the first are. */
export function columns(rows: readonly (readonly string[])[], others: "left" | "right" = "left"): string[] {
    const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
    const align = (cell: string, i: number): string =>
        i > 0 && others === "right" ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0);
    return rows.map((row) => row.map(align).join("  ").trimEnd());
}

/** Everything in the emulator that did not exist when it started: `API key ABCD…`. */
export function leftBehind(state: EmulatorState): string[] {
    const added = <T extends { id: string; seeded: boolean }>(what: string, items: readonly T[]): string[] =>
        items.filter(({ seeded }) => !seeded).map(({ id }) => `${what} ${id}`);
    return [
        ...added("service account", state.serviceAccounts),
        ...added("role binding", state.roleBindings),
        ...added("API key", state.apiKeys),
        // Confluent Cloud creates a default pool with the first statement of a region, and keeps it.
        ...added(
            "compute pool",
            state.computePools.filter(({ isDefault }) => !isDefault),
        ),
        ...state.statements.map(({ name }) => `statement ${name}`),
    ];
}
