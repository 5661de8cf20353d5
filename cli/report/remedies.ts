import { commandName } from "../commandName";
import { concernsOf } from "./concerns";
import type { Caller, Concern, KeyRow } from "./report";
import { dayText } from "./timeText";

type Row = Omit<KeyRow, "remedies">;

/** What to do about a key: a command or a sentence for each problem, the most urgent first. */
export function remediesOf(key: Row, context: { caller: Caller; ageLimitSeconds: number }): string[] {
    const stack = shortName(key.stack);
    const remedies: string[] = [];
    if (key.status === "unknown") remedies.push(ofUnknown(key, context.caller));
    if (key.status === "elsewhere") {
        remedies.push(
            `${key.stack} created this key: see the report of that project. There is nothing to do here.`,
        );
    }
    for (const concern of concernsOf(key as KeyRow, context.ageLimitSeconds)) {
        remedies.push(...byConcern[concern](key, stack));
    }
    return [...new Set(remedies)];
}

const byConcern: Readonly<Record<Concern, (key: Row, stack: string) => string[]>> = {
    overdue: (_, stack) => [`pulumi up --stack ${stack}`],
    stray: (key, stack) => [
        key.unfinished
            ? `A run was interrupted before it finished the key. pulumi up --stack ${stack} deletes it.`
            : `A run finished the key, but no state contains it, and it may be in use. Confluent Cloud does not report when a key was last used: ask who uses it, then ${commandName} strays --delete ${key.id}`,
    ],
    drift: (key, stack) =>
        (key.drift ?? []).map((note) => {
            const other = /^also in the state of (\S+) (.+)$/.exec(note);
            if (other) {
                return `Keep it in one stack only: remove ${other[2]} from the state of ${other[1]} with pulumi state delete, or the next run there deletes the key.`;
            }
            return note.startsWith("replaced")
                ? `pulumi up --stack ${stack}`
                : `pulumi up --refresh --stack ${stack}`;
        }),
    unready: (key, stack) => {
        if (key.readiness === "pending" || key.readiness === "gone") return [`pulumi up --stack ${stack}`];
        const verify = `${commandName} verify --stack ${stack} --region ${key.region}`;
        return [
            key.readiness === "refused"
                ? `${key.refusal === null ? "" : `The region answered ${key.refusal}. `}${verify} shows why; then pulumi up --refresh --stack ${stack}`
                : `From inside the network: ${verify}`,
        ];
    },
    roleless: (key) => [
        `Its owner has no role${key.environmentId && ` in ${key.environmentId}`}: add one to the program's roles, or confluent iam rbac role-binding create --principal User:${key.ownerId} --role FlinkDeveloper --environment ${key.environmentId || "ENVIRONMENT"}`,
    ],
    supersededInUse: (key) =>
        [...new Set(key.holders.map((holder) => holder.stack))].map((holder) => {
            const when =
                key.retireAt === null ? "Before the key is deleted" : `Before ${dayText(key.retireAt)}`;
            const place = holder.includes("/") ? ` in project ${holder.slice(0, holder.indexOf("/"))}` : "";
            return `${when}${place}: pulumi up --stack ${shortName(holder)}`;
        }),
    orgadmin: (key) =>
        key.status !== "managed"
            ? []
            : ["A narrower role is enough to run statements: roles: [FlinkDeveloper] (docs/roles.md)."],
    unrotated: () => ['It never rotates: set rotation, such as every: "90d" (docs/guides/rotation.md).'],
    overage: (key, stack) =>
        key.status === "managed" ? [`${commandName} rotate --stack ${stack} --region ${key.region}`] : [],
};

function ofUnknown(key: Row, { identity }: Caller): string {
    if (!key.live) {
        return `${identity || "The caller"} sees no key of ${key.ownerId}: run the report again with credentials of an OrganizationAdmin in the stack's organization. Until then nothing is proven.`;
    }
    return key.stack === null
        ? "Its description names no stack, and no state that was read contains it: read the states of the other stacks too (--project, --backend, --state)."
        : `Its description names ${key.stack}, whose state was not read, or was written before the key was created: log in to that stack's backend (pulumi login, --backend), or give its exported state with --state.`;
}

/** `prod` from `confluent-flink/prod`, the name that Pulumi uses inside the project. */
function shortName(stack: string | null): string {
    return stack?.split("/").at(-1) ?? "STACK";
}
