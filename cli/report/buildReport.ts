import type { AppliedQuota } from "../../confluent/appliedQuotas";
import type { FlinkApiKey } from "../../confluent/flinkApiKeyList";
import type { FlinkScope } from "../../confluent/flinkScope";
import type { CloudInventory } from "./cloudInventory";
import { readKeyDescription } from "./keyDescription";
import type { KeyProbe } from "./probe";
import { remediesOf } from "./remedies";
import {
    compareUrgency,
    type Gap,
    type Holder,
    type KeyReadiness,
    type KeyRow,
    type KeyStatus,
    type Owner,
    type Report,
    summarise,
} from "./report";
import { hiddenEnvironment, type StackState, type StateKey } from "./stackState";
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
    /** Stacks whose state is lost for certain, as the user says: `confluent-flink/prod`. Their keys are strays. */
    readonly lostStacks?: readonly string[];
    /** For where Confluent Cloud does not say its time, in milliseconds since 1970. */
    readonly nowMs: number;
}

/** Joins what Confluent Cloud says with what the stacks' states say. Asks nobody. */
export function buildReport(sources: ReportSources): Report {
    const { cloud, stacks } = sources;
    const ageLimitSeconds = sources.ageLimitSeconds ?? defaultAgeLimitSeconds;
    const nowMs = cloud.asOfMs ?? sources.nowMs;
    const places = placesInStates(stacks.states, cloud);
    const sight = sightOf(cloud, nowMs);
    const lost = lostBindings(
        stacks.states.filter((state) => !isForeign(state, cloud)),
        cloud,
    );
    const owners = ownersOf(cloud, places.byKey);
    const environmentNames = new Map(cloud.environments.map(({ id, displayName }) => [id, displayName]));
    const endpoints = new Map(
        cloud.regions.map(({ cloud: name, region, restEndpoint }) => [`${name}.${region}`, restEndpoint]),
    );
    // A state of another organization says nothing of this one's keys, whatever its stack is called.
    const foreign = stacks.states.filter((state) => isForeign(state, cloud));
    const read = new Map(
        stacks.states
            .filter((state) => !foreign.includes(state))
            .map(({ name, writtenMs }) => [name, writtenMs]),
    );
    for (const stack of sources.lostStacks ?? []) if (!read.has(stack)) read.set(stack, undefined);
    const ownProjects = new Set(
        [...read.keys()].flatMap((name) => (name.includes("/") ? [projectOf(name)] : [])),
    );
    for (const { project } of stacks.backends) if (project !== null) ownProjects.add(project);
    const holders = holdersByKey(stacks.states, places.byKey, cloud.keys);
    const unseen: string[] = [];

    const row = (id: string, key: FlinkApiKey | undefined, place: Place | undefined): KeyRow => {
        const state = place?.key.state;
        const scope = (key ?? (state as NonNullable<typeof state>)).scope;
        const ownerId = key?.ownerId || state?.owner || "";
        const createdAt = key?.createdAt || (place?.role === "managed" && state?.createdAt) || null;
        const description = key?.description ?? state?.description ?? "";
        const made = readKeyDescription(description);
        const origin = place ?? (made && places.byTag.get(made.tag));
        const stack = origin?.stack ?? made?.stack ?? null;
        const isUnseen =
            key === undefined && (place?.isForeign === true || !sight.wouldSee(ownerId, createdAt, place));
        if (isUnseen) unseen.push(id);
        const status: KeyStatus = isUnseen
            ? "unknown"
            : (place?.role ??
              (made === undefined
                  ? "unmanaged"
                  : statusWithoutPlace(
                        { stack, createdAt, unfinished: made.unfinished },
                        read,
                        ownProjects,
                    )));
        const rotatesAt = (place?.role === "managed" && place.key.rotatesAt) || null;
        const due = place?.role === "superseded" ? place.retireAt : rotatesAt;
        const region = `${scope.cloud}.${scope.region}`;
        const probe = status === "managed" ? sources.probes?.get(id) : undefined;
        const retireAt = isoOrNull(place?.retireAt ?? null);
        const withoutRemedies = {
            id,
            displayName: key?.displayName ?? state?.displayName ?? "",
            description,
            status,
            unfinished: made?.unfinished ?? false,
            live: key !== undefined,
            scope: scope.name,
            environmentId: scope.environmentId,
            environmentName: environmentNames.get(scope.environmentId) ?? "",
            region,
            restEndpoint: state?.restEndpoint || endpoints.get(region) || null,
            ownerId,
            ownerName: owners.get(ownerId)?.name ?? "",
            organizationAdmin: owners.get(ownerId)?.organizationAdmin ?? null,
            rolesInEnvironment: rolesInEnvironment(owners.get(ownerId)?.roles ?? null, scope),
            createdAt: isoOrNull(createdAt),
            ageSeconds: ageSeconds(createdAt, nowMs),
            project: stack?.includes("/") ? projectOf(stack) : null,
            stack,
            resource: origin?.key.resource ?? null,
            rotatesAt: isoOrNull(rotatesAt),
            retireAt,
            overdue: due !== undefined && due !== null && Date.parse(due) <= nowMs,
            readiness: status === "managed" ? (probe?.readiness ?? readinessOf(place, key)) : null,
            refusal: probe?.refusal ?? null,
            probed: probe !== undefined,
            drift: place && !isUnseen ? driftOf(place, key, lost) : [],
            holders: (holders.get(id) ?? []).map((holder) => ({ ...holder, cutOffAt: retireAt })),
        };
        return {
            ...withoutRemedies,
            remedies: remediesOf(withoutRemedies, { caller: cloud.caller, ageLimitSeconds }),
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
        organizationId: cloud.organizationId ?? null,
        caller: cloud.caller,
        backends: stacks.backends,
        ageLimitSeconds,
        summary: summarise(keys, ageLimitSeconds),
        stacks: stacks.summaries,
        gaps: [
            ...cloud.gaps,
            ...foreignGaps(foreign, cloud),
            ...unseenGap(unseen, keys, cloud),
            ...stacks.gaps,
            ...holderGap(stacks.states, keys),
            ...(sources.probeGaps ?? []),
        ],
        environments: [...new Set(keys.map((key) => key.environmentId))]
            .map((id) => ({ id, name: environmentNames.get(id) ?? "" }))
            .sort((a, b) => ((a.name || a.id) < (b.name || b.id) ? -1 : 1)),
        owners: [...owners.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
        keys,
    };
}

// By two clocks: the one that wrote the state, and Confluent Cloud's.
const clockDifferenceMs = 10 * 60 * 1000;

/**
 * Of a key that this package made and no state holds. It is a stray only where the state of its own stack was read; and a
 * key that was handed out is in a state that was written after it was made, so that an older one is not the one to ask.
 */
function statusWithoutPlace(
    key: { stack: string | null; createdAt: string | null; unfinished: boolean },
    read: ReadonlyMap<string, number | undefined>,
    ownProjects: ReadonlySet<string>,
): KeyStatus {
    const { stack, createdAt, unfinished } = key;
    if (stack === null) return "unknown";
    // Where no state was read, no project is another one.
    const mayBeOwn = ownProjects.size === 0 || ownProjects.has(projectOf(stack));
    if (!read.has(stack)) return mayBeOwn ? "unknown" : "elsewhere";
    const madeMs = createdAt === null ? Number.NaN : Date.parse(createdAt);
    const writtenMs = read.get(stack) ?? Number.NaN;
    return !unfinished && madeMs > writtenMs + clockDifferenceMs ? "unknown" : "stray";
}

/** `confluent-flink` of `confluent-flink/prod`. */
function projectOf(stack: string): string {
    return stack.slice(0, stack.indexOf("/"));
}

// Lists lag by seconds.
const listLagMs = 2 * 60 * 1000;

function isForeign({ organizationId }: StackState, cloud: CloudInventory): boolean {
    return (
        organizationId !== undefined &&
        cloud.organizationId !== undefined &&
        organizationId !== cloud.organizationId
    );
}

function foreignGaps(foreign: readonly StackState[], { caller, organizationId }: CloudInventory): Gap[] {
    return foreign
        .filter(({ keys }) => keys.length > 0)
        .map((state) => ({
            subject: "keys",
            name: state.name,
            reason: `The stack is of organization ${state.organizationId}, and ${caller.identity} is of ${organizationId}: its keys cannot be seen there.`,
        }));
}

/**
 * Whether a key of this owner would be in the list if it existed. Confluent Cloud leaves out what the caller may not see,
 * without a word: it is certain for owners of whom other keys are listed; and for callers that see every key, where the
 * stack or the owner is of their organization for certain.
 */
function sightOf(
    { caller, keys, serviceAccounts, users }: CloudInventory,
    nowMs: number,
): { wouldSee(ownerId: string, createdAt: string | null, place: Place | undefined): boolean } {
    const principals = new Set([...serviceAccounts, ...users].map(({ id }) => id));
    const visibleOwners = new Set(keys.map(({ ownerId }) => ownerId));
    return {
        wouldSee: (ownerId, createdAt, place) => {
            if (createdAt !== null && nowMs - Date.parse(createdAt) < listLagMs) return false;
            // ResourceKeyAdmin sees every key but its own.
            const isOwn = ownerId === (caller.ownerId ?? caller.identity);
            const isHere = place?.isOfOrganization === true || principals.has(ownerId);
            return (caller.seesEverything && !isOwn && isHere) || visibleOwners.has(ownerId);
        },
    };
}

/** Keys that a state holds and nobody can tell of, or no key at all for credentials that may have no right to see one. */
function unseenGap(unseen: readonly string[], keys: readonly KeyRow[], { caller }: CloudInventory): Gap[] {
    const likely = `${caller.identity || "The caller"} may have no right to see them (OrganizationAdmin or ResourceKeyAdmin shows every key), or be of another organization`;
    if (unseen.length > 0) {
        const owners = [
            ...new Set(keys.filter(({ id }) => unseen.includes(id)).map(({ ownerId }) => ownerId)),
        ];
        const named = owners.length > 3 ? `${owners.slice(0, 3).join(", ")}, …` : owners.join(", ");
        const reason = `${unseen.length} ${unseen.length === 1 ? "key" : "keys"} of ${named} that states hold ${unseen.length === 1 ? "is" : "are"} not listed, which proves nothing: ${likely}, or the list lags behind.`;
        return [{ subject: "keys", reason }];
    }
    if (keys.length === 0 && !caller.seesEverything) {
        return [{ subject: "keys", reason: `Confluent Cloud lists no Flink API key: ${likely}.` }];
    }
    return [];
}

/** Said only where a superseded key is still alive, and somebody may want to know who holds it. */
function holderGap(states: readonly StackState[], keys: readonly KeyRow[]): Gap[] {
    if (!keys.some((key) => key.live && key.status === "superseded")) return [];
    const many = states.reduce((sum, { search }) => sum + search.encryptedResources, 0);
    if (many === 0) return [];
    const reason = `${many} ${many === 1 ? "resource has" : "resources have"} encrypted values, which were not searched for superseded keys: report --holders decrypts them.`;
    return [{ subject: "holders", reason }];
}

function holdersByKey(
    states: readonly StackState[],
    places: ReadonlyMap<string, Place>,
    listed: readonly FlinkApiKey[],
): Map<string, Omit<Holder, "cutOffAt">[]> {
    const known = new Set([...places.keys(), ...listed.map(({ id }) => id)]);
    const found = new Map<string, Omit<Holder, "cutOffAt">[]>();
    for (const { name: stack, search } of states) {
        for (const { apiKey, resource, property, isStackOutput } of search.mentions) {
            // What a stack exports of its own key is how it is handed out, not somebody who holds it.
            if (!known.has(apiKey) || (isStackOutput && places.get(apiKey)?.stack === stack)) continue;
            found.set(apiKey, [...(found.get(apiKey) ?? []), { stack, resource, property }]);
        }
    }
    return found;
}

// Roles that are granted on the organization and open nothing in an environment.
const organizationOnly = [
    "AccountAdmin",
    "BillingAdmin",
    "MetricsViewer",
    "NetworkAdmin",
    "ResourceKeyAdmin",
];

/** Names of the roles that hold at an environment, above it, or at something in it that this region can reach. */
function rolesInEnvironment(
    roles: Owner["roles"],
    { environmentId, cloud, region }: FlinkScope,
): string[] | null {
    if (roles === null) return null;
    const counts = ({ roleName, crnPattern }: { roleName: string; crnPattern: string }): boolean => {
        const environment = /\/environment=([^/]+)/.exec(crnPattern)?.[1]?.toLowerCase();
        const flinkRegion = /\/flink-region=([^/]+)/.exec(crnPattern)?.[1]?.toLowerCase();
        if (environment === undefined) {
            // At the organization itself; an Assigner on an account is no role in an environment.
            return /\/organization=[^/]+(\/\*)?$/.test(crnPattern) && !organizationOnly.includes(roleName);
        }
        if (environment !== environmentId && environment !== "*") return false;
        return flinkRegion === undefined || flinkRegion === "*" || flinkRegion === `${cloud}.${region}`;
    };
    return [...new Set(roles.filter(counts).map(({ roleName }) => roleName))].sort();
}

/** Where a key stands in the states. */
interface Place {
    readonly stack: string;
    readonly key: StateKey;
    readonly role: "managed" | "superseded";
    readonly retireAt: string | undefined;
    /** Its stack's role bindings are of another organization than the one that was asked. */
    readonly isForeign: boolean;
    /** Its stack's role bindings are of the organization that was asked. */
    readonly isOfOrganization: boolean;
    /** Another place that holds it too. */
    readonly second: string | undefined;
}

function placesInStates(
    states: readonly StackState[],
    cloud: CloudInventory,
): {
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
    for (const state of states) {
        const { name: stack, keys, organizationId } = state;
        const origin = {
            stack,
            isForeign: isForeign(state, cloud),
            isOfOrganization: organizationId !== undefined && organizationId === cloud.organizationId,
        };
        for (const key of keys) {
            const role = key.pendingDelete ? "superseded" : "managed";
            add(key.state.apiKey, { ...origin, key, role, retireAt: undefined });
            for (const { apiKey, retireAt } of key.state.superseded) {
                add(apiKey, { ...origin, key, role: "superseded", retireAt });
            }
            const made = readKeyDescription(key.state.description);
            if (made && !origin.isForeign) byTag.set(made.tag, { stack, key });
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

/**
 * Role bindings that a state holds and Confluent Cloud does not list, by stack and principal: of callers that see all
 * of them, and of principals of whom another one is listed.
 */
function lostBindings(states: readonly StackState[], cloud: CloudInventory): Map<string, string[]> {
    const lost = new Map<string, string[]>();
    if (cloud.roleBindings === undefined) return lost;
    const listed = new Set(cloud.roleBindings.map(({ id }) => id));
    const visible = new Set(cloud.roleBindings.map(({ principalId }) => principalId));
    for (const { name, roleBindings } of states) {
        for (const { id, principalId, roleName } of roleBindings) {
            if (listed.has(id) || !(cloud.caller.seesEverything || visible.has(principalId))) continue;
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
        // The mark of a key that is not handed out yet comes and goes by itself.
        if (withoutMark(key.description) !== withoutMark(state.description)) {
            notes.push(differs("description", state.description, key.description));
        }
        if (key.ownerId !== state.owner) notes.push(differs("owner", state.owner, key.ownerId));
        const isHidden = state.scope.environmentId === hiddenEnvironment;
        if (!isHidden && key.scope.name !== state.scope.name) {
            notes.push(differs("scope", state.scope.name, key.scope.name));
        }
    }
    if (isCurrent) notes.push(...(lost.get(`${place.stack} ${state.owner}`) ?? []));
    return notes;
}

function withoutMark(description: string): string {
    return description.replace(/ unfinished\]\s*$/, "]");
}

function differs(what: string, inState: string, inCloud: string): string {
    return `${what}: ${JSON.stringify(inState)} in the state, ${JSON.stringify(inCloud)} in Confluent Cloud`;
}

/** Of a key that is not there any more what the last run found is of no interest, unless it found just that. */
function readinessOf(place: Place | undefined, key: FlinkApiKey | undefined): KeyReadiness | null {
    const stored = (place?.key.state.readiness ?? "unverified") as KeyReadiness;
    return key === undefined && stored !== "gone" ? null : stored;
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
