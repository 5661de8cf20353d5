import type { FlinkApiKey } from "../../confluent/apiKeys";
import type { CloudInventory } from "./cloudInventory";
import { readKeyDescription } from "./keyDescription";
import { driftOf, lostBindings } from "./keyDrift";
import { holderGap, holdersByKey } from "./keyHolders";
import { isForeign, type Place, placesInStates, projectOf } from "./keyPlaces";
import { statusWithoutPlace } from "./keyStatus";
import { ownersOf, rolesInEnvironment } from "./owners";
import type { KeyProbe } from "./probe";
import { remediesOf } from "./remedies";
import {
    compareUrgency,
    type Gap,
    type KeyReadiness,
    type KeyRow,
    type KeyStatus,
    type Report,
    summarise,
} from "./report";
import type { StackStates } from "./stackStates";
import { foreignGaps, sightOf, unseenGap } from "./visibility";

/** Confluent recommends to rotate keys every 90 days. */
export const defaultAgeLimitSeconds = 90 * 24 * 60 * 60;

export interface ReportSources {
    readonly cloud: CloudInventory;
    readonly stacks: StackStates;
    /** The results of `--probe`, by key id; default: no key was probed. */
    readonly probes?: ReadonlyMap<string, KeyProbe>;
    readonly probeGaps?: readonly Gap[];
    /** Default 90 days. */
    readonly ageLimitSeconds?: number;
    /** Stacks whose state is lost, as the user says: `confluent-flink/prod`. Their keys count as strays. */
    readonly lostStacks?: readonly string[];
    /** Used if Confluent Cloud does not send its time; milliseconds since 1970. */
    readonly nowMs: number;
}

/** Combines the data of Confluent Cloud with the stacks' states. Makes no requests. */
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
    // The state of another organization says nothing about the keys of this one, even if its stack has the same name.
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

/** The readiness in the state. For a key that no longer exists, only `gone` matters. */
function readinessOf(place: Place | undefined, key: FlinkApiKey | undefined): KeyReadiness | null {
    const stored = (place?.key.state.readiness ?? "unverified") as KeyReadiness;
    return key === undefined && stored !== "gone" ? null : stored;
}

function ageSeconds(createdAt: string | null, nowMs: number): number | null {
    const createdMs = createdAt === null ? Number.NaN : Date.parse(createdAt);
    return Number.isNaN(createdMs) ? null : Math.max(0, Math.round((nowMs - createdMs) / 1000));
}

/** A date in ISO 8601, whatever its source; null if it is not a date. */
function isoOrNull(date: string | null): string | null {
    const ms = date === null ? Number.NaN : Date.parse(date);
    return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
