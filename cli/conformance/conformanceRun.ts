import { randomInt } from "node:crypto";
import type { Clock } from "../../confluent/clock";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { apiKeyCredentials, type Credentials } from "../../confluent/credentials";
import type { FlinkScope } from "../../confluent/flinkScope";
import { readPage } from "../../confluent/listPages";
import { Secret } from "../../confluent/secret";
import { assumption } from "./assumptions";
import { durationText, type Findings } from "./findings";
import type { OwnKey, OwnThings } from "./ownThings";
import {
    type Answer,
    isSuccess,
    type Question,
    rowsOf,
    type Service,
    Stopped,
    sleepUnlessStopped,
    statusText,
} from "./service";

/** Why a run ended before it had checked everything. */
export const timeIsOver = "the time was over (--budget)";

const firstPauseMs = 250;
const longestPauseMs = 3000;
/** A time is read no more exactly than this share of it: what takes long is asked for more rarely. */
const pauseShare = 0.04;
/** As `provider/readiness.ts` does it. */
const confirmPauseMs = 25;
const mostPages = 20;

export interface RunParts {
    readonly service: Service;
    /** The region's Flink endpoint. */
    readonly region: Service;
    readonly api: ConfluentApi;
    readonly credentials: Credentials;
    readonly own: OwnThings;
    readonly findings: Findings;
    readonly clock: Clock;
    readonly stop: AbortSignal;
    readonly scope: FlinkScope;
    readonly organizationId: string;
    /** A role that lets its holder list statements. */
    readonly roleName: string;
    /** A key of another organization, to be asked for. */
    readonly foreignKey: string | undefined;
    /** How often each time is measured. */
    readonly samples: number;
    readonly startMs: number;
    /** By the clock. What is not checked by then is not checked. */
    readonly deadlineMs: number;
    readonly say: (text: string) => void;
}

/** A check cannot go on; what it was to find out is not checked, for this reason. */
export class CannotTell extends Error {
    override readonly name = "CannotTell";
}

/** What the checks share: asking, waiting, judging. */
export class ConformanceRun {
    readonly parts: RunParts;
    /** Why the region cannot be asked from here; undefined where it can. */
    regionProblem: string | undefined;
    /** What the region answered to keys that it did not accept yet. */
    readonly notYet = new Set<string>();
    /** By what a profile for the emulator is made: the status of an answer, by name. */
    readonly statuses = new Map<string, number>();
    /** How `crn_pattern` of a list of role bindings is understood. */
    roleBindingFilter: "exact" | "prefix" | undefined;

    constructor(parts: RunParts) {
        this.parts = parts;
    }

    get findings(): Findings {
        return this.parts.findings;
    }

    get own(): OwnThings {
        return this.parts.own;
    }

    get organizationCrn(): string {
        return `crn://confluent.cloud/organization=${this.parts.organizationId}`;
    }

    /** Runs a check. What it throws becomes the reason why `ids` are not checked, unless the whole run is to stop. */
    async check(text: string, ids: readonly string[], run: () => Promise<void>): Promise<void> {
        this.parts.say(text);
        try {
            await run();
        } catch (error) {
            if (error instanceof Stopped) throw error;
            for (const id of ids) this.findings.unchecked(id, (error as Error).message);
        }
    }

    /** Of an assumption of which nothing was seen. */
    whyNotReached(id: string, ended: string): string {
        const isOfRegion = id.startsWith("region-") || id === "key-patch-keeps-validity";
        if (isOfRegion && this.regionProblem !== undefined) return this.regionProblem;
        return ended === "whole" ? "the run did not get to it" : ended;
    }

    /** With the credentials of the run, or as somebody else. */
    async ask(question: Question, credentials: Credentials = this.parts.credentials): Promise<Answer> {
        this.#requireTime();
        return this.parts.service.ask(question, credentials);
    }

    get(path: string, query: Record<string, string | number> = {}, as?: Credentials): Promise<Answer> {
        return this.ask({ method: "GET", path, query }, as);
    }

    getKey(id: string): Promise<Answer> {
        return this.get(`/iam/v2/api-keys/${id}`);
    }

    patchKey(id: string, spec: Record<string, string>): Promise<Answer> {
        return this.ask({ method: "PATCH", path: `/iam/v2/api-keys/${id}`, body: { spec } });
    }

    async deleteKey(key: OwnKey): Promise<Answer> {
        const answer = await this.ask({ method: "DELETE", path: `/iam/v2/api-keys/${key.id}` });
        if (isSuccess(answer)) this.own.isGone(key.id);
        return answer;
    }

    async deleteBinding(id: string): Promise<Answer> {
        const answer = await this.ask({ method: "DELETE", path: `/iam/v2/role-bindings/${id}` });
        if (isSuccess(answer)) this.own.isGone(id);
        return answer;
    }

