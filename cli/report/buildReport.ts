import type { AppliedQuota } from "../../confluent/appliedQuotas";
import type { FlinkApiKey } from "../../confluent/flinkApiKeyList";
import { tagOf } from "../../provider/tag";
import type { CloudInventory } from "./cloudInventory";
import type { KeyProbe } from "./probe";
import {
    compareUrgency,
    type Gap,
    type KeyReadiness,
    type KeyRow,
    type KeyStatus,
    type Owner,
    type Report,
    summarise,
} from "./report";
import type { StackState, StateKey } from "./stackState";
import type { StackStates } from "./stackStates";

/** Confluent advises to exchange keys every 90 days. */
export const defaultAgeLimitSeconds = 90 * 24 * 60 * 60;

export interface ReportSources {
    readonly cloud: CloudInventory;
    readonly stacks: StackStates;
    /** What `--probe` found out, by key id; default: nothing was probed. */
    readonly probes?: ReadonlyMap<string, KeyProbe>;
    readonly probeGaps?: readonly Gap[];
    /** Default 90 days. */
    readonly ageLimitSeconds?: number;
    /** For where Confluent Cloud does not say its time, in milliseconds since 1970. */
    readonly nowMs: number;
}

/** Joins what Confluent Cloud says with what the stacks' states say. Asks nobody. */
export function buildReport(sources: ReportSources): Report {
    const { cloud, stacks } = sources;
    const ageLimitSeconds = sources.ageLimitSeconds ?? defaultAgeLimitSeconds;
    const nowMs = cloud.asOfMs ?? sources.nowMs;
    const places = placesInStates(stacks.states);
    const lost = lostBindings(stacks.states, cloud);
    const owners = ownersOf(cloud, places.byKey);
    const environmentNames = new Map(cloud.environments.map(({ id, displayName }) => [id, displayName]));
    const endpoints = new Map(
        cloud.regions.map(({ cloud: name, region, restEndpoint }) => [`${name}.${region}`, restEndpoint]),
    );

    const row = (id: string, key: FlinkApiKey | undefined, place: Place | undefined): KeyRow => {
        const state = place?.key.state;
        const scope = (key ?? (state as NonNullable<typeof state>)).scope;
        const ownerId = key?.ownerId || state?.owner || "";
        const createdAt = key?.createdAt || (place?.role === "managed" && state?.createdAt) || null;
        const origin = place ?? (key && places.byTag.get(tagOf(key.description) ?? ""));
        const status: KeyStatus =
            place?.role ?? (key && tagOf(key.description) !== undefined ? "stray" : "unmanaged");
        const rotatesAt = (status === "managed" && place?.key.rotatesAt) || null;
        const due = status === "superseded" ? place?.retireAt : rotatesAt;
        const region = `${scope.cloud}.${scope.region}`;
        const probe = status === "managed" ? sources.probes?.get(id) : undefined;
        return {
            id,
            displayName: key?.displayName ?? state?.displayName ?? "",
            status,
            live: key !== undefined,
            scope: scope.name,
            environmentId: scope.environmentId,
            environmentName: environmentNames.get(scope.environmentId) ?? "",
            region,
            restEndpoint: state?.restEndpoint || endpoints.get(region) || null,
            ownerId,
            ownerName: owners.get(ownerId)?.name ?? "",
            organizationAdmin: owners.get(ownerId)?.organizationAdmin ?? null,
            createdAt: isoOrNull(createdAt),
            ageSeconds: ageSeconds(createdAt, nowMs),
            stack: origin?.stack ?? null,
            resource: origin?.key.resource ?? null,
            rotatesAt: isoOrNull(rotatesAt),
            retireAt: isoOrNull(place?.retireAt ?? null),
            overdue: due !== undefined && due !== null && Date.parse(due) <= nowMs,
            readiness: status === "managed" ? (probe?.readiness ?? readinessOf(place)) : null,
            probed: probe !== undefined,
            drift: place ? driftOf(place, key, lost) : [],
        };
    };

    const live = cloud.keys.map((key) => row(key.id, key, places.byKey.get(key.id)));
    const liveIds = new Set(cloud.keys.map((key) => key.id));
    const missing = [...places.byKey]
        .filter(([id]) => !liveIds.has(id))
        .map(([id, place]) => row(id, undefined, place));
    const keys = [...live, ...missing].sort(compareUrgency);
    return {
        schemaVersion: 1,
        generatedAt: new Date(nowMs).toISOString(),
        organizationId: cloud.environments.find((one) => one.organizationId)?.organizationId ?? null,
        ageLimitSeconds,
        summary: summarise(keys, ageLimitSeconds),
        stacks: stacks.summaries,
        gaps: [...cloud.gaps, ...stacks.gaps, ...(sources.probeGaps ?? [])],
        environments: [...new Set(keys.map((key) => key.environmentId))]
            .map((id) => ({ id, name: environmentNames.get(id) ?? "" }))
            .sort((a, b) => ((a.name || a.id) < (b.name || b.id) ? -1 : 1)),
        owners: [...owners.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
        keys,
    };
}

/** Where a key stands in the states. */
interface Place {
    readonly stack: string;
    readonly key: StateKey;
    readonly role: "managed" | "superseded";
    readonly retireAt: string | undefined;
    /** Another place that holds it too. */
    readonly second: string | undefined;
}

function placesInStates(states: readonly StackState[]): {
    byKey: ReadonlyMap<string, Place>;
    byTag: ReadonlyMap<string, { stack: string; key: StateKey }>;
} {
    const byKey = new Map<string, Place>();
    const byTag = new Map<string, { stack: string; key: StateKey }>();
    const add = (id: string, place: Omit<Place, "second">): void => {
        const first = byKey.get(id);
        // The one that has it as its current key speaks for it.
        const [kept, other] =
            first && first.role === "managed" ? [first, place] : first ? [place, first] : [place, undefined];
        byKey.set(id, { ...kept, second: other && `${other.stack} ${other.key.resource}` });
    };
    for (const { name: stack, keys } of states) {
        for (const key of keys) {
            const role = key.pendingDelete ? "superseded" : "managed";
            add(key.state.apiKey, { stack, key, role, retireAt: undefined });
            for (const { apiKey, retireAt } of key.state.superseded) {
                add(apiKey, { stack, key, role: "superseded", retireAt });
            }
            const tag = tagOf(key.state.description);
            if (tag !== undefined) byTag.set(tag, { stack, key });
        }
    }
    return { byKey, byTag };
}

function ownersOf(cloud: CloudInventory, places: ReadonlyMap<string, Place>): Map<string, Owner> {
    const names = new Map([
        ...cloud.serviceAccounts.map(({ id, displayName }) => [id, displayName] as const),
        ...cloud.users.map(({ id, fullName }) => [id, fullName] as const),
    ]);
    const liveKeys = countBy(cloud.keys, (key) => key.ownerId);
    const ids = new Set([...liveKeys.keys(), ...[...places.values()].map(({ key }) => key.state.owner)]);
    const bindings = cloud.roleBindings && groupBy(cloud.roleBindings, (binding) => binding.principalId);
    const quotas = new Map(
        cloud.quotas
            .filter(({ id }) => id.startsWith("iam.max_cluster_api_keys.per_"))
            .map((quota) => [quota.accountId, quota]),
    );
    return new Map(
        [...ids].map((id): [string, Owner] => {
            const roles = bindings?.get(id) ?? (bindings ? [] : null);
            return [
                id,
                {
                    id,
                    name: names.get(id) ?? "",
                    kind: id.startsWith("sa-") ? "serviceAccount" : id.startsWith("u-") ? "user" : "other",
                    roles: roles?.map(({ roleName, crnPattern }) => ({ roleName, crnPattern })) ?? null,
                    organizationAdmin:
                        roles?.some(({ roleName }) => roleName === "OrganizationAdmin") ?? null,
                    liveKeys: liveKeys.get(id) ?? 0,
                    quota: quotaOf(quotas.get(id)),
                },
            ];
        }),
    );
}

function quotaOf(quota: AppliedQuota | undefined): Owner["quota"] {
    if (quota?.usage === undefined || !(quota.limit > 0)) return null;
    const { id, usage: used, limit } = quota;
    return { id, used, limit, ratio: used / limit };
}

/** Role bindings that a state holds and Confluent Cloud does not list, by stack and principal. */
function lostBindings(states: readonly StackState[], cloud: CloudInventory): Map<string, string[]> {
    const lost = new Map<string, string[]>();
    if (cloud.roleBindings === undefined) return lost;
    const listed = new Set(cloud.roleBindings.map(({ id }) => id));
    for (const { name, roleBindings } of states) {
        for (const { id, principalId, roleName } of roleBindings) {
            if (listed.has(id)) continue;
            const place = `${name} ${principalId}`;
            lost.set(place, [...(lost.get(place) ?? []), `role binding ${id} (${roleName}) is gone`]);
        }
    }
    return lost;
}

function driftOf(place: Place, key: FlinkApiKey | undefined, lost: ReadonlyMap<string, string[]>): string[] {
    const { state, pendingDelete } = place.key;
    const isCurrent = place.role === "managed";
    const notes: string[] = [];
    if (key === undefined) notes.push("in the state, not in Confluent Cloud");
    if (place.second !== undefined) notes.push(`also in the state of ${place.second}`);
    if (pendingDelete) notes.push("replaced, and not deleted yet: run pulumi up");
    if (isCurrent && key !== undefined) {
        if (key.displayName !== state.displayName) {
            notes.push(differs("display name", state.displayName, key.displayName));
        }
        if (key.description !== state.description) {
            notes.push(differs("description", state.description, key.description));
        }
        if (key.ownerId !== state.owner) notes.push(differs("owner", state.owner, key.ownerId));
        if (key.scope.name !== state.scope.name) {
            notes.push(differs("scope", state.scope.name, key.scope.name));
        }
    }
    if (isCurrent) notes.push(...(lost.get(`${place.stack} ${state.owner}`) ?? []));
    return notes;
}

function differs(what: string, inState: string, inCloud: string): string {
    return `${what}: ${JSON.stringify(inState)} in the state, ${JSON.stringify(inCloud)} in Confluent Cloud`;
}

function readinessOf(place: Place | undefined): KeyReadiness {
    return place?.key.state.readiness ?? "unverified";
}

function ageSeconds(createdAt: string | null, nowMs: number): number | null {
    const createdMs = createdAt === null ? Number.NaN : Date.parse(createdAt);
    return Number.isNaN(createdMs) ? null : Math.max(0, Math.round((nowMs - createdMs) / 1000));
}

/** A date in one form, whoever wrote it; null where it is none. */
function isoOrNull(date: string | null): string | null {
    const ms = date === null ? Number.NaN : Date.parse(date);
    return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
    const counts = new Map<string, number>();
    for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
    return counts;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
    const groups = new Map<string, T[]>();
    for (const item of items) {
        const group = groups.get(keyOf(item));
        if (group) group.push(item);
        else groups.set(keyOf(item), [item]);
    }
    return groups;
}
