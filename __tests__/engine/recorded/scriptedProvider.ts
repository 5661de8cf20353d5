/** Inputs or outputs of a resource. */
export type Properties = Record<string, unknown>;

export type Method = "check" | "diff" | "create" | "read" | "update" | "delete";

/** What a test tells the scripted provider to do in one call in place of what it does by itself. */
export type Told =
    /** `create`, `read`, `update`, `delete`, `diff`, `check`: throws, and nothing has happened. */
    | "throw"
    /** `create`, `update`: done, and then `{ id, properties, reasons }` is thrown. */
    | "half"
    /** `read`: there is no such thing any more; the answer is `{}`. */
    | "gone"
    /** `read`: answers without `inputs`. */
    | "without inputs"
    /** `create`, `update`, `delete`, `read`: done, and then no answer until the recorder lets it go, or for ever. */
    | "hold"
    /** `check`: the inputs are refused. */
    | "refuse"
    /** `read`: these inputs and outputs are others than the state says. */
    | { readonly changed: Properties; readonly hold?: true }
    /** `diff`: this answer. */
    | { readonly diff: { changes: boolean; replaces?: string[]; deleteBeforeReplace?: boolean } };

/**
 * What the provider is told during one step, by method, or by method and resource as in `create second`, or by method and
 * id as in `delete thing-1`: the first entry for the first such call of the step, and so on. `null`, and calls beyond the list: what it does by itself.
 */
export type Script = Readonly<Record<string, readonly (Told | null)[]>>;

/** A call of the engine, as the provider got it. */
export interface Call {
    readonly method: Method;
    readonly id?: string;
    /** The state before, as the engine told it: inputs for `check`, outputs for all others. */
    readonly olds?: Properties;
    readonly news?: Properties;
}

/** What the provider answered. */
export type Reply =
    | { readonly returns: Properties }
    | { readonly throws: string }
    /** A failure half way. */
    | { readonly half: { id: string; properties: Properties; reasons: string[] } };

/** A call and where it stands in the history of calls. */
export interface PastCall extends Call {
    /** Number of the step, from 0. */
    readonly step: number;
}

/**
 * What the scripted provider answers to `call`: a pure function of the script and of the calls before, so that a
 * process of its own and a test can both play it. By itself it does what a simple provider does: `check` passes, another
 * `place` replaces, any other difference updates.
 */
export function replyTo(
    call: Call,
    step: number,
    before: readonly PastCall[],
    script: Script,
): { reply: Reply; isHeld: boolean } {
    const told = toldFor(call, step, before, script);
    return {
        reply: told === "throw" ? { throws: `${call.method} failed` } : act(call, told, before),
        isHeld: told === "hold" || (isTold(told, "changed") && told.hold === true),
    };
}

function act(call: Call, told: Told | null, before: readonly PastCall[]): Reply {
    const { method, id = "", olds = {}, news = {} } = call;
    switch (method) {
        case "check": {
            const failures = told === "refuse" ? [{ property: "note", reason: "refused" }] : [];
            return { returns: { inputs: news, failures } };
        }
        case "diff": {
            if (isTold(told, "diff")) return { returns: told.diff };
            const keys = Object.keys(news).filter(
                (key) => JSON.stringify(news[key]) !== JSON.stringify(olds[key]),
            );
            const gone = Object.keys(inputsOf(olds)).filter((key) => !(key in news));
            return {
                returns: {
                    changes: keys.length + gone.length > 0,
                    replaces: keys.filter((key) => key === "place"),
                },
            };
        }
        case "create": {
            const serial =
                1 + before.filter((one) => one.method === "create" && nameOf(one) === news.name).length;
            const made = `${news.name}-${serial}`;
            return done(made, { ...news, serial, secret: `secret of ${made}` }, told, { id: made });
        }
        case "update": {
            const { serial, secret, updates = 0 } = olds as { updates?: number } & Properties;
            return done(id, { ...news, serial, secret, updates: updates + 1 }, told, {});
        }
        case "read": {
            if (told === "gone") return { returns: {} };
            const changed = isTold(told, "changed") ? told.changed : {};
            const props = { ...olds, ...changed };
            return { returns: { id, props, ...(told !== "without inputs" && { inputs: inputsOf(props) }) } };
        }
        case "delete":
            return { returns: {} };
    }
}

function done(id: string, outs: Properties, told: Told | null, named: Properties): Reply {
    if (told !== "half") return { returns: { ...named, outs } };
    return { half: { id, properties: { ...outs, unfinished: true }, reasons: ["not ready in time"] } };
}

/** Outputs that no input of the same name stands for. */
const ownOutputs = ["serial", "secret", "updates", "unfinished"];

function inputsOf(outputs: Properties): Properties {
    return Object.fromEntries(Object.entries(outputs).filter(([key]) => !ownOutputs.includes(key)));
}

function toldFor(call: Call, step: number, before: readonly PastCall[], script: Script): Told | null {
    const same = before.filter((one) => one.step === step && one.method === call.method);
    const name = nameOf(call);
    const ofId = script[`${call.method} ${call.id}`];
    if (ofId !== undefined) return ofId[same.filter((one) => one.id === call.id).length] ?? null;
    const ofName = script[`${call.method} ${name}`];
    if (ofName !== undefined) return ofName[same.filter((one) => nameOf(one) === name).length] ?? null;
    return script[call.method]?.[same.length] ?? null;
}

function nameOf({ news, olds }: Call): unknown {
    return news?.name ?? olds?.name;
}

function isTold<K extends string>(told: Told | null, key: K): told is Extract<Told, Record<K, unknown>> {
    return typeof told === "object" && told !== null && key in told;
}
