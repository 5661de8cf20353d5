/**
 * The environment of a process whose clock is so far ahead: a rotation's window begins in it, or an overlap ends, without
 * anybody waiting. The process loads this file before its program.
 */
export function movedClock(byMs: number): Record<string, string> {
    return { NODE_OPTIONS: `--require "${__filename}"`, CONFLUENT_FLINK_CLOCK_MS: String(byMs) };
}

function move(byMs: number): void {
    const RealDate = Date;
    const nowMs = (): number => RealDate.now() + byMs;
    globalThis.Date = new Proxy(RealDate, {
        construct: (target, args, made) =>
            Reflect.construct(target, args.length > 0 ? args : [nowMs()], made),
        get: (target, name) => (name === "now" ? nowMs : Reflect.get(target, name)),
    });
}

const { CONFLUENT_FLINK_CLOCK_MS: byMs } = process.env;
if (byMs !== undefined) move(Number(byMs));
