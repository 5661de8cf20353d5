/** Always 2026-08-01T00:00:00Z. Only `advance` moves the emulator's clock forward. */
export const STOPPED_CLOCK = { now: (): number => Date.UTC(2026, 7, 1) };
