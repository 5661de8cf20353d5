import type {
    Command,
    DeclaredThing,
    EngineOperation,
    EngineStep,
    RunFlags,
    ThingOptions,
} from "./engineOperation";
import type { Method, Script } from "./scriptedProvider";

/** The usual resource. */
const thing = (changes: Partial<DeclaredThing> = {}): DeclaredThing => ({
    name: "thing",
    note: "a",
    place: "here",
    ...changes,
});
const withOptions = (options: ThingOptions, changes: Partial<DeclaredThing> = {}) => [
    thing({ ...changes, options }),
];

const up: Command = { run: "up" };
const made: EngineStep = { command: up, program: [thing()] };
const madeWith = (options: ThingOptions, changes: Partial<DeclaredThing> = {}): EngineStep => ({
    command: up,
    program: withOptions(options, changes),
});
const again: EngineStep = { command: up };
const refreshed: EngineStep = { command: { run: "refresh" } };
const upRefresh: EngineStep = { command: { run: "up", refresh: true } };
const noteB: EngineStep = { command: up, program: [thing({ note: "b" })] };
const placeB: EngineStep = { command: up, program: [thing({ place: "there" })] };
const destroyed: EngineStep = { command: { run: "destroy" } };
const cancelled: EngineStep = { command: { run: "cancel" } };
const removed: EngineStep = { command: up, program: [] };
const tainted: EngineStep = { command: { run: "taint", resource: "thing" } };

const continuing: RunFlags = { continueOnError: true };
const told = (step: EngineStep, script: Script): EngineStep => ({ ...step, script });
const asked = (step: EngineStep, flags: RunFlags): EngineStep => ({
    ...step,
    command: { run: "up", ...flags },
});
const previewed = (step: EngineStep): EngineStep => ({ ...step, command: { run: "preview" } });
const stopped = (step: EngineStep, method: Method, stop: NonNullable<EngineStep["stop"]>): EngineStep => ({
    ...step,
    script: { [method]: ["hold"] },
    stop,
});

/** Two resources, of which the second knows the first. */
const pair = (first: Partial<DeclaredThing> = {}, second: Partial<DeclaredThing> = {}): DeclaredThing[] => [
    { name: "first", note: "a", place: "here", ...first },
    { name: "second", place: "here", noteFrom: "first", ...second },
];
/** Two resources that do not know each other, but for options of the second. */
const bound = (
    options: ThingOptions,
    first: Partial<DeclaredThing> = {},
    second: Partial<DeclaredThing> = {},
): DeclaredThing[] => [
    { name: "first", note: "a", place: "here", ...first },
    { name: "second", note: "a", place: "here", ...second, options },
];
const twoOfThree: DeclaredThing[] = [
    { name: "first", place: "here" },
    { name: "second", place: "here", options: { dependsOn: ["first"] } },
    { name: "third", place: "here" },
];

/** From `step` on: stopped in one of these ways while `method` is held, and what the next runs do. */
function stops(name: string, before: readonly EngineStep[], step: EngineStep, method: Method) {
    return {
        [`${name}, one interrupt`]: [...before, stopped(step, method, "interrupt"), again, again],
        [`${name}, two interrupts`]: [...before, stopped(step, method, "interrupt twice"), again, again],
        [`${name}, killed`]: [...before, stopped(step, method, "kill"), again, cancelled, again, again],
        [`${name}, the engine killed alone`]: [
            ...before,
            stopped(step, method, "kill the engine"),
            again,
            cancelled,
            again,
            again,
        ],
        [`${name}, its provider killed`]: [
            ...before,
            stopped(step, method, "kill the provider"),
            again,
            again,
        ],
    };
}

