/**
 * Environment variables for a process whose clock is ahead by this time, so that a rotation window begins or an overlap
 * ends without a wait. The process loads this file before its program.
 */
export function shiftedClock(byMs: number): Record<string, string> {
    return { NODE_OPTIONS: `--require "${__filename}"`, CONFLUENT_FLINK_CLOCK_MS: String(byMs) };
}

function shiftClock(byMs: number): void {
    const RealDate = Date;
    const nowMs = (): number => RealDate.now() + byMs;
    globalThis.Date = new Proxy(RealDate, {
        construct: (target, args, newTarget) =>
            Reflect.construct(target, args.length > 0 ? args : [nowMs()], newTarget),
        get: (target, name) => (name === "now" ? nowMs : Reflect.get(target, name)),
    });
}

const { CONFLUENT_FLINK_CLOCK_MS: byMs } = process.env;
if (byMs !== undefined) shiftClock(Number(byMs));
