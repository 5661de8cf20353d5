import { parseArgs } from "node:util";
import { parseDuration, parseDurationRange } from "./duration";
import type { EmulatorOptions } from "./emulatorOptions";
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

/** The options of a command line; undefined for `--help`. Throws a TypeError with one line for an invalid option. */
export function parseCommandLine(args: readonly string[]): EmulatorOptions | undefined {
    const { values } = parseArgs({
        args: [...args],
        allowPositionals: false,
        options: {
            port: { type: "string" },
            host: { type: "string" },
            organization: { type: "string" },
            environment: { type: "string", multiple: true },
            "key-propagation": { type: "string" },
            "role-propagation": { type: "string" },
            "list-lag": { type: "string" },
            revocation: { type: "string" },
            "role-binding-filter": { type: "string" },
            "statement-traits": { type: "string" },
            "key-roles": { type: "string" },
            "global-key-apis": { type: "string" },
            "last-page": { type: "string" },
            profile: { type: "string" },
            quota: { type: "string", multiple: true },
            "requests-per-second": { type: "string" },
            seed: { type: "string" },
            journal: { type: "string" },
            help: { type: "boolean", short: "h" },
        },
    });
    if (values.help === true) return undefined;
    const options: EmulatorOptions =
        values.profile === undefined ? {} : parseOption("--profile", values.profile, readProfile);
    if (values.port !== undefined) options.port = integer("--port", values.port, 0, 65_535);
    if (values.host !== undefined) options.host = values.host;
    if (values.organization !== undefined) options.organizationId = values.organization;
    if (values.environment !== undefined) options.environmentIds = values.environment;
    if (values["key-propagation"] !== undefined) {
        options.keyPropagation = parseOption(
            "--key-propagation",
            values["key-propagation"],
            parseDurationRange,
        );
    }
    if (values["role-propagation"] !== undefined) {
        options.rolePropagation = parseOption(
            "--role-propagation",
            values["role-propagation"],
            parseDurationRange,
        );
    }
    if (values["list-lag"] !== undefined) {
        options.listLagMs = parseOption("--list-lag", values["list-lag"], parseDuration);
    }
    if (values.revocation !== undefined) {
        options.revocationMs = parseOption("--revocation", values.revocation, parseDuration);
    }
    const filter = choice("role-binding-filter", values["role-binding-filter"], ["exact", "prefix"]);
    if (filter !== undefined) options.roleBindingFilter = filter;
    const traits = choice("statement-traits", values["statement-traits"], ["at-once", "when-running"]);
    if (traits !== undefined) options.statementTraits = traits;
    const keyRoles = choice("key-roles", values["key-roles"], ["2026", "2025"]);
    if (keyRoles !== undefined) options.keyRoles = keyRoles;
    const globalKeyApis = choice("global-key-apis", values["global-key-apis"], ["all", "org-and-flink"]);
    if (globalKeyApis !== undefined) options.globalKeyApis = globalKeyApis;
    const lastPage = choice("last-page", values["last-page"], ["absent", "empty"]);
    if (lastPage !== undefined) options.lastPage = lastPage;
    if (values.quota !== undefined) options.quotas = Object.fromEntries(values.quota.map(readQuota));
    if (values["requests-per-second"] !== undefined) {
        const requestsPerSecond = integer(
            "--requests-per-second",
            values["requests-per-second"],
            1,
            1_000_000,
        );
        options.rateLimit = { requestsPerSecond };
    }
    if (values.seed !== undefined) options.seed = integer("--seed", values.seed, 0, 2_147_483_647);
    if (values.journal !== undefined) options.journalFile = values.journal;
    return options;
}

function readQuota(text: string): [QuotaCode, number] {
    const [code = "", limit = ""] = text.split("=", 2);
    if (!Object.hasOwn(defaultQuotas, code)) {
        throw new TypeError(
            `--quota: got '${text}', expected <code>=<number> with one of the codes ${Object.keys(defaultQuotas).join(", ")}.`,
        );
    }
    return [code as keyof Quotas, integer(`--quota ${code}`, limit, 0, 2_147_483_647)];
}

function choice<T extends string>(
    flag: string,
    value: string | undefined,
    expected: readonly T[],
): T | undefined {
    if (value === undefined) return undefined;
    const found = expected.find((one) => one === value);
    if (found !== undefined) return found;
    throw new TypeError(`--${flag}: got '${value}', expected ${expected.join(" or ")}.`);
}

function integer(flag: string, text: string, min: number, max: number): number {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) {
        throw new TypeError(`${flag}: got '${text}', expected an integer from ${min} to ${max}.`);
    }
    return value;
}

function parseOption<T>(flag: string, text: string, parse: (text: string) => T): T {
    try {
        return parse(text);
    } catch (error) {
        throw new TypeError(`${flag}: ${error instanceof Error ? error.message : error}`);
    }
}