/** Half a failure of `step`, and each way on. */
function halves(name: string, before: readonly EngineStep[], step: EngineStep, method: Method) {
    const half = told(step, { [method]: ["half"] });
    return {
        [`${name} fails half way, and up`]: [...before, half, again, again],
        [`${name} fails half way, and up --refresh`]: [...before, half, upRefresh, again],
        [`${name} fails half way, and refresh`]: [...before, half, refreshed, again],
        [`${name} fails half way, and preview`]: [...before, half, previewed(again)],
        [`${name} fails half way, and up that fails`]: [
            ...before,
            half,
            told(again, { update: ["throw"] }),
            told(again, { update: ["half"] }),
            again,
        ],
        [`${name} fails half way, and destroy`]: [...before, half, destroyed],
        [`${name} fails half way, and --target-replace`]: [
            ...before,
            half,
            asked(again, { targetReplace: ["thing"] }),
        ],
        [`${name} fails half way, and taint`]: [...before, half, tainted, again],
    };
}

const steps: Record<string, readonly EngineStep[]> = {
    // Plain runs
    create: [made],
    "create, with its preview": [asked(made, { withPreview: true })],
    preview: [previewed(made)],
    "preview of no change": [made, previewed(again)],
    "preview of an update": [made, previewed(noteB)],
    "preview of a replacement": [made, previewed(placeB)],
    "preview of --replace": [made, { command: { run: "preview", replace: ["thing"] } }],
    "preview --refresh": [made, { command: { run: "preview", refresh: true } }],
    "preview --refresh of what is gone": [
        made,
        told({ command: { run: "preview", refresh: true } }, { read: ["gone"] }),
    ],
    "preview with unknown inputs": [
        { command: { run: "preview" }, program: pair() },
        { command: up, program: pair() },
        { command: { run: "preview" }, program: pair({ place: "there" }) },
    ],
    "no change": [made, again],
    update: [made, noteB],
    "update, with its preview": [made, asked(noteB, { withPreview: true })],
    "update, after it half failed, with its preview": [
        made,
        told(noteB, { update: ["half"] }),
        asked(again, { withPreview: true }),
    ],
    "inputs refused": [told(made, { check: ["refuse"] }), made, told(noteB, { check: ["refuse"] })],
    "check throws": [made, told(again, { check: ["throw"] }), again],
    "diff throws": [made, told(again, { diff: ["throw"] }), again],
    "diff says changes of nothing": [made, told(again, { diff: [{ diff: { changes: true } }] }), again],
    "diff says none of a change": [made, told(noteB, { diff: [{ diff: { changes: false } }] }), noteB],

    // Replacements
    "replacement by input": [made, placeB, again],
    "replacement, with its preview": [made, asked(placeB, { withPreview: true })],
    "--replace": [made, asked(again, { replace: ["thing"] }), again],
    "--replace together with an update": [made, asked(noteB, { replace: ["thing"] })],
    "--replace together with a replacement": [made, asked(placeB, { replace: ["thing"] })],
    "--target-replace": [made, asked(again, { targetReplace: ["thing"] }), again],
    taint: [made, tainted, again, again],
    "taint and untaint": [made, tainted, { command: { run: "untaint", resource: "thing" } }, again],
    "taint and update": [made, tainted, noteB],
    "taint and refresh": [made, tainted, refreshed, again],
    replacementTrigger: [
        madeWith({ replacementTrigger: "1" }),
        madeWith({ replacementTrigger: "2" }),
        madeWith({ replacementTrigger: "2" }),
    ],
    "replacementTrigger added and taken away": [
        made,
        madeWith({ replacementTrigger: "1" }),
        madeWith({ replacementTrigger: "2" }, { note: "b" }),
        noteB,
    ],
    replaceOnChanges: [
        madeWith({ replaceOnChanges: ["note"] }),
        madeWith({ replaceOnChanges: ["note"] }, { note: "b" }),
    ],
    "replaceOnChanges of everything": [
        told(madeWith({ replaceOnChanges: ["*"] }), { create: ["half"] }),
        again,
        madeWith({ replaceOnChanges: ["*"] }, { note: "b" }),
    ],
    "delete before replace": [
        madeWith({ deleteBeforeReplace: true }),
        madeWith({ deleteBeforeReplace: true }, { place: "there" }),
    ],
    "delete before replace, by the provider": [
        made,
        told(placeB, { diff: [{ diff: { changes: true, replaces: ["place"], deleteBeforeReplace: true } }] }),
    ],
    "delete before replace, --replace": [
        madeWith({ deleteBeforeReplace: true }),
        asked(again, { replace: ["thing"] }),
    ],
    "delete before replace, create fails": [
        madeWith({ deleteBeforeReplace: true }),
        told(madeWith({ deleteBeforeReplace: true }, { place: "there" }), { create: ["throw"] }),
        refreshed,
        again,
        again,
    ],
    "delete before replace, create fails half way": [
        madeWith({ deleteBeforeReplace: true }),
        told(madeWith({ deleteBeforeReplace: true }, { place: "there" }), { create: ["half"] }),
        again,
    ],
    "delete before replace, create fails, and destroy": [
        madeWith({ deleteBeforeReplace: true }),
        told(madeWith({ deleteBeforeReplace: true }, { place: "there" }), { create: ["throw"] }),
        destroyed,
    ],
    "delete before replace, create fails, and back": [
        madeWith({ deleteBeforeReplace: true }),
        told(madeWith({ deleteBeforeReplace: true }, { place: "there" }), { create: ["throw"] }),
        madeWith({ deleteBeforeReplace: true }),
    ],
    "delete before replace, delete fails": [
        madeWith({ deleteBeforeReplace: true }),
        told(madeWith({ deleteBeforeReplace: true }, { place: "there" }), { delete: ["throw"] }),
        again,
    ],
    "replacement, create fails": [made, told(placeB, { create: ["throw"] }), again],
    "replacement, create fails half way": [made, told(placeB, { create: ["half"] }), again, again],
    "replacement, create fails half way, and up --refresh": [
        made,
        told(placeB, { create: ["half"] }),
        upRefresh,
        again,
    ],
    "replacement, create fails half way, and back": [made, told(placeB, { create: ["half"] }), made],
    "replacement, create fails half way, and destroy": [made, told(placeB, { create: ["half"] }), destroyed],
    "replacement, create fails half way twice": [
        made,
        told(placeB, { create: ["half"] }),
        told(made, { create: ["half"] }),
        again,
    ],
    "--replace, create fails half way": [
        made,
        told(asked(again, { replace: ["thing"] }), { create: ["half"] }),
        again,
    ],
    "replacement, the deletion fails": [made, told(placeB, { delete: ["throw"] }), again, again],
    "replacement, the deletion fails, and back": [made, told(placeB, { delete: ["throw"] }), made, again],
    "replacement, the deletion fails, and refresh": [
        made,
        told(placeB, { delete: ["throw"] }),
        refreshed,
        again,
    ],
    "replacement, the deletion fails, and refresh when it is gone": [
        made,
        told(placeB, { delete: ["throw"] }),
        told(refreshed, { read: ["gone"] }),
        again,
    ],
    "replacement, the deletion fails, and up --refresh": [
        made,
        told(placeB, { delete: ["throw"] }),
        upRefresh,
    ],
    "replacement, the deletion fails, and update": [
        made,
        told(placeB, { delete: ["throw"] }),
        { command: up, program: [thing({ place: "there", note: "b" })] },
    ],
    "replacement, the deletion fails, and up --target": [
        made,
        told(placeB, { delete: ["throw"] }),
        asked(again, { target: ["thing"] }),
    ],
    "replacement, the deletion fails, and destroy": [made, told(placeB, { delete: ["throw"] }), destroyed],
    "replacement, the deletion fails, and destroy that fails": [
        made,
        told(placeB, { delete: ["throw"] }),
        told(
            { command: { run: "destroy", continueOnError: true } },
            { "delete thing-1": ["throw"], "delete thing-2": ["throw"] },
        ),
        destroyed,
    ],
    "replacement, create fails half way, --continue-on-error": [
        made,
        told(asked(placeB, continuing), { create: ["half"] }),
        again,
        again,
    ],
    "replacement, create fails half way, --continue-on-error, the deletion is refused until it is finished": [
        made,
        told(asked(placeB, continuing), { create: ["half"], delete: ["throw"] }),
        told(asked(again, continuing), { update: ["half"], delete: ["throw"] }),
        told(asked(again, { ...continuing, refresh: true }), { update: ["half"], delete: ["throw"] }),
        again,
        again,
    ],
    "replacement, create fails half way, --continue-on-error, and destroy": [
        made,
        told(asked(placeB, continuing), { create: ["half"], delete: ["throw"] }),
        destroyed,
    ],
    "replacement, create fails half way, --continue-on-error, and inputs refused": [
        made,
        told(asked(placeB, continuing), { create: ["half"], delete: ["throw"] }),
        told(asked(again, continuing), { check: ["refuse"], delete: ["throw"] }),
        again,
    ],
    "replacement, create fails, --continue-on-error": [
        made,
        told(asked(placeB, continuing), { create: ["throw"] }),
        again,
    ],
    "update fails half way, --continue-on-error": [
        made,
        told(asked(noteB, continuing), { update: ["half"] }),
        again,
    ],
    "delete before replace, create fails half way, --continue-on-error": [
        madeWith({ deleteBeforeReplace: true }),
        told(
            asked(
                { command: up, program: [thing({ place: "there", options: { deleteBeforeReplace: true } })] },
                continuing,
            ),
            {
                create: ["half"],
            },
        ),
        again,
    ],
    "replacement, the deletion fails twice": [
        made,
        told(placeB, { delete: ["throw"] }),
        told(asked({ command: up, program: [thing({ place: "elsewhere" })] }, { continueOnError: true }), {
            "delete thing-1": ["throw"],
            "delete thing-2": ["throw"],
        }),
        again,
    ],
    "replacement, the deletion fails, and preview": [
        made,
        told(placeB, { delete: ["throw"] }),
        previewed(again),
    ],
    "replacement, the deletion fails, and taint": [made, told(placeB, { delete: ["throw"] }), tainted, again],

    // Half failures
    "create fails, and up": [told(made, { create: ["throw"] }), again],
    ...halves("create", [], made, "create"),
    "create fails half way, and up with another input": [told(made, { create: ["half"] }), noteB],
    "create fails half way, and up with a replacement": [told(made, { create: ["half"] }), placeB, again],
    "create fails half way, and up --target of another": [
        told({ command: up, program: twoOfThree.slice(0, 1) }, { create: ["half"] }),
        asked(
            { command: up, program: [...twoOfThree.slice(0, 1), ...twoOfThree.slice(2)] },
            { target: ["third"] },
        ),
        again,
    ],
    "create fails half way, and what is asked is gone": [
        told(made, { create: ["half"] }),
        told(upRefresh, { read: ["gone"] }),
    ],
    "create fails half way, and refresh that fails": [
        told(made, { create: ["half"] }),
        told(refreshed, { read: ["throw"] }),
        again,
    ],
    "create fails half way, and is taken out of the program": [told(made, { create: ["half"] }), removed],
    "update fails, and up": [made, told(noteB, { update: ["throw"] }), again],
    "update fails, and back": [made, told(noteB, { update: ["throw"] }), made],
    ...halves("update", [made], noteB, "update"),
    "update fails half way, and back": [made, told(noteB, { update: ["half"] }), made],

    // Hooks
    "create, with a hook that retries once": [told(madeWith({ retries: 1 }), { create: ["throw"] }), again],
    "create, with a hook that retries in vain": [
        told(madeWith({ retries: 1 }), { create: ["throw", "throw"] }),
        again,
    ],
    "create fails half way, with a hook that retries": [
        told(madeWith({ retries: 1 }), { create: ["half"] }),
        again,
        again,
    ],
    "create fails half way each time, with a hook that retries": [
        told(madeWith({ retries: 3 }), { create: ["half", "half", "half", "half"] }),
        again,
    ],
    "create fails half way and then fails, with a hook that retries": [
        told(madeWith({ retries: 1 }), { create: ["half", "throw"] }),
        again,
    ],
    "create fails and then half way, with a hook that retries": [
        told(madeWith({ retries: 1 }), { create: ["throw", "half"] }),
        again,
    ],
    "create fails half way, with a hook that does not retry": [
        told(madeWith({ retries: 0 }), { create: ["half"] }),
        again,
    ],
    "update, with a hook that retries once": [
        madeWith({ retries: 1 }),
        told(madeWith({ retries: 1 }, { note: "b" }), { update: ["throw"] }),
    ],
    "update fails half way, with a hook that retries": [
        madeWith({ retries: 1 }),
        told(madeWith({ retries: 1 }, { note: "b" }), { update: ["half"] }),
        again,
    ],
    "update fails half way several times, with a hook that retries": [
        madeWith({ retries: 3 }),
        told(madeWith({ retries: 3 }, { note: "b" }), { update: ["half", "throw", "half"] }),
        again,
    ],
    "update fails half way and then fails, with a hook that retries": [
        madeWith({ retries: 1 }),
        told(madeWith({ retries: 1 }, { note: "b" }), { update: ["half", "throw"] }),
        again,
    ],
    "replacement, with a hook that retries": [
        madeWith({ retries: 1 }),
        told(madeWith({ retries: 1 }, { place: "there" }), { create: ["half"] }),
        again,
    ],
    "deletion of what was replaced, with a hook that retries": [
        madeWith({ retries: 1 }),
        told(madeWith({ retries: 1 }, { place: "there" }), { delete: ["throw"] }),
        again,
    ],
    "finishing a half made one, with a hook that retries": [
        told(made, { create: ["half"] }),
        told(madeWith({ retries: 1 }), { update: ["half"] }),
        again,
    ],

    // Deleting
    destroy: [made, destroyed],
    "destroy, and up": [made, destroyed, again],
    "destroy, with its preview": [made, { command: { run: "destroy", withPreview: true } }],
    "destroy that fails": [made, told(destroyed, { delete: ["throw"] }), destroyed],
    "destroy that fails, and up": [made, told(destroyed, { delete: ["throw"] }), again],
    "destroy --refresh": [made, { command: { run: "destroy", refresh: true } }],
    "destroy --refresh of what is gone": [
        made,
        told({ command: { run: "destroy", refresh: true } }, { read: ["gone"] }),
    ],
    "destroy --run-program": [made, { command: { run: "destroy", runProgram: true } }],
    "destroy --run-program with another input": [
        made,
        { ...noteB, command: { run: "destroy", runProgram: true } },
    ],
    "destroy --run-program with a hook that retries": [
        madeWith({ retries: 1 }),
        told({ command: { run: "destroy", runProgram: true } }, { delete: ["throw"] }),
    ],
    "destroy without the program, with a hook that retries": [
        madeWith({ retries: 1 }),
        told(destroyed, { delete: ["throw"] }),
        destroyed,
    ],
    "destroy of one of two": [
        { command: up, program: pair() },
        { command: { run: "destroy", target: ["second"] } },
        { command: { run: "destroy", target: ["first"] } },
    ],
    "destroy of one that another depends on": [
        { command: up, program: pair() },
        { command: { run: "destroy", target: ["first"] } },
        { command: { run: "destroy", target: ["first"], targetDependents: true } },
    ],
    "destroy of two, one fails": [
        { command: up, program: pair() },
        told(destroyed, { "delete second": ["throw"] }),
        told(destroyed, { "delete first": ["throw"] }),
        destroyed,
    ],
    "destroy of two, one fails, --continue-on-error": [
        { command: up, program: [twoOfThree[0], twoOfThree[2]] as DeclaredThing[] },
        told({ command: { run: "destroy", continueOnError: true } }, { "delete first": ["throw"] }),
        destroyed,
    ],
    "taken out of the program": [made, removed],
    "taken out of the program, the deletion fails": [made, told(removed, { delete: ["throw"] }), removed],
    "taken out of the program, the deletion fails, and back": [
        made,
        told(removed, { delete: ["throw"] }),
        made,
    ],
    "one of two taken out of the program": [
        { command: up, program: pair() },
        { command: up, program: pair().slice(0, 1) },
    ],

    // Options
    "rename by alias": [
        made,
        { command: up, program: [thing({ options: { aliases: ["thing"] }, name: "other" })] },
        { command: up, program: [thing({ name: "other" })] },
    ],
    "rename without an alias": [made, { command: up, program: [thing({ name: "other" })] }],
    "rename without an alias, the creation fails half way": [
        made,
        told({ command: up, program: [thing({ name: "other" })] }, { create: ["half"] }),
        again,
    ],
    retainOnDelete: [
        madeWith({ retainOnDelete: true }),
        madeWith({ retainOnDelete: true }, { place: "there" }),
        removed,
        made,
    ],
    "retainOnDelete added too late": [
        made,
        madeWith({ retainOnDelete: true }, { place: "there" }),
        destroyed,
    ],
    "retainOnDelete and destroy": [madeWith({ retainOnDelete: true }), destroyed, again],
    protect: [
        madeWith({ protect: true }),
        madeWith({ protect: true }, { note: "b" }),
        madeWith({ protect: true }, { place: "there" }),
        destroyed,
        { command: { run: "unprotect", resource: "thing" } },
        destroyed,
    ],
    "protect and --replace": [madeWith({ protect: true }), asked(again, { replace: ["thing"] })],
    "protect and out of the program": [madeWith({ protect: true }), removed, again],
    "protect, unprotected with its replacement": [
        madeWith({ protect: true }),
        madeWith({}, { place: "there" }),
    ],
    "destroy --exclude-protected": [
        { command: up, program: [thing({ options: { protect: true } }), { name: "other", place: "here" }] },
        { command: { run: "destroy", excludeProtected: true } },
    ],
    ignoreChanges: [
        madeWith({ ignoreChanges: ["note"] }),
        madeWith({ ignoreChanges: ["note"] }, { note: "b" }),
        madeWith({ ignoreChanges: ["note"] }, { note: "b", place: "there" }),
        madeWith({}, { note: "b", place: "there" }),
    ],
    "ignoreChanges of what replaces": [
        madeWith({ ignoreChanges: ["place"] }),
        madeWith({ ignoreChanges: ["place"] }, { place: "there" }),
        asked(again, { replace: ["thing"] }),
    ],
    "ignoreChanges, with its refresh": [
        madeWith({ ignoreChanges: ["note"] }),
        told(madeWith({ ignoreChanges: ["note"] }, { note: "b" }), {}),
        told(upRefresh, { read: [{ changed: { note: "by hand" } }] }),
    ],

    // Refreshing
    refresh: [made, refreshed],
    "refresh, with its preview": [made, { command: { run: "refresh", withPreview: true } }],
    "refresh when it is gone": [made, told(refreshed, { read: ["gone"] }), again],
    "refresh that fails": [made, told(refreshed, { read: ["throw"] }), again],
    "refresh that finds other inputs": [
        made,
        told(refreshed, { read: [{ changed: { note: "by hand" } }] }),
        again,
    ],
    "refresh that finds other outputs": [
        made,
        told(refreshed, { read: [{ changed: { serial: 7 } }] }),
        again,
    ],
    "refresh that finds another place": [
        made,
        told(refreshed, { read: [{ changed: { place: "by hand" } }] }),
        again,
    ],
    "refresh without inputs": [made, told(refreshed, { read: ["without inputs"] }), again],
    "refresh, diff throws": [made, told(refreshed, { diff: ["throw"] }), again],
    "refresh --run-program": [made, { ...noteB, command: { run: "refresh", runProgram: true } }, again],
    "refresh --run-program of what is not in the program": [
        made,
        { command: { run: "refresh", runProgram: true }, program: [] },
    ],
    "refresh of one of two": [
        { command: up, program: pair() },
        { command: { run: "refresh", target: ["first"] } },
    ],
    "up --refresh": [made, upRefresh],
    "up --refresh with an update": [made, asked(noteB, { refresh: true })],
    "up --refresh with a replacement": [made, asked(placeB, { refresh: true })],
    "up --refresh, with its preview": [made, asked(again, { refresh: true, withPreview: true })],
    "up --refresh when it is gone": [made, told(upRefresh, { read: ["gone"] })],
    "up --refresh that finds other inputs": [
        made,
        told(upRefresh, { read: [{ changed: { note: "by hand" } }] }),
    ],
    "up --refresh that fails": [made, told(upRefresh, { read: ["throw"] }), again],
    "up --refresh --run-program": [made, asked(again, { refresh: true, runProgram: true })],
    "up --refresh --run-program when it is gone": [
        made,
        told(asked(again, { refresh: true, runProgram: true }), { read: ["gone"] }),
    ],
    "up --refresh --run-program after half a creation": [
        told(made, { create: ["half"] }),
        asked(again, { refresh: true, runProgram: true }),
    ],
    "up --refresh of an empty stack": [asked(made, { refresh: true })],
    "up --refresh --replace": [made, asked(again, { refresh: true, replace: ["thing"] })],

    // More resources than one
    "up --target": [
        { command: up, program: pair() },
        asked({ command: up, program: pair({ note: "b" }, { place: "there" }) }, { target: ["first"] }),
        again,
    ],
    "up --target, the other one is not made": [
        asked({ command: up, program: [thing(), { name: "other", place: "here" }] }, { target: ["other"] }),
        again,
    ],
    "up --target, the other one is taken out of the program": [
        { command: up, program: [thing(), { name: "other", place: "here" }] },
        asked({ command: up, program: [{ name: "other", place: "there" }] }, { target: ["other"] }),
        again,
    ],
    "up --exclude": [
        { command: up, program: pair() },
        asked(
            { command: up, program: pair({ place: "there" }, { place: "there" }) },
            { exclude: ["second"] },
        ),
    ],
    "one of two fails": [
        told({ command: up, program: twoOfThree.slice(0, 2) }, { "create first": ["half"] }),
        again,
    ],
    "one of three fails, --continue-on-error": [
        told(asked({ command: up, program: twoOfThree }, { continueOnError: true }), {
            "create first": ["throw"],
        }),
        again,
    ],
    "one of three fails half way, --continue-on-error": [
        told(asked({ command: up, program: twoOfThree }, { continueOnError: true }), {
            "create first": ["half"],
        }),
        again,
    ],
    "replacement that another one depends on": [
        { command: up, program: pair() },
        { command: up, program: pair({ place: "there" }) },
    ],
    "replacement fails, --continue-on-error, with a deletion pending": [
        { command: up, program: [twoOfThree[0], twoOfThree[2]] as DeclaredThing[] },
        told(
            asked(
                {
                    command: up,
                    program: [
                        { name: "first", place: "there" },
                        { name: "third", place: "there" },
                    ],
                },
                { continueOnError: true },
            ),
            { "create first": ["throw"] },
        ),
        again,
    ],

    "replaceWith another one": [
        { command: up, program: bound({ replaceWith: ["first"] }) },
        { command: up, program: bound({ replaceWith: ["first"] }, { note: "b" }) },
        { command: up, program: bound({ replaceWith: ["first"] }, { note: "b", place: "there" }) },
        asked(again, { replace: ["first"] }),
        again,
    ],
    "deletedWith another one, destroy": [
        { command: up, program: bound({ deletedWith: "first" }) },
        destroyed,
    ],
    "deletedWith another one, both taken out of the program": [
        { command: up, program: bound({ deletedWith: "first" }) },
        removed,
    ],
    "deletedWith another one that stays": [
        { command: up, program: bound({ deletedWith: "first" }) },
        { command: up, program: bound({ deletedWith: "first" }).slice(0, 1) },
    ],
    "deletedWith another one that is replaced": [
        { command: up, program: bound({ deletedWith: "first" }) },
        { command: up, program: bound({ deletedWith: "first" }, { place: "there" }) },
        again,
    ],
    "deletedWith another one, both replaced": [
        { command: up, program: bound({ deletedWith: "first" }) },
        { command: up, program: bound({ deletedWith: "first" }, { place: "there" }, { place: "there" }) },
    ],

    // The state by hand
    "state delete, and up": [made, { command: { run: "state delete", resource: "thing" } }, again],
    "state rename": [
        made,
        { command: { run: "state rename", resource: "thing", to: "other" } },
        { command: up, program: [thing({ name: "other" })] },
    ],
    "state rename, and the program stays": [
        made,
        { command: { run: "state rename", resource: "thing", to: "other" } },
        again,
    ],
    "state move": [
        made,
        { command: { run: "state move", resource: "thing", toStack: "second" } },
        { command: up, program: [thing()], stack: "second" },
        { command: up, program: [], stack: "first" },
    ],
    "state move, and up in the old stack": [
        made,
        { command: { run: "state move", resource: "thing", toStack: "second" } },
        again,
    ],
    "stack rename": [made, { command: { run: "stack rename", to: "renamed" } }, again],
    "an old state is put back": [
        made,
        { command: { run: "export" } },
        noteB,
        placeB,
        { command: { run: "restore" } },
        again,
    ],
    "an old state is put back after destroy": [
        made,
        { command: { run: "export" } },
        destroyed,
        { command: { run: "restore" } },
        told(refreshed, { read: ["gone"] }),
        again,
    ],
    "import by file": [
        { command: { run: "import", resource: "thing", id: "made elsewhere" } },
        { command: up, program: [thing()] },
    ],
    "import by file, with inputs": [
        {
            command: {
                run: "import",
                resource: "thing",
                id: "made elsewhere",
                inputs: { name: "thing", note: "a", place: "here" },
            },
        },
        { command: up, program: [thing()] },
    ],
    "import by file, with outputs": [
        {
            command: {
                run: "import",
                resource: "thing",
                id: "made elsewhere",
                inputs: { name: "thing", note: "a", place: "here" },
                outputs: { name: "thing", note: "a", place: "here", serial: 7, secret: "made elsewhere too" },
            },
        },
        { command: up, program: [thing()] },
        again,
    ],
    "import by option": [madeWith({ import: "made elsewhere" }), made],

    // Stopped
    ...stops("create", [], made, "create"),
    ...stops("update", [made], noteB, "update"),
    ...stops("replacement, its create", [made], placeB, "create"),
    ...stops("replacement, its delete", [made], placeB, "delete"),
    ...stops("destroy", [made], destroyed, "delete"),
    ...stops("refresh", [made], refreshed, "read"),
    ...stops(
        "delete before replace, its create",
        [madeWith({ deleteBeforeReplace: true })],
        madeWith({ deleteBeforeReplace: true }, { place: "there" }),
        "create",
    ),
    "create, killed, and refresh": [
        stopped(made, "create", "kill"),
        cancelled,
        refreshed,
        { command: { run: "refresh", clearPendingCreates: true } },
        again,
    ],
    "create, killed, and destroy": [stopped(made, "create", "kill"), cancelled, destroyed],
    "refresh that finds other inputs, one interrupt": [
        made,
        {
            ...told(refreshed, { read: [{ changed: { note: "by hand" }, hold: true }] }),
            stop: "interrupt",
        },
        again,
    ],
    "destroy of two, one interrupt": [
        { command: up, program: pair() },
        stopped(destroyed, "delete", "interrupt"),
        again,
    ],
    "one of two, one interrupt": [stopped({ command: up, program: pair() }, "create", "interrupt"), again],
};

/** All that is recorded. A new one: add it here, then `npm run record:engine`. */
export const engineOperations: readonly EngineOperation[] = Object.entries(steps).map(([name, list]) => ({
    name,
    steps: list,
}));
