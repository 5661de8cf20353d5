import type { FlinkApiKey } from "../../confluent/apiKeys";
import { nameOfRegion } from "../../confluent/flinkScope";
import { firstEndpoint } from "../../provider/keyState";
import type { CloudInventory } from "./cloudInventory";
import { uncheckedConcerns } from "./concerns";
import { readKeyDescription } from "./keyDescription";
import { driftOf, lostBindings } from "./keyDrift";
import { holderGaps, holdersByKey } from "./keyHolders";
import { statusWithoutState } from "./keyStatus";
import { isForeign, type KeyInState, keysInStates, projectOf } from "./keysInStates";
import { ownersOf, rolesInEnvironment } from "./owners";
import type { KeyProbe } from "./probe";
import { remediesOf } from "./remedies";
import type { Gap, KeyReadiness, KeyRow, KeyStatus, Report } from "./report";
import type { StackStates } from "./stackStates";
import { summarise } from "./summarise";
import { compareUrgency } from "./urgency";
import { foreignGaps, unseenGap, wouldBeListed } from "./visibility";

/** Confluent recommends rotating keys every 90 days. */
export const defaultAgeLimitSeconds = 90 * 24 * 60 * 60;

export interface ReportSources {
    readonly cloud: CloudInventory;
    readonly stacks: StackStates;
    /** The results of `--probe`, by key id; default: no key was probed. */
    readonly probes?: ReadonlyMap<string, KeyProbe>;
    readonly probeGaps?: readonly Gap[];
    /** Default 90 days. */
    readonly ageLimitSeconds?: number;
    /** Stacks whose state is lost, from `--lost-stack`: `confluent-flink/prod`. Their keys count as strays. */
    readonly lostStacks?: readonly string[];
    /** Used if Confluent Cloud does not send its time; milliseconds since 1970. */
    readonly nowMs: number;
}

