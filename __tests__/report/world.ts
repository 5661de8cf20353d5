import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";

/** Looked for in everything that a report prints: none of it may be there. */
export const testSecret = "SECRET-of-the-tests-0123456789";
/** What somebody else may call their account. */
export const hostileName = "<img src=x onerror=\"document.title='broken into'\">|`*_@all_*`";

const day = 24 * 60 * 60 * 1000;
const keyType = "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey";
const accessType = "confluent-flink:index:FlinkAccess";
const secretMark = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A stack's state as `pulumi stack export` gives it, as far as the report reads it. */
export interface StateKeySpec {
    readonly resource: string;
    readonly apiKey: string;
    readonly scope: string;
    readonly owner: string;
    readonly createdAt: string;
    readonly displayName?: string;
    readonly description: string;
    readonly readiness?: string;
    readonly rotatesAt?: string;
    readonly superseded?: readonly { apiKey: string; retireAt: string }[];
    readonly restEndpoint?: string;
    /** In clear, as after an export with --show-secrets; default: encrypted. */
    readonly apiSecret?: string;
    readonly delete?: boolean;
}

export function stackExport(
    stack: string,
    keys: readonly StateKeySpec[],
    roleBindings: readonly { id: string; principal: string; roleName: string }[] = [],
    /** When the state was written: keys that were made later may be in a newer one. */
    time = "2026-08-29T00:00:00Z",
): object {
    const urn = (type: string, name: string): string =>
        `urn:pulumi:${stack}::confluent-flink::${type}::${name}`;
    const access = `${accessType}$`;
    return {
        version: 3,
        deployment: {
            manifest: { time, magic: "", version: "v3.248.0" },
            secrets_providers: { type: "passphrase", state: { salt: "v1:…" } },
            resources: [
                {
                    urn: urn("pulumi:pulumi:Stack", `confluent-flink-${stack}`),
                    type: "pulumi:pulumi:Stack",
                },
                {
                    urn: urn(accessType, "flink"),
                    type: accessType,
                    outputs: {
                        keys: Object.fromEntries(
                            keys.map(({ apiKey, apiSecret, resource, rotatesAt }) => [
                                resource,
                                { apiKey, apiSecret: secret(apiSecret), ...(rotatesAt && { rotatesAt }) },
                            ]),
                        ),
                    },
                },
                ...roleBindings.map(({ id, principal, roleName }) => ({
                    urn: urn(`${access}confluentcloud:index/roleBinding:RoleBinding`, `flink-${roleName}`),
                    type: "confluentcloud:index/roleBinding:RoleBinding",
                    id,
                    outputs: { principal, roleName },
                })),
                ...keys.map((key) => ({
                    urn: urn(`${access}${keyType}`, key.resource),
                    type: keyType,
                    id: key.apiKey,
                    ...(key.delete && { delete: true }),
                    outputs: {
                        apiKey: key.apiKey,
                        apiSecret: secret(key.apiSecret),
                        createdAt: key.createdAt,
                        scope: key.scope,
                        restEndpoint: key.restEndpoint ?? "",
                        readiness: key.readiness ?? "ready",
                        superseded: key.superseded ?? [],
                        owner: key.owner,
                        displayName: key.displayName ?? key.resource,
                        description: key.description,
                    },
                })),
            ],
        },
    };
}

function secret(plain: string | undefined): object {
    return {
        [secretMark]: secretSignature,
        ...(plain === undefined ? { ciphertext: "v1:abc=" } : { plaintext: JSON.stringify(plain) }),
    };
}

/** A small organization with one key of every kind of trouble, 120 days after it began. */
export interface World {
    readonly emulator: Emulator;
    /** Ids by what is special about them. */
    readonly ids: Readonly<Record<WorldKey, string>>;
    /** Folder with the exported states of two stacks. */
    readonly states: string;
    /** For the command: credentials and endpoint. */
    readonly env: NodeJS.ProcessEnv;
    createKey(owner: string, scope: string, displayName: string, description: string): Promise<NewKey>;
    call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
    close(): Promise<void>;
}

export interface NewKey {
    readonly id: string;
    readonly secret: string;
    readonly createdAt: string;
}

