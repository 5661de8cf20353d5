import { parseArgs } from "node:util";
import { parseDuration, parseDurationRange } from "./duration";
import type { EmulatorOptions } from "./emulator";
import { readProfile } from "./profile";
import { DEFAULT_QUOTAS, type QuotaCode, type Quotas } from "./quotas";

export const HELP = `Confluent Cloud on loopback.

  npx confluent-cloud-emulator [options]

  --port <number>             port to listen on (default: a free one)
  --host <address>            127.0.0.0/8, ::1 or localhost (default: 127.0.0.1)
  --organization <uuid>       id of the organization
  --environment <env-id>      an environment to start with; repeatable (default: env-abc123, env-def456)
  --key-propagation <time>    until a new API key works: 3s, or 2s-8s for a random time (default: 0)
  --role-propagation <time>   until a new role binding counts (default: 0)
  --list-lag <time>           how far lists of API keys are behind: 5s (default: 0)
  --revocation <time>         how long a deleted key still works at Flink endpoints (default: 0)
  --role-binding-filter <how> crn_pattern of a list without /*: "exact" matches it alone, "prefix" what is
                              below it as well (default: exact)
  --profile <file>            be like a service that was seen: what confluent-flink conformance
                              --write-profile wrote; other options go before it
  --statement-traits <when>   a statement has traits "at-once" or "when-running" (default: at-once)
  --quota <code>=<n>          a limit, such as iam.max_cluster_api_keys.per_service_account=2; repeatable
  --requests-per-second <n>   answer 429 beyond it (default: no limit)
  --seed <number>             ids, secrets and random times follow from it (default: 1)
  --journal <file>            append every request, without credentials, as a JSON line
  --help                      this text

The first line on standard output is JSON: url, organizationId, environmentIds, cloudApiKey, cloudApiSecret.
Journal, state, fault rules, clock and lags: <url>/_emulator/journal, /state, /faults, /clock, /lags.
`;

/** The options of a command line, or undefined when it asks for help. Throws an Error with one line on a bad flag. */
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
            profile: { type: "string" },
            quota: { type: "string", multiple: true },
            "requests-per-second": { type: "string" },
            seed: { type: "string" },
            journal: { type: "string" },
            help: { type: "boolean", short: "h" },
        },
    });
    if (values.help === true) {
        return undefined;
    }
    const options: EmulatorOptions =
        values.profile === undefined ? {} : named("--profile", values.profile, readProfile);
    if (values.port !== undefined) {
        options.port = integer("--port", values.port, 0, 65_535);
    }
    if (values.host !== undefined) {
        options.host = values.host;
    }
    if (values.organization !== undefined) {
        options.organizationId = values.organization;
    }
    if (values.environment !== undefined) {
        options.environmentIds = values.environment;
    }
    if (values["key-propagation"] !== undefined) {
        options.keyPropagation = named("--key-propagation", values["key-propagation"], parseDurationRange);
    }
    if (values["role-propagation"] !== undefined) {
        options.rolePropagation = named("--role-propagation", values["role-propagation"], parseDurationRange);
    }
    if (values["list-lag"] !== undefined) {
        options.listLagMs = named("--list-lag", values["list-lag"], parseDuration);
    }
    if (values.revocation !== undefined) {
        options.revocationMs = named("--revocation", values.revocation, parseDuration);
    }
    const filter = values["role-binding-filter"];
    if (filter !== undefined) {
        if (filter !== "exact" && filter !== "prefix") {
            throw new TypeError(`--role-binding-filter must be exact or prefix, got '${filter}'.`);
        }
        options.roleBindingFilter = filter;
    }
    const traits = values["statement-traits"];
    if (traits !== undefined) {
        if (traits !== "at-once" && traits !== "when-running") {
            throw new TypeError(`--statement-traits must be at-once or when-running, got '${traits}'.`);
        }
        options.statementTraits = traits;
    }
    if (values.quota !== undefined) {
        options.quotas = Object.fromEntries(values.quota.map(readQuota));
    }
    if (values["requests-per-second"] !== undefined) {
        const requestsPerSecond = integer(
            "--requests-per-second",
            values["requests-per-second"],
            1,
            1_000_000,
        );
        options.rateLimit = { requestsPerSecond };
    }
    if (values.seed !== undefined) {
        options.seed = integer("--seed", values.seed, 0, 2_147_483_647);
    }
    if (values.journal !== undefined) {
        options.journalFile = values.journal;
    }
    return options;
}

function readQuota(text: string): [QuotaCode, number] {
    const [code = "", limit = ""] = text.split("=", 2);
    if (!Object.hasOwn(DEFAULT_QUOTAS, code)) {
        throw new TypeError(
            `--quota must be <code>=<number>, with a code of ${Object.keys(DEFAULT_QUOTAS).join(", ")}; got '${text}'.`,
        );
    }
    return [code as keyof Quotas, integer(`--quota ${code}`, limit, 0, 2_147_483_647)];
}

function integer(flag: string, text: string, min: number, max: number): number {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) {
        throw new TypeError(`${flag} must be an integer from ${min} to ${max}, got '${text}'.`);
    }
    return value;
}

function named<T>(flag: string, text: string, parse: (text: string) => T): T {
    try {
        return parse(text);
    } catch (error) {
        throw new TypeError(`${flag}: ${error instanceof Error ? error.message : error}`);
    }
}
