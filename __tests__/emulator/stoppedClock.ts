/** The 1st of August 2026, and it stays there: only `advance` moves the emulator on. */
export const STOPPED_CLOCK = { now: (): number => Date.UTC(2026, 7, 1) };
