import { UnsupportedSql } from "./tokenReader";

const monthUnits = ["YEAR", "MONTH"];
const timeUnits = ["DAY", "HOUR", "MINUTE", "SECOND"];

/**
 * The value of an interval as the API returns it: `+2 04:15:20.000` or `+7-11`. Flink keeps milliseconds.
 * @param text `2 04:15:20`, `-23`, `7-11`
 * @param first the first unit of the text: `DAY`, `YEAR`
 */
export function readInterval(text: string, first: string): string {
    const [, sign = "+", digits = ""] = /^\s*([+-]?)(.*)$/.exec(text) ?? [];
    const areMonths = monthUnits.includes(first);
    const units = areMonths ? monthUnits : timeUnits;
    const numbers = digits.trim().split(areMonths ? "-" : /[ :]/);
    const from = units.indexOf(first);
    const parts = new Map(numbers.map((number, index) => [units[from + index], Number(number)]));
    if ([...parts].some(([unit, number]) => unit === undefined || Number.isNaN(number)))
        throw new UnsupportedSql(`the interval '${text}'`);
    const of = (unit: string): number => parts.get(unit) ?? 0;
    const prefix = sign === "-" ? "-" : "+";
    if (areMonths) {
        const months = of("YEAR") * 12 + of("MONTH");
        return `${prefix}${Math.floor(months / 12)}-${String(months % 12).padStart(2, "0")}`;
    }
    const ms = Math.floor(
        ((of("DAY") * 24 + of("HOUR")) * 60 + of("MINUTE")) * 60_000 + of("SECOND") * 1000 + 1e-6,
    );
    const [days, time] = [Math.floor(ms / 86_400_000), new Date(ms % 86_400_000).toISOString().slice(11, 23)];
    return `${prefix}${days} ${time}`;
}