/** Combines the data of Confluent Cloud with the stacks' states. Makes no requests. */
export function buildReport(sources: ReportSources): Report {
    const { cloud, stacks } = sources;
    const ageLimitSeconds = sources.ageLimitSeconds ?? defaultAgeLimitSeconds;
    const nowMs = cloud.asOfMs ?? sources.nowMs;
    const inStates = keysInStates(stacks.states, cloud);
    const isListed = wouldBeListed(cloud, nowMs);
    // A state of another organization proves nothing about this one's keys, even if its stack has the same name.
    const foreign = stacks.states.filter((state) => isForeign(state, cloud));
    const ownStates = stacks.states.filter((state) => !foreign.includes(state));
    const lost = lostBindings(ownStates, cloud);
    const owners = ownersOf(cloud, inStates.byId);
    const environmentNames = new Map(cloud.environments.map(({ id, displayName }) => [id, displayName]));
    const endpoints = new Map(
        cloud.regions.map(({ cloud: name, region, restEndpoint }) => [`${name}.${region}`, restEndpoint]),
    );
    const read = new Map(ownStates.map(({ name, writtenMs }) => [name, writtenMs]));
    for (const stack of sources.lostStacks ?? []) if (!read.has(stack)) read.set(stack, undefined);
    const ownProjects = new Set([
        ...[...read.keys()].filter((name) => name.includes("/")).map(projectOf),
        ...stacks.backends.flatMap(({ project }) => project ?? []),
    ]);
    const holders = holdersByKey(stacks.states, inStates.byId, cloud.keys);
    const unseen: string[] = [];

    const row = (id: string, key: FlinkApiKey | undefined, inState: KeyInState | undefined): KeyRow => {
        const state = inState?.key.state;
        const scope = (key ?? (state as NonNullable<typeof state>)).scope;
        const ownerId = key?.ownerId || state?.owner || "";
        const createdAt = key?.createdAt || (inState?.role === "managed" && state?.createdAt) || null;
        const description = key?.description ?? state?.description ?? "";
        const created = readKeyDescription(description);
        const origin = inState ?? (created && inStates.byTag.get(created.tag));
        const stack = origin?.stack ?? created?.stack ?? null;
        const isUnseen =
            key === undefined && (inState?.isForeign === true || !isListed(ownerId, createdAt, inState));
        if (isUnseen && inState?.isForeign !== true) unseen.push(id);
        const status: KeyStatus = isUnseen
            ? "unknown"
            : (inState?.role ?? statusWithoutState(created, { stack, createdAt }, read, ownProjects));
        const owner = owners.get(ownerId);
        const rotatesAt = (inState?.role === "managed" && inState.key.rotatesAt) || null;
        const due = inState?.role === "superseded" ? inState.retireAt : rotatesAt;
        const environmentId = scope.environmentId ?? origin?.key.state.scope.environmentId ?? "";
        const region = nameOfRegion(scope);
        const probe = status === "managed" ? sources.probes?.get(id) : undefined;
        const retireAt = isoOrNull(inState?.retireAt ?? null);
        const isRead = inState !== undefined || status === "stray" || status === "unmanaged";
        const rotationKnown = isRead && !(inState?.role === "managed" && inState.key.rotationIsHidden);
        const withoutRemedies = {
            id,
            displayName: key?.displayName ?? state?.displayName ?? "",
            description,
            status,
            unfinished: created?.unfinished ?? false,
            live: key !== undefined,
            scope: scope.name,
            environmentId,
            environmentName: environmentNames.get(environmentId) ?? "",
            region,
            restEndpoint: (state && firstEndpoint(state)) || endpoints.get(region) || null,
            ownerId,
            ownerName: owner?.name ?? "",
            organizationAdmin: owner?.organizationAdmin ?? null,
            rolesInEnvironment: rolesInEnvironment(owner?.roles ?? null, environmentId, region),
            createdAt: isoOrNull(createdAt),
            ageSeconds: ageSeconds(createdAt, nowMs),
            project: stack?.includes("/") ? projectOf(stack) : null,
            stack,
            resource: origin?.key.resource ?? null,
            rotatesAt: isoOrNull(rotatesAt),
            rotationKnown,
            retireAt,
            overdue: rotationKnown ? Date.parse(due ?? "") <= nowMs : null,
            readiness: status === "managed" ? (probe?.readiness ?? readinessOf(inState, key)) : null,
            refusal: probe?.refusal ?? null,
            probed: probe !== undefined,
            drift: isUnseen || !isRead ? null : inState === undefined ? [] : driftOf(inState, key, lost),
            holders: (holders.get(id) ?? []).map((holder) => ({ ...holder, cutOffAt: retireAt })),
        };
        return {
            ...withoutRemedies,
            remedies: remediesOf(withoutRemedies, { caller: cloud.caller, ageLimitSeconds }),
        };
    };

    const live = cloud.keys.map((key) => row(key.id, key, inStates.byId.get(key.id)));
    const liveIds = new Set(cloud.keys.map((key) => key.id));
    const missing = [...inStates.byId]
        .filter(([id]) => !liveIds.has(id))
        .map(([id, inState]) => row(id, undefined, inState));
    const keys = [...live, ...missing].sort(compareUrgency);
    const gaps = [
        ...foreignGaps(foreign, cloud),
        ...cloud.gaps,
        ...unseenGap(unseen, keys, cloud),
        ...stacks.gaps,
        ...holderGaps(stacks.states, keys),
        ...(sources.probeGaps ?? []),
    ];
    return {
        schemaVersion: 1,
        generatedAt: new Date(nowMs).toISOString(),
        organizationId: cloud.organizationId ?? null,
        caller: cloud.caller,
        backends: stacks.backends,
        ageLimitSeconds,
        summary: summarise(keys, ageLimitSeconds),
        filter: null,
        holdersKnown:
            stacks.gaps.length === 0 &&
            stacks.states.every(
                ({ secretsProblem, search }) =>
                    secretsProblem === undefined && search.encryptedResources === 0,
            ),
        stacks: stacks.summaries,
        gaps,
        unchecked: uncheckedConcerns({ keys, gaps }),
        environments: [...new Set(keys.map((key) => key.environmentId).filter((id) => id !== ""))]
            .map((id) => ({ id, name: environmentNames.get(id) ?? "" }))
            .sort((a, b) => ((a.name || a.id) < (b.name || b.id) ? -1 : 1)),
        owners: [...owners.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
        keys,
    };
}

/** The readiness in the state. For a key that no longer exists, only `gone` matters. */
function readinessOf(inState: KeyInState | undefined, key: FlinkApiKey | undefined): KeyReadiness | null {
    const stored = (inState?.key.state.status ?? "unverified") as KeyReadiness;
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
