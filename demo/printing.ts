import type { EmulatorState } from "../emulator";

/** `0.42 s`, `12.3 s` */
export function seconds(ms: number): string {
    return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** A heading and its lines, indented. */
export function tell(heading: string, lines: readonly string[] = []): void {
    process.stdout.write(`\n${heading}\n${lines.map((line) => `  ${line}\n`).join("")}`);
}

/** Lines of columns that are as wide as their widest cell. */
export function columns(rows: readonly (readonly string[])[]): string[] {
    const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
    return rows.map((row) =>
        row
            .map((cell, i) => cell.padEnd(widths[i] ?? 0))
            .join("  ")
            .trimEnd(),
    );
}

/** What the emulator holds beside what it was started with: `API key ABCD…`. */
export function leftBehind(state: EmulatorState): string[] {
    const made = <T extends { id: string; seeded: boolean }>(what: string, items: readonly T[]): string[] =>
        items.filter(({ seeded }) => !seeded).map(({ id }) => `${what} ${id}`);
    return [
        ...made("service account", state.serviceAccounts),
        ...made("role binding", state.roleBindings),
        ...made("API key", state.apiKeys),
        ...made("compute pool", state.computePools),
        ...state.statements.map(({ name }) => `statement ${name}`),
    ];
}
