import { buildReport } from "../../cli/report/buildReport";
import type { CloudInventory } from "../../cli/report/cloudInventory";
import type { Report } from "../../cli/report/report";
import { parseStackState } from "../../cli/report/stackState";
import type { StackStates } from "../../cli/report/stackStates";
import type { FlinkApiKey } from "../../confluent/apiKeys";
import { flinkScope } from "../../confluent/flinkScope";
import { type StateKeySpec, stackExport } from "./stackExport";

const day = 24 * 60 * 60 * 1000;
const nowMs = Date.parse("2026-08-29T09:30:00Z");

const environmentNames = ["production", "production-eu", "staging", "development", "sandbox", "analytics"];
const regionNames = [
    "aws.us-east-1",
    "aws.us-east-2",
    "aws.eu-central-1",
    "aws.ap-southeast-2",
    "azure.westeurope",
    "azure.eastus2",
    "gcp.us-east1",
    "gcp.europe-west3",
    "aws.us-west-2",
    "aws.eu-west-1",
];
const accountNames = ["orders-analytics", "fraud-scoring", "clickstream", "billing-reports", "data-platform"];

export interface SampleSize {
    readonly environments: number;
    readonly regions: number;
    readonly keysPerScope: number;
    /** Share of the scopes that have keys. */
    readonly density: number;
}

/** The report of a generated organization of this size, always the same one, for screenshots and measurements. */
export function sampleReport(size: SampleSize): Report {
    const random = mulberry32(7);
    const keys: FlinkApiKey[] = [];
    const managed = new Map<string, StateKeySpec[]>();
    const environments = Array.from({ length: size.environments }, (_, i) => ({
        id: `env-${(0xabc123 + i * 7919 * 77773).toString(36)}`,
        displayName: environmentNames[i] ?? `team-${i}`,
        organizationId: "1111aaaa-11aa-11aa-11aa-111111aaaaaa",
    }));
    const accounts = Array.from({ length: Math.max(5, size.environments) }, (_, i) => ({
        id: `sa-${(0x1a2b3c0 + i * 4241 * 77773).toString(36)}`,
        displayName: accountNames[i] ?? `account-${i}`,
    }));
    const regions = Array.from({ length: size.regions }, (_, i) => regionNames[i] ?? `aws.region-${i}`);
    const addKey = (
        owner: string,
        scope: string,
        ageDays: number,
        name: string,
        description: string,
    ): FlinkApiKey => {
        const [environmentId, cloud, region] = scope.split(".") as [string, string, string];
        const id = keyId(keys.length, random);
        const key = {
            id,
            displayName: name,
            description,
            ownerId: owner,
            scope: flinkScope(environmentId, cloud, region),
            createdAt: new Date(nowMs - ageDays * day).toISOString(),
        };
        keys.push(key);
        return key;
    };
    for (const [e, environment] of environments.entries()) {
        for (const region of regions) {
            if (random() > size.density) continue;
            const scope = `${environment.id}.${region}`;
            for (let i = 0; i < size.keysPerScope; i++) {
                const owner = (accounts[(e + i) % accounts.length] as (typeof accounts)[number]).id;
                const tag = keys.length.toString(16).padStart(16, "0");
                const description = `Pulumi confluent-flink/${environment.displayName} [pcf-${tag}]`;
                const resource = `flink-${region}${i > 0 ? `-${i}` : ""}`;
                const dice = random();
                if (dice < 0.07) {
                    addKey(owner, scope, 20 + random() * 200, "made in the console", "");
                    continue;
                }
                const age = random() * 84;
                const key = addKey(
                    owner,
                    scope,
                    age,
                    dice > 0.95 ? "renamed by hand" : resource,
                    description,
                );
                if (dice < 0.1) continue;
                const isLate = dice < 0.15;
                const superseded: { apiKey: string; retireAt: string }[] = [];
                if (age < 7) {
                    const old = addKey(owner, scope, age + 88, resource, description);
                    superseded.push({
                        apiKey: old.id,
                        retireAt: new Date(nowMs + (7 - age) * day).toISOString(),
                    });
                }
                const states = managed.get(environment.displayName) ?? [];
                managed.set(environment.displayName, states);
                states.push({
                    resource,
                    apiKey: key.id,
                    scope,
                    owner,
                    createdAt: key.createdAt,
                    description,
                    status: dice > 0.9 && dice < 0.95 ? "unverified" : "ready",
                    rotatesAt: new Date(
                        isLate ? nowMs - random() * 9 * day : nowMs + (90 - age) * day,
                    ).toISOString(),
                    superseded,
                    restEndpoint: `https://flink.${region}.confluent.cloud`,
                });
            }
        }
    }
    const states = [...managed].map(([name, specs]) => parseStackState(stackExport(name, specs), name));
    const stacks: StackStates = {
        states,
        summaries: states.map(({ name, keys: { length } }) => ({
            name,
            state: "read",
            keys: length,
            hasFile: true,
            interrupted: [],
            organizationId: null,
        })),
        gaps: [],
        backends: [
            { kind: "pulumi", place: "https://api.pulumi.com", user: "operator", project: "confluent-flink" },
        ],
    };
    const organization = "crn://confluent.cloud/organization=1111aaaa-11aa-11aa-11aa-111111aaaaaa";
    const cloud: CloudInventory = {
        caller: {
            identity: "CLOUDKEY01234567",
            ownerId: "sa-operator",
            endpoint: "https://api.confluent.cloud",
            seesEverything: true,
        },
        keys,
        organizationId: "1111aaaa-11aa-11aa-11aa-111111aaaaaa",
        asOfMs: nowMs,
        environments,
        serviceAccounts: accounts,
        users: [],
        // The fifth has OrganizationAdmin; the fourth lacks the role in all environments but one.
        roleBindings: accounts.flatMap(({ id }, i) =>
            i === 4
                ? [
                      {
                          id: "rb-admin",
                          principalId: id,
                          roleName: "OrganizationAdmin",
                          crnPattern: organization,
                      },
                  ]
                : environments.slice(0, i === 3 ? 1 : undefined).map((environment) => ({
                      id: `rb-${i}-${environment.id}`,
                      principalId: id,
                      roleName: "FlinkDeveloper",
                      crnPattern: `${organization}/environment=${environment.id}`,
                  })),
        ),
        quotas: accounts.map(({ id }) => ({
            id: "iam.max_cluster_api_keys.per_service_account",
            accountId: id,
            limit: Math.max(100, Math.ceil(keys.length / 2)),
            usage: keys.filter(({ ownerId }) => ownerId === id).length,
        })),
        regions: [],
        gaps: [],
    };
    return buildReport({ cloud, stacks, nowMs });
}

/** Pseudo-random numbers, the same on every machine. */
function mulberry32(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

/** A unique id in Confluent Cloud's form: 16 upper-case letters and digits. */
function keyId(i: number, random: () => number): string {
    const letters = Array.from({ length: 12 }, () => Math.floor(random() * 36).toString(36)).join("");
    return `${letters}${i.toString(36).padStart(4, "0")}`.toUpperCase();
}
