import type { Clock } from "../../confluent/clock";
import type { ConfluentApi } from "../../confluent/confluentApi";
import type { Credentials } from "../../confluent/credentials";
import { crnOfOrganization } from "../../confluent/crn";
import type { FlinkScope } from "../../confluent/flinkScope";
import { readPage } from "../../confluent/listPages";
import { assumption } from "./assumptions";
import type { CreatedKey, CreatedResources } from "./createdResources";
import type { Findings } from "./findings";
import {
    isDeleted,
    isLost,
    isRefusal,
    type RawClient,
    type RawRequest,
    type RawResponse,
    RunStopped,
    rowsOf,
    sleepUnlessStopped,
    statusText,
} from "./rawClient";

/** The reason for an incomplete run whose time limit was reached. */
export const timeLimitReached = "the time limit was reached (--budget)";

const firstPauseMs = 250;
const longestPauseMs = 3000;
/** Pauses grow with the time waited, so a measured time is exact to about this share. */
const pauseShare = 0.04;
/** The pause between two probes, as in `provider/readiness.ts`. */
const confirmPauseMs = 25;
const mostPages = 20;

export interface RunContext {
    readonly controlPlane: RawClient;
    /** The region's Flink endpoint. */
    readonly region: RawClient;
    readonly api: ConfluentApi;
    readonly credentials: Credentials;
    readonly created: CreatedResources;
    readonly findings: Findings;
    readonly clock: Clock;
    readonly stop: AbortSignal;
    readonly scope: FlinkScope;
    readonly organizationId: string;
    /** A role that is allowed to list statements. */
    readonly roleName: string;
    /** Ids of a key and of an environment of another organization. */
    readonly foreignKey: string | undefined;
    readonly foreignEnvironment: string | undefined;
    /** Whether to run a statement without a compute pool. */
    readonly usesDefaultPool: boolean;
    /** How often each duration is measured. */
    readonly samples: number;
    readonly startMs: number;
    /** When the time limit is reached, by the clock. */
    readonly deadlineMs: number;
    /** Shows the current step. */
    readonly showProgress: (text: string) => void;
}

/** A check cannot continue, so its assumptions stay unchecked for this reason. */
export class InconclusiveCheck extends Error {
    override readonly name = "InconclusiveCheck";
}

/** The part that all checks share: sends requests, measures times, and records observations. */
export class ConformanceRun {
    readonly context: RunContext;
    /** Why the region's endpoint cannot be used from here; undefined if it can. */
    regionProblem: string | undefined;
    /** The region's responses to a key that it did not accept yet. */
    readonly notYetResponses = new Set<string>();
    /** HTTP statuses for the emulator's profile, by name. */
    readonly statuses = new Map<string, number>();
    /** How often which request got no answer, or one that says that the service failed: `POST /iam/v2/api-keys: 500`. */
    readonly unexpected = new Map<string, number>();
    /** Which edition of Confluent's page says who may create keys. */
    keyRoles: "2026" | "2025" | undefined;
    /** Where a Global API key works. */
    globalKeyApis: "all" | "org-and-flink" | undefined;
    /** How Confluent Cloud interprets `crn_pattern` when it lists role bindings. */
    roleBindingFilter: "exact" | "prefix" | undefined;

    constructor(context: RunContext) {
        this.context = context;
    }

    get findings(): Findings {
        return this.context.findings;
    }

    get created(): CreatedResources {
        return this.context.created;
    }

    get organizationCrn(): string {
        return crnOfOrganization(this.context.organizationId);
    }

    /** Runs a check. If it throws, the assumptions `ids` are recorded as unchecked. RunStopped ends the whole run. */
    async check(step: string, ids: readonly string[], run: () => Promise<void>): Promise<void> {
        this.context.showProgress(step);
        try {
            await run();
        } catch (error) {
            if (error instanceof RunStopped) throw error;
            for (const id of ids) this.findings.recordUnchecked(id, (error as Error).message);
        }
    }

    /** The check of one assumption by the status of one response. */
    expect(
        step: string,
        id: string,
        request: () => Promise<RawResponse>,
        holds: (status: number) => boolean,
    ): Promise<void> {
        return this.check(step, [id], async () => this.judge(id, await request(), holds));
    }

    /** Why there is no observation for an assumption. */
    reasonNotReached(id: string, ended: string): string {
        const needsRegion =
            (id.startsWith("region-") && id !== "region-list") || id === "key-patch-keeps-validity";
        if (needsRegion && this.regionProblem !== undefined) return this.regionProblem;
        return ended === "whole" ? "the run ended before this check" : ended;
    }

    /** Sends a request to the control plane, with the credentials of the run by default. */
    async send(
        request: RawRequest,
        credentials: Credentials = this.context.credentials,
    ): Promise<RawResponse> {
        this.#requireTime();
        return this.context.controlPlane.send(request, credentials);
    }

    get(
        path: string,
        query: Record<string, string | number> = {},
        credentials?: Credentials,
    ): Promise<RawResponse> {
        return this.send({ method: "GET", path, query }, credentials);
    }

    getKey(id: string): Promise<RawResponse> {
        return this.get(`/iam/v2/api-keys/${id}`);
    }

    patchKey(id: string, spec: Record<string, string>): Promise<RawResponse> {
        return this.send({ method: "PATCH", path: `/iam/v2/api-keys/${id}`, body: { spec } });
    }

    async deleteKey(key: CreatedKey): Promise<RawResponse> {
        const response = await this.send({ method: "DELETE", path: `/iam/v2/api-keys/${key.id}` });
        this.judge("key-delete", response, () => isDeleted(response));
        if (isDeleted(response)) this.created.markDeleted(key.id);
        return response;
    }