    /** The keys of the run's account as the list shows them, other owners' left in. */
    async listKeys(ownerId = this.own.accountId): Promise<readonly WireKey[]> {
        const rows: WireKey[] = [];
        let pageToken: string | undefined;
        for (let page = 0; page < mostPages; page++) {
            const query = {
                "spec.owner": ownerId,
                page_size: 100,
                ...(pageToken && { page_token: pageToken }),
            };
            const answer = await this.get("/iam/v2/api-keys", query);
            const data = rowsOf(answer);
            if (data === undefined)
                throw new CannotTell(`the list of keys was answered ${statusText(answer)}`);
            rows.push(...(data as WireKey[]));
            pageToken = readPage(answer.json).next?.token ?? undefined;
            if (pageToken === undefined) break;
        }
        return rows;
    }

    /** Asks the region for one statement, in the key's own name. */
    async probe(credentials: Credentials, environmentId = this.parts.scope.environmentId): Promise<Answer> {
        this.#requireTime();
        if (this.regionProblem !== undefined) throw new CannotTell(this.regionProblem);
        const path = `/sql/v1/organizations/${this.parts.organizationId}/environments/${environmentId}/statements`;
        return this.parts.region.ask({ method: "GET", path, query: { page_size: 1 } }, credentials);
    }

    /** The region accepts the key twice in a row, which is all that `provider/readiness.ts` waits for. */
    async accepts(key: OwnKey): Promise<boolean> {
        const answer = await this.probe(key.credentials);
        if (answer.status !== 200) {
            this.notYet.add(statusText(answer));
            return false;
        }
        await this.sleep(confirmPauseMs);
        return (await this.probe(key.credentials)).status === 200;
    }

    async refuses(key: OwnKey): Promise<boolean> {
        return isRefusal(await this.probe(key.credentials));
    }

    /**
     * Asks until each of `waits` has come about, by the id of the assumption that says how long it may take, and notes how
     * long it took since `sinceMs`. Gives up at twice the assumed time, or at half of what is left of the run's.
     */
    async measure(
        sinceMs: number,
        waits: Readonly<Record<string, () => Promise<boolean>>>,
        onNever = (id: string, waitedMs: number): void => this.findings.never(id, waitedMs),
    ): Promise<Set<string>> {
        const { clock, deadlineMs } = this.parts;
        const pending = new Map(Object.entries(waits));
        const done = new Set<string>();
        const mostMs = (deadlineMs - clock.now()) / 2 + (clock.now() - sinceMs);
        for (;;) {
            for (const [id, cameAbout] of pending) {
                const came = await cameAbout();
                const tookMs = clock.now() - sinceMs;
                if (came) {
                    this.findings.time(id, tookMs);
                    done.add(id);
                } else if (tookMs < Math.min(2 * (assumption(id).limitMs ?? 0), mostMs)) continue;
                else onNever(id, tookMs);
                pending.delete(id);
            }
            if (pending.size === 0) return done;
            await this.pause(sinceMs);
        }
    }

    /** Judges by the status. An answer that says nothing of the matter (a fault, 5xx) leaves the assumption unchecked. */
    judge(id: string, answer: Answer, holds: (status: number) => boolean, seen = statusText(answer)): void {
        const { status } = answer;
        if (status === undefined || status >= 500)
            this.findings.unchecked(id, `answered ${statusText(answer)}`);
        else this.findings.note(id, holds(status), seen);
    }

    /** Not when four fifths of the time are over: what comes after a row of samples is to be checked too. */
    hasTimeForSample(): boolean {
        const { clock, startMs, deadlineMs } = this.parts;
        return clock.now() - startMs < 0.8 * (deadlineMs - startMs);
    }

    /** Before the same question is asked again: the longer since `sinceMs`, the longer. */
    async pause(sinceMs: number): Promise<void> {
        const waitedMs = this.parts.clock.now() - sinceMs;
        await this.sleep(Math.min(longestPauseMs, Math.max(firstPauseMs, waitedMs * pauseShare)));
    }

    async sleep(ms: number): Promise<void> {
        await sleepUnlessStopped(this.parts.clock, ms, this.parts.stop);
    }

    #requireTime(): void {
        if (this.parts.clock.now() >= this.parts.deadlineMs) {
            throw new Stopped(timeIsOver);
        }
    }
}

/** An API key as the wire carries it, as far as it is looked at. */
export interface WireKey {
    readonly id?: unknown;
    readonly spec?: {
        readonly display_name?: unknown;
        readonly description?: unknown;
        readonly secret?: unknown;
        readonly owner?: { readonly id?: unknown };
    };
}

/** 4xx but 429: the service has read the request and does not do it. */
export function isRefusal({ status }: Answer): boolean {
    return status !== undefined && status >= 400 && status < 500 && status !== 429;
}

export const isAbsent = (status: number): boolean => status === 403 || status === 404;

/** A key that does not exist: its id is made up, and so is its secret. */
export function madeUpKey(): { id: string; credentials: Credentials } {
    const id = madeUp("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
    return {
        id,
        credentials: apiKeyCredentials(id, new Secret(`made-up-${madeUp("abcdef0123456789", 56)}`)),
    };
}

/** `sa-x1y2z3q4`, which nobody has. */
export function madeUpId(prefix: string): string {
    return `${prefix}-${madeUp("abcdefghijklmnopqrstuvwxyz0123456789", 10)}`;
}

function madeUp(letters: string, length: number): string {
    return Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}

/** `0.3 s apart` */
export function apartText(ms: number): string {
    return `${durationText(Math.abs(ms))} apart`;
}
