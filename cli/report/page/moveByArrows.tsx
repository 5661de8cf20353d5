/** The arrow keys move between cells and skip empty ones. In wrapped cells, up and down go to the next row. */
export function moveByArrows(event: KeyboardEvent): void {
    const steps: Record<string, readonly [number, number]> = {
        ArrowLeft: [0, -1],
        ArrowRight: [0, 1],
        ArrowUp: [-1, 0],
        ArrowDown: [1, 0],
    };
    const step = steps[event.key];
    const current = (event.target as HTMLElement).closest("td > div, td") as HTMLElement | null;
    const row = current?.closest("tr");
    const rows = [...(row?.closest("tbody")?.rows ?? [])];
    if (!current || !row || !step) return;
    event.preventDefault();
    const cellsOf = (one: HTMLTableRowElement): Element[] => {
        const wrapped = one.querySelectorAll("td.cells > div");
        return wrapped.length > 0 ? [...wrapped] : [...one.cells];
    };
    let [r, c] = [rows.indexOf(row), cellsOf(row).indexOf(current)];
    for (;;) {
        r += step[0];
        c += step[1];
        const next = rows[r] && cellsOf(rows[r] as HTMLTableRowElement)[c];
        if (!next) return;
        const button = next.querySelector("button");
        if (button) {
            button.focus();
            return;
        }
    }
}
