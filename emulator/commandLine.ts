import { parseArgs } from "node:util";
import { parseDuration, parseDurationRange } from "./duration";
import { type Choices, choices, type EmulatorOptions } from "./emulatorOptions";
import { readProfile } from "./profile";
import { defaultQuotas, type QuotaCode, type Quotas } from "./quotas";

export const helpText = `Confluent Cloud on loopback.

  npx confluent-cloud-emulator [options]

  --port <number>             port to listen on (default: a free port)
  --host <address>            127.0.0.0/8, ::1 or localhost (default: 127.0.0.1)
  --organization <uuid>       id of the organization
  --environment <env-id>      environment to start with; repeatable (default: env-abc123, env-def456)
  --key-propagation <time>    time until a new API key works: 3s, or 2s-8s for a random time (default: 0)
  --role-propagation <time>   time until a new role binding takes effect (default: 0)
  --list-lag <time>           how far lists of API keys lag behind: 5s (default: 0)
  --revocation <time>         how long a deleted key still works at Flink endpoints (default: 0)
  --role-binding-filter <how> what a crn_pattern without /* matches in a list of role bindings: "exact", that
                              scope; "prefix", also the scopes below it (default: exact)
  --profile <file>            behave like a real service: a file that pulumi-confluent-flink conformance
                              --write-profile wrote; other options override it
  --statement-traits <when>   a statement has its traits "at-once" or "when-running" (default: at-once)
  --key-roles <edition>       who may create API keys: by Confluent's page of "2026", or by the one of "2025", in
                              which ResourceKeyAdmin creates Flink keys (default: 2026)
  --global-key-apis <which>   a Global API key works at "all" APIs, or at "org-and-flink" only (default: all)
  --last-page <how>           on the last page of a list, metadata.next is "absent" or "empty" (default: absent)
  --quota <code>=<n>          a limit, such as iam.max_cluster_api_keys.per_service_account=2; repeatable
  --requests-per-second <n>   respond with 429 over this limit (default: no limit)
  --seed <number>             determines ids, secrets and random times (default: 1)
  --journal <file>            append every request, without credentials, as a JSON line
  --help                      print this text

The first line on standard output is JSON: url, organizationId, environmentIds, cloudApiKey, cloudApiSecret.
Control API: <url>/_emulator/journal, /state, /faults, /clock, /lags, /statements.
`;

/** Reads the text of an option, or throws an error without its name. */
type Read = (text: string) => unknown;

const integer =
    (min: number, max: number) =>
    (text: string): number => {
        const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
        if (value >= min && value <= max) return value;
        throw new TypeError(`got '${text}', expected an integer from ${min} to ${max}.`);
    };
const choice =
    (option: keyof typeof choices): Read =>
    (text) => {
        const expected: readonly string[] = choices[option];
        if (expected.includes(text)) return text;
        throw new TypeError(`got '${text}', expected ${expected.join(" or ")}.`);
    };
const asIs: Read = (text) => text;

/** Each flag with the option that it sets. */
const flags: Readonly<Record<string, readonly [option: keyof EmulatorOptions, read: Read]>> = {
    port: ["port", integer(0, 65_535)],
    host: ["host", asIs],
    organization: ["organizationId", asIs],
    "key-propagation": ["keyPropagation", parseDurationRange],
    "role-propagation": ["rolePropagation", parseDurationRange],
    "list-lag": ["listLagMs", parseDuration],
    revocation: ["revocationMs", parseDuration],
    "requests-per-second": ["rateLimit", (text) => ({ requestsPerSecond: integer(1, 1_000_000)(text) })],
    seed: ["seed", integer(0, 2_147_483_647)],
    journal: ["journalFile", asIs],
    ...Object.fromEntries(
        (Object.keys(choices) as (keyof Choices)[]).map((option) => {
            const flag = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
            return [flag, [option, choice(option)] as const];
        }),
    ),
};

/** The options of a command line; undefined for `--help`. Throws a TypeError with one line for an invalid option. */
export function parseCommandLine(args: readonly string[]): EmulatorOptions | undefined {
    const { values } = parseArgs({
        args: [...args],
        allowPositionals: false,
        options: {
            ...Object.fromEntries(Object.keys(flags).map((flag) => [flag, { type: "string" as const }])),
            environment: { type: "string", multiple: true },
            profile: { type: "string" },
            quota: { type: "string", multiple: true },
            help: { type: "boolean", short: "h" },
        },
    });
    if (values.help === true) return undefined;
    const options: Record<string, unknown> =
        values.profile === undefined ? {} : { ...parseOption("--profile", values.profile, readProfile) };
    for (const [flag, [option, read]] of Object.entries(flags)) {
        const text = (values as Record<string, unknown>)[flag];
        if (typeof text === "string") options[option] = parseOption(`--${flag}`, text, read);
    }
    if (values.environment !== undefined) options.environmentIds = values.environment;
    if (values.quota !== undefined) options.quotas = Object.fromEntries(values.quota.map(readQuota));
    return options;
}

function readQuota(text: string): [QuotaCode, number] {
    const [code = "", limit = ""] = text.split("=", 2);
    if (!Object.hasOwn(defaultQuotas, code)) {
        throw new TypeError(
            `--quota: got '${text}', expected <code>=<number> with one of the codes ${Object.keys(defaultQuotas).join(", ")}.`,
        );
    }
    return [code as keyof Quotas, parseOption(`--quota ${code}`, limit, integer(0, 2_147_483_647))];
}

function parseOption<T>(flag: string, text: string, parse: (text: string) => T): T {
    try {
        return parse(text);
    } catch (error) {
        throw new TypeError(`${flag}: ${error instanceof Error ? error.message : error}`);
    }
}