    async deleteBinding(id: string): Promise<RawResponse> {
        const response = await this.send({ method: "DELETE", path: `/iam/v2/role-bindings/${id}` });
        if (isDeleted(response)) this.created.markDeleted(id);
        return response;
    }

    /** Lists the keys of the run's account. Keys of other owners stay in the result, because they are an observation. */
    async listKeys(ownerId = this.created.accountId): Promise<readonly WireKey[]> {
        const rows: WireKey[] = [];
        let pageToken: string | undefined;
        for (let page = 0; page < mostPages; page++) {
            const query = {
                "spec.owner": ownerId,
                page_size: 100,
                ...(pageToken && { page_token: pageToken }),
            };
            const response = await this.get("/iam/v2/api-keys", query);
            const data = rowsOf(response);
            if (data === undefined) throw new InconclusiveCheck(`listing keys: ${statusText(response)}`);
            rows.push(...(data as WireKey[]));
            pageToken = readPage(response.json).next?.token ?? undefined;
            if (pageToken === undefined) break;
        }
        return rows;
    }

    /** Lists one statement at the region's Flink endpoint, with the credentials of a Flink key. */
    async probe(
        credentials: Credentials,
        environmentId = this.context.scope.environmentId,
        organizationId = this.context.organizationId,
    ): Promise<RawResponse> {
        this.#requireTime();
        if (this.regionProblem !== undefined) throw new InconclusiveCheck(this.regionProblem);
        const path = `/sql/v1/organizations/${organizationId}/environments/${environmentId}/statements`;
        return this.context.region.send({ method: "GET", path, query: { page_size: 1 } }, credentials);
    }

    /** Whether the region accepts the key twice in a row, as `provider/readiness.ts` requires. */
    async isAccepted(key: CreatedKey): Promise<boolean> {
        const response = await this.probe(key.credentials);
        if (response.status !== 200) {
            this.notYetResponses.add(statusText(response));
            return false;
        }
        await this.sleep(confirmPauseMs);
        return (await this.probe(key.credentials)).status === 200;
    }

    async isRefused(key: CreatedKey): Promise<boolean> {
        return isRefusal(await this.probe(key.credentials));
    }

    /**
     * Repeats each of `conditions` until it is true, and records how long that took since `sinceMs`. A condition is named
     * by the id of the assumption about this duration. Gives up after twice the assumed time, or after half of the run's
     * remaining time. Returns the ids of the conditions that became true.
     */
    async measure(
        sinceMs: number,
        conditions: Readonly<Record<string, () => Promise<boolean>>>,
        onTimeout = (id: string, waitedMs: number): void => this.findings.recordTimeout(id, waitedMs),
    ): Promise<Set<string>> {
        const { clock, deadlineMs } = this.context;
        const pending = new Map(Object.entries(conditions));
        const done = new Set<string>();
        const mostMs = (deadlineMs - clock.now()) / 2 + (clock.now() - sinceMs);
        for (;;) {
            for (const [id, isTrue] of pending) {
                const isDone = await isTrue();
                const tookMs = clock.now() - sinceMs;
                if (isDone) {
                    this.findings.recordTime(id, tookMs);
                    done.add(id);
                } else if (tookMs < Math.min(2 * (assumption(id).limitMs ?? 0), mostMs)) continue;
                else onTimeout(id, tookMs);
                pending.delete(id);
            }
            if (pending.size === 0) return done;
            await this.pause(sinceMs);
        }
    }

    /** Records an observation about the status. A network error or 5xx is not one, so the assumption stays unchecked. */
    judge(
        id: string,
        response: RawResponse,
        holds: (status: number) => boolean,
        seen = statusText(response),
    ): void {
        const { status } = response;
        if (status === undefined || isLost(response))
            this.findings.recordUnchecked(id, `answered ${statusText(response)}`);
        else this.findings.record(id, holds(status), seen);
    }

    /** Counts an answer that no check looks at: the request is sent again, or its check ends. */
    countUnexpected(response: RawResponse): void {
        if (!isLost(response)) return;
        const { method, path } = response.request;
        const what = `${method} ${pathTemplate(path)}: ${response.status === 200 ? "200 without JSON" : statusText(response)}`;
        this.unexpected.set(what, (this.unexpected.get(what) ?? 0) + 1);
    }

    /** Repeated measurements end after four fifths of the time, so that the checks after them are reached. */
    hasTimeForSample(): boolean {
        const { clock, startMs, deadlineMs } = this.context;
        return clock.now() - startMs < 0.8 * (deadlineMs - startMs);
    }

    /** Waits before the same request is sent again. The pause grows with the time since `sinceMs`. */
    async pause(sinceMs: number): Promise<void> {
        const waitedMs = this.context.clock.now() - sinceMs;
        await this.sleep(Math.min(longestPauseMs, Math.max(firstPauseMs, waitedMs * pauseShare)));
    }

    async sleep(ms: number): Promise<void> {
        await sleepUnlessStopped(this.context.clock, ms, this.context.stop);
    }

    #requireTime(): void {
        if (this.context.clock.now() >= this.context.deadlineMs) throw new RunStopped(timeLimitReached);
    }
}

/** The fields of an API key that the checks read, as in the JSON of the API. */
export interface WireKey {
    readonly id?: unknown;
    readonly spec?: {
        readonly display_name?: unknown;
        readonly description?: unknown;
        readonly secret?: unknown;
        readonly owner?: { readonly id?: unknown };
    };
}

/** `/iam/v2/api-keys/{id}` */
export function pathTemplate(path: string): string {
    return path
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "{id}")
        .replace(/\/(environments|api-keys|service-accounts|role-bindings)\/[^/]+/g, "/$1/{id}");
}

/** The statuses that `mayBeGone` treats as absence. */
export const isAbsent = (status: number): boolean => status === 403 || status === 404;