/** `gone` is in a state only. */
export type WorldKey =
    | "fresh"
    | "overdue"
    | "ending"
    | "ended"
    | "unverified"
    | "renamed"
    | "strayOfProd"
    | "strayOfNobody"
    | "console"
    | "hostile"
    | "gone";

/** What the report must say of this world, in counts. */
export const worldCounts = {
    live: 10,
    managed: 5,
    superseded: 2,
    stray: 1,
    // `strayOfNobody`: of another project.
    elsewhere: 1,
    unmanaged: 1,
    unknown: 0,
    missing: 1,
    unseen: 0,
    // Its rotation, and the key whose overlap has ended.
    overdue: 2,
    // Renamed in the console, and gone.
    drift: 2,
    unready: 1,
    roleless: 0,
    supersededInUse: 0,
    // Both keys of `dev`.
    unrotated: 2,
    // All of the account `analytics` but the two of other owners.
    orgadmin: 7,
    // Console key (120 d), both superseded keys (100 d).
    overage: 3,
    scopes: 5,
} as const;

export async function startWorld(): Promise<World> {
    const beganMs = Date.parse("2026-05-01T00:00:00Z");
    const emulator = await startEmulator({
        clock: { now: () => beganMs },
        makeSecret: () => testSecret,
        seed: 8,
    });
    const authorization = `Basic ${Buffer.from(`${emulator.cloudApiKey}:${emulator.cloudApiSecret}`).toString("base64")}`;
    const call: World["call"] = async (method, path, body) => {
        const answer = await fetch(emulator.url + path, {
            method,
            headers: { authorization, "content-type": "application/json" },
            ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
        return answer.status === 204 ? {} : ((await answer.json()) as Record<string, unknown>);
    };
    const createKey: World["createKey"] = async (owner, scope, displayName, description) => {
        const [environment, cloud, region] = scope.split(".");
        const { id, metadata, spec } = (await call("POST", "/iam/v2/api-keys", {
            spec: {
                display_name: displayName,
                description,
                owner: { id: owner },
                resource: { id: `${cloud}.${region}`, environment },
            },
        })) as { id: string; metadata: { created_at: string }; spec: { secret: string } };
        return { id, secret: spec.secret, createdAt: metadata.created_at };
    };
    const createAccount = async (displayName: string): Promise<string> =>
        (await call("POST", "/iam/v2/service-accounts", { display_name: displayName })).id as string;
    const bind = async (owner: string, roleName: string, crn: string): Promise<string> =>
        (
            await call("POST", "/iam/v2/role-bindings", {
                principal: `User:${owner}`,
                role_name: roleName,
                crn_pattern: crn,
            })
        ).id as string;
    const atDay = (days: number): string => new Date(beganMs + days * day).toISOString();
    const passUntil = (days: number): void =>
        emulator.clock.advance(beganMs + days * day - emulator.clock.now());
    const tagged = (stack: string, tag: string): string => `Pulumi confluent-flink/${stack} [pcf-${tag}]`;

    await call("PATCH", "/org/v2/environments/env-abc123", { display_name: "production" });
    const organization = `crn://confluent.cloud/organization=${emulator.organizationId}`;
    const analytics = await createAccount("analytics");
    const hostile = await createAccount(hostileName);
    const adminBinding = await bind(analytics, "OrganizationAdmin", organization);
    await bind(hostile, "FlinkDeveloper", `${organization}/environment=env-def456`);

    const east = "env-abc123.aws.us-east-2";
    const gcp = "env-abc123.gcp.us-east1";
    const central = "env-abc123.aws.eu-central-1";
    const devEast = "env-def456.aws.us-east-2";
    const devAzure = "env-def456.azure.westeurope";
    const tags = { east: "1".repeat(16), gcp: "2".repeat(16), central: "3".repeat(16), dev: "4".repeat(16) };

    const console = await createKey("u-111aaa", east, "from the console", "");
    passUntil(20);
    const ending = await createKey(analytics, east, "flink-aws.us-east-2", tagged("prod", tags.east));
    const ended = await createKey(analytics, gcp, "flink-gcp.us-east1", tagged("prod", tags.gcp));
    passUntil(35);
    const overdue = await createKey(
        analytics,
        central,
        "flink-aws.eu-central-1",
        tagged("prod", tags.central),
    );
    passUntil(60);
    const renamed = await createKey(analytics, devEast, "renamed in the console", tagged("dev", tags.dev));
    const strayOfNobody = await createKey(
        hostile,
        devEast,
        "nobody's",
        `Pulumi another-project/prod [pcf-${"f".repeat(16)}]`,
    );
    passUntil(100);
    const unverified = await createKey(analytics, gcp, "flink-gcp.us-east1", tagged("prod", tags.gcp));
    const hostileKey = await createKey(
        hostile,
        devAzure,
        hostileName,
        `${hostileName} [pcf-${"5".repeat(16)}]`,
    );
    passUntil(115);
    const fresh = await createKey(analytics, east, "flink-aws.us-east-2", tagged("prod", tags.east));
    passUntil(119);
    const strayOfProd = await createKey(analytics, east, "flink-aws.us-east-2", tagged("prod", tags.east));
    passUntil(120);
    const gone = "GONE0GONE0GONE00";

    const prod: StateKeySpec[] = [
        {
            resource: "flink-aws.us-east-2",
            apiKey: fresh.id,
            scope: east,
            owner: analytics,
            createdAt: fresh.createdAt,
            description: tagged("prod", tags.east),
            rotatesAt: atDay(205),
            superseded: [{ apiKey: ending.id, retireAt: atDay(122) }],
            restEndpoint: emulator.url,
            apiSecret: fresh.secret,
        },
        {
            resource: "flink-gcp.us-east1",
            apiKey: unverified.id,
            scope: gcp,
            owner: analytics,
            createdAt: unverified.createdAt,
            description: tagged("prod", tags.gcp),
            readiness: "unverified",
            rotatesAt: atDay(190),
            superseded: [{ apiKey: ended.id, retireAt: atDay(107) }],
            restEndpoint: emulator.url,
            apiSecret: unverified.secret,
        },
        {
            resource: "flink-aws.eu-central-1",
            apiKey: overdue.id,
            scope: central,
            owner: analytics,
            createdAt: overdue.createdAt,
            description: tagged("prod", tags.central),
            rotatesAt: atDay(117),
            restEndpoint: emulator.url,
            apiSecret: "not the secret of this key",
        },
        {
            resource: "flink-azure.eastus",
            apiKey: gone,
            scope: "env-abc123.azure.eastus",
            owner: analytics,
            createdAt: atDay(90),
            description: tagged("prod", "6".repeat(16)),
            rotatesAt: atDay(180),
        },
    ];
    const dev: StateKeySpec[] = [
        {
            resource: "flink-aws.us-east-2",
            apiKey: renamed.id,
            scope: devEast,
            owner: analytics,
            createdAt: renamed.createdAt,
            description: tagged("dev", tags.dev),
        },
        {
            resource: "hostile-azure.westeurope",
            apiKey: hostileKey.id,
            scope: devAzure,
            owner: hostile,
            createdAt: hostileKey.createdAt,
            displayName: hostileName,
            description: `${hostileName} [pcf-${"5".repeat(16)}]`,
        },
    ];
    const states = mkdtempSync(join(tmpdir(), "confluent-flink-report-"));
    const binding = { id: adminBinding, principal: `User:${analytics}`, roleName: "OrganizationAdmin" };
    writeFileSync(join(states, "prod.json"), JSON.stringify(stackExport("prod", prod, [binding])));
    writeFileSync(join(states, "dev.json"), JSON.stringify(stackExport("dev", dev)));

    // From here on it tells what a command asked.
    emulator.journal.clear();
    return {
        emulator,
        ids: {
            fresh: fresh.id,
            overdue: overdue.id,
            ending: ending.id,
            ended: ended.id,
            unverified: unverified.id,
            renamed: renamed.id,
            strayOfProd: strayOfProd.id,
            strayOfNobody: strayOfNobody.id,
            console: console.id,
            hostile: hostileKey.id,
            gone,
        },
        states,
        env: {
            ...process.env,
            CONFLUENT_CLOUD_API_KEY: emulator.cloudApiKey,
            CONFLUENT_CLOUD_API_SECRET: emulator.cloudApiSecret,
            CONFLUENT_CLOUD_ENDPOINT: emulator.url,
        },
        createKey,
        call,
        close: async () => {
            rmSync(states, { recursive: true, force: true });
            await emulator.close();
        },
    };
}
