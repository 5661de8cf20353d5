import type { ApiRequest } from "./route";

/** What a fault rule does in place of the normal response. */
export type FaultAction =
    /** Responds with this status. The request has no effect, unless `after` is true. */
    | {
          status: number;
          /** A string is sent as it is, any other value as JSON. Default: an error in Confluent's shape. */
          body?: unknown;
          headers?: Record<string, string>;
          /** Value of the header `Retry-After`. */
          retryAfter?: string | number;
          /** Whether the request has its effect first. @default false */
          after?: boolean;
      }
    /** Closes the connection without a response. `before`: the request has no effect; `after`: it had its effect. */
    | { drop: "before" | "after" }
    /** Responds after a delay. The request has its effect before the delay, or after it (`last`). @default effect "first" */
    | { delayMs: number; effect?: "first" | "last" }
    /** The request has its effect; the client never gets a response. */
    | { hang: true }
    /** The request has its effect; the connection breaks after the headers and half of the body. */
    | { reset: "mid-body" }
    /** The request has its effect; the body is truncated and therefore not valid JSON. */
    | { garble: true }
    /** Responds like a proxy in front of Confluent Cloud: a page of this content type. The request has no effect. */
    | { contentType: string; body?: string; status?: number };

export interface FaultRule {
    /** Default: a generated id such as `fault-1`. */
    id?: string;
    /** `POST`. Default: every method. */
    method?: string;
    /**
     * The path without its query. `*` matches anything but a slash, `**` matches anything. A path that begins with `^` is a
     * regular expression. Default: every path.
     */
    path?: string;
    /** The region whose Flink endpoint the request must use: `aws.us-east-1`. Default: every endpoint. */
    region?: string;
    /** Query parameters that the request must have, with their values. Default: none. */
    query?: Record<string, string>;
    /** The first matching request that the rule applies to, counted from 1. Default: 1. */
    nth?: number;
    /** How many matching requests it applies to; 0 is every one from `nth` on. Default: 1. */
    times?: number;
    action: FaultAction;
}

export interface ActiveFault extends FaultRule {
    id: string;
    /** How many requests have matched so far. */
    matched: number;
}

/** What a fault rule looks at. */
type FaultableRequest = Pick<ApiRequest, "method" | "path" | "regionId" | "query">;

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string" && value !== "";
const isInteger =
    (least: number, most = Number.MAX_SAFE_INTEGER): Check =>
    (value) =>
        Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
const isStatus = isInteger(200, 599);

/** What the properties of a rule must be. */
const checks: readonly (readonly [property: string, wanted: string, Check])[] = [
    ...["id", "method", "path", "region"].map((name) => [name, "a non-empty string", isText] as const),
    ["nth", "an integer of at least 1", isInteger(1)],
    ["times", "an integer of at least 0", isInteger(0)],
    [
        "query",
        "an object of strings",
        (value) => isObject(value) && Object.values(value).every((one) => typeof one === "string"),
    ],
];

const actions: readonly ((action: Record<string, unknown>) => boolean)[] = [
    ({ contentType, status = 200 }) => typeof contentType === "string" && isStatus(status),
    ({ status }) => isStatus(status),
    ({ drop }) => drop === "before" || drop === "after",
    ({ delayMs, effect = "first" }) =>
        typeof delayMs === "number" && delayMs >= 0 && (effect === "first" || effect === "last"),
    ({ hang }) => hang === true,
    ({ reset }) => reset === "mid-body",
    ({ garble }) => garble === true,
];

/** The fault rules. Every rule that matches a request counts it; the first one that is due applies to it. */
export class Faults {
    readonly #rules = new Map<string, { rule: ActiveFault; pattern: RegExp }>();
    #lastId = 0;

    /** Returns the rule's id. Throws a TypeError for an invalid rule. */
    add(rule: FaultRule): string {
        const checked = checkRule(rule);
        const id = checked.id ?? this.#nextId();
        if (this.#rules.has(id)) throw new TypeError(`A fault rule '${id}' exists already.`);
        this.#rules.set(id, { rule: { ...checked, id, matched: 0 }, pattern: pathPattern(checked.path) });
        return id;
    }

    /** Returns whether a rule with this id existed. */
    remove(id: string): boolean {
        return this.#rules.delete(id);
    }

    clear(): void {
        this.#rules.clear();
    }

    list(): ActiveFault[] {
        return [...this.#rules.values()].map(({ rule }) => ({ ...rule }));
    }

    /** Counts a request and returns the rule that applies to it. */
    match(request: FaultableRequest): ActiveFault | undefined {
        let due: ActiveFault | undefined;
        for (const { rule, pattern } of this.#rules.values()) {
            if (matches(rule, pattern, request)) {
                rule.matched += 1;
                const first = rule.nth ?? 1;
                const times = rule.times ?? 1;
                if (rule.matched >= first && (times === 0 || rule.matched < first + times)) due ??= rule;
            }
        }
        return due;
    }

    #nextId(): string {
        do {
            this.#lastId += 1;
        } while (this.#rules.has(`fault-${this.#lastId}`));
        return `fault-${this.#lastId}`;
    }
}

function matches(rule: FaultRule, pattern: RegExp, request: FaultableRequest): boolean {
    return (
        (rule.method === undefined || rule.method.toUpperCase() === request.method) &&
        pattern.test(request.path) &&
        (rule.region === undefined || rule.region.toLowerCase() === request.regionId) &&
        Object.entries(rule.query ?? {}).every(([name, value]) =>
            [request.query[name]].flat().includes(value),
        )
    );
}

function pathPattern(path: string | undefined): RegExp {
    if (path === undefined) return /^/;
    if (path.startsWith("^")) return new RegExp(path);
    const source = path.replace(/\*\*|\*|[.+?^${}()|[\]\\]/g, (one) =>
        one === "**" ? ".*" : one === "*" ? "[^/]*" : `\\${one}`,
    );
    return new RegExp(`^${source}$`);
}

function checkRule(rule: unknown): FaultRule {
    if (!isObject(rule)) throw new TypeError("A fault rule must be an object with an action.");
    for (const [name, wanted, holds] of checks) {
        if (rule[name] !== undefined && !holds(rule[name]))
            throw new TypeError(`${name} of a fault rule must be ${wanted}.`);
    }
    const { action } = rule;
    if (!isObject(action) || !actions.some((isAction) => isAction(action))) {
        throw new TypeError(
            "action of a fault rule must have one of: status (200-599), drop (before, after), delayMs, " +
                "hang (true), reset (mid-body), garble (true), contentType.",
        );
    }
    return rule as unknown as FaultRule;
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
