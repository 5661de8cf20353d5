import { nameOfRegion } from "../../confluent/flinkScope";
import { type KeyStatus, keysInState } from "../../provider/keyState";
import type { StateKey } from "../report/stackState";

/** What a rotation has done to the key of one region. */
export interface Rotated {
    /** `aws.us-east-2` */
    readonly region: string;
    /** The current key before and after: the same if it was not rotated. */
    readonly from: string;
    readonly to: string;
    /** Every key that the region had before, got, or has now; the current one first. */
    readonly keys: readonly RotatedKey[];
}

export interface RotatedKey {
    readonly apiKey: string;
    /**
     * `current`: the stack hands it out. `superseded`: it still works. `deleted`: no longer in the state nor in Confluent Cloud.
     * `released`: another resource manages it now, so it still works.
     */
    readonly place: "current" | "superseded" | "deleted" | "released";
    /** Created by this command. */
    readonly isNew: boolean;
    /** Of a current key; null for others. */
    readonly status: KeyStatus | null;
    /** Of a superseded key: the end of its overlap, ISO 8601; null for others. */
    readonly endsAt: string | null;
}

/**
 * What became of each key. `readings` are the keys in the stack's state before the rotation and after each run, in this
 * order, so that a key that came and went in between is named too. `released` are those that Pulumi did not delete because another
 * resource manages them.
 */
export function rotatedKeys(
    readings: readonly (readonly StateKey[])[],
    released: ReadonlySet<string>,
): Rotated[] {
    const [before = [], after = []] = [readings[0], readings.at(-1)];
    return before.flatMap((old) => {
        const region = regionOf(old);
        const now = after.find((key) => regionOf(key) === region);
        if (now === undefined) return [];
        const seen = readings
            .flatMap((keys) => keys.filter((key) => regionOf(key) === region))
            .flatMap(({ state }) => [...keysInState(state)]);
        const earlier = keysInState(old.state);
        const { apiKey: to, status, superseded } = now.state;
        const keys = [...new Set([to, ...seen])].map((apiKey): RotatedKey => {
            const isNew = !earlier.has(apiKey);
            if (apiKey === to) return { apiKey, place: "current", isNew, status, endsAt: null };
            const left = superseded.find((one) => one.apiKey === apiKey);
            const gone = released.has(apiKey) ? "released" : "deleted";
            const place = left === undefined ? gone : "superseded";
            return { apiKey, place, isNew, status: null, endsAt: left?.retireAt ?? null };
        });
        return [{ region, from: old.state.apiKey, to, keys }];
    });
}

export function regionOf({ state }: StateKey): string {
    return nameOfRegion(state.scope);
}
