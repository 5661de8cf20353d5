const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
};

/** The arrow keys move to the nearest cell in the same row or column on the screen. */
export function moveByArrows(event: KeyboardEvent): void {
    const direction = directions[event.key];
    const current = (event.target as HTMLElement).closest<HTMLElement>(".cell");
    if (!direction || !current) return;
    event.preventDefault();
    const from = current.getBoundingClientRect();
    const [nearest] = [...document.querySelectorAll<HTMLElement>(".cell")]
        .map((cell) => {
            const { x, y } = cell.getBoundingClientRect();
            return { cell, x: Math.round(x - from.x), y: Math.round(y - from.y) };
        })
        .filter(({ x, y }) => Math.sign(x) === direction[0] && Math.sign(y) === direction[1])
        .sort((a, b) => Math.abs(a.x + a.y) - Math.abs(b.x + b.y));
    nearest?.cell.focus();
}
