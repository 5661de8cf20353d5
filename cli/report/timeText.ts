const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration in its largest useful unit: `45 s`, `12 min`, `5 h`, `89 d`. */
export function spanText(seconds: number): string {
    const s = Math.max(0, Math.floor(seconds));
    if (s < minute) return `${s} s`;
    if (s < 2 * hour) return `${Math.floor(s / minute)} min`;
    if (s < 2 * day) return `${Math.floor(s / hour)} h`;
    return `${Math.floor(s / day)} d`;
}

/** Seconds from one moment to another; negative if `to` is before `from`. */
export function secondsBetween(from: string, to: string): number {
    return (Date.parse(to) - Date.parse(from)) / 1000;
}

/** `2026-08-01`, in UTC. */
export function dayText(iso: string): string {
    return iso.slice(0, 10);
}

/** `2026-08-01 09:30 UTC` */
export function minuteText(iso: string): string {
    return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}
