import type { Credentials } from "../../confluent/credentials";
import { crnOfOrganization } from "../../confluent/crn";
import { readPage } from "../../confluent/listPages";
import { assumption } from "./assumptions";
import { type CreatedKey, CreatedResources } from "./createdResources";
import { Findings } from "./findings";
import type { EmulatorProfile } from "./measuredProfile";
import {
    isDeleted,
    isLost,
    isRefusal,
    type RawRequest,
    type RawResponse,
    RunStopped,
    rowsOf,
    sleepUnlessStopped,
    statusText,
} from "./rawClient";
import type { RunContext } from "./runContext";

/** The reason for an incomplete run whose time limit was reached. */
export const timeLimitReached = "the time limit was reached (--budget)";

const firstPauseMs = 250;
const longestPauseMs = 3000;
/** Pauses grow with the time waited, so a measured time is exact to about this share. */
const pauseShare = 0.04;
/** The pause between two probes, as in `provider/readiness.ts`. */
const confirmPauseMs = 25;
const mostPages = 20;

/** A check cannot continue, so its assumptions stay unchecked for this reason. */
export class InconclusiveCheck extends Error {
    override readonly name = "InconclusiveCheck";

    constructor(what: string, response?: RawResponse) {
        super(response === undefined ? what : `${what}: ${statusText(response)}`);
    }
}

/** The part that all checks share: sends requests, measures times, and records observations. */
export class ConformanceRun {
    readonly context: RunContext;
    readonly created: CreatedResources;
    readonly findings = new Findings();
    /** Why the region's endpoint cannot be used from here; undefined if it can. */
    regionProblem: string | undefined;
    /** The region's responses to a key that it did not accept yet. */
    readonly notYetResponses = new Set<string>();
    /** HTTP statuses for the emulator's profile, by name. */
    readonly statuses: Record<string, number> = {};
    /** The rest of the profile that is not measured. */
    readonly profile: Pick<EmulatorProfile, "roleBindingFilter" | "keyRoles" | "globalKeyApis"> = {};
    /** How often which request got no answer, or one that says that the service failed: `POST /iam/v2/api-keys: 500`. */
    readonly unexpected = new Map<string, number>();

    constructor(context: RunContext) {
        this.context = context;
        this.created = new CreatedResources(context);
    }

    get organizationCrn(): string {
        return crnOfOrganization(this.context.organizationId);
    }

    /**
     * Checks these assumptions and returns the result of `run`. If it throws, they are recorded as unchecked, and the result is
     * undefined. RunStopped ends the whole run. `step` is shown meanwhile.
     */
    async check<T>(
        ids: readonly string[],
        run: () => Promise<T>,
        step = ids.join(", "),
    ): Promise<T | undefined> {
        this.context.showProgress(step);
        try {
            return await run();
        } catch (error) {
            if (error instanceof RunStopped) throw error;
            for (const id of ids) this.findings.recordUnchecked(id, (error as Error).message);
            return undefined;
        }
    }

    /** The check of one assumption by one response. */
    expect(
        id: string,
        request: () => Promise<RawResponse>,
        holds: (response: RawResponse) => boolean,
    ): Promise<RawResponse | undefined> {
        return this.check([id], async () => {
            const response = await request();
            this.judge(id, response, holds(response));
            return response;
        });
    }

    /** Why there is no observation for an assumption. */
    reasonNotReached(id: string, ended: string): string {
        const needsRegion =
            (id.startsWith("region-") && id !== "region-list") || id === "key-patch-keeps-validity";
        if (needsRegion && this.regionProblem !== undefined) return this.regionProblem;
        return ended === "whole" ? "the run ended before this check" : ended;
    }

    /** Sends a request to the control plane, with the credentials of the run by default. */
    async send(request: RawRequest, credentials = this.context.credentials): Promise<RawResponse> {
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
        const response = await this.delete("api-keys", key.id);
        this.judge("key-delete", response, isDeleted(response));
        return response;
    }

    async delete(
        collection: "api-keys" | "role-bindings" | "service-accounts",
        id: string,
        credentials?: Credentials,
    ): Promise<RawResponse> {
        const request = { method: "DELETE", path: `/iam/v2/${collection}/${id}` } as const;
        const response = await this.send(request, credentials);
        if (isDeleted(response)) this.created.markDeleted(id);
        return response;
    }

    /** The pages of a list of the keys of the run's account. */
    async *pagesOfKeys(page_size: number): AsyncGenerator<RawResponse> {
        let page_token: string | null | undefined;
        for (let page = 0; page < mostPages && page_token !== null; page++) {
            const query = { "spec.owner": this.created.accountId, page_size };
            const response = await this.get("/iam/v2/api-keys", {
                ...query,
                ...(page_token && { page_token }),
            });
            yield response;
            page_token = readPage(response.json).next?.token ?? null;
        }
    }

    /** Lists the keys of the run's account. Keys of other owners stay in the result, because they are an observation. */
    async listKeys(): Promise<readonly unknown[]> {
        const rows: unknown[] = [];
        for await (const response of this.pagesOfKeys(100)) {
            const data = rowsOf(response);
            if (data === undefined) throw new InconclusiveCheck("listing keys", response);
            rows.push(...data);
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

    /**
     * Records an observation; `otherwise` is shown if it contradicts the assumption. A network error or 5xx is none, so the
     * assumption stays unchecked.
     */
    judge(
        id: string,
        response: RawResponse,
        holds: boolean,
        seen = statusText(response),
        otherwise = seen,
    ): void {
        if (isLost(response)) this.findings.recordUnchecked(id, `answered ${statusText(response)}`);
        else this.findings.record(id, holds, seen, otherwise);
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

/** `/iam/v2/api-keys/{id}` */
export function pathTemplate(path: string): string {
    return path
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "{id}")
        .replace(/\/(environments|api-keys|service-accounts|role-bindings)\/[^/]+/g, "/$1/{id}");
}
