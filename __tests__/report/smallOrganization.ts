import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { type StateKeySpec, stackExport } from "./stackExport";

/** The secret of every key. No output may contain it. */
export const testSecret = "SECRET-of-the-tests-0123456789";
/** The name of an account of somebody else. */
export const hostileName = "<img src=x onerror=\"document.title='broken into'\">|`*_@all_*`";

const day = 24 * 60 * 60 * 1000;

/** An organization with one key for every kind of problem, 120 days old. */
export interface SmallOrganization {
    readonly emulator: Emulator;
    /** Ids of the keys, by what is special about them. */
    readonly ids: Readonly<Record<KeyName, string>>;
    /** Folder with the exported states of two stacks. */
    readonly states: string;
    /** Credentials and endpoint for the command. */
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

/** `gone` is only in a state. */
export type KeyName =
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

/** The counts in the report of this organization. */
export const expectedCounts = {
    live: 10,
    managed: 5,
    superseded: 2,
    stray: 1,
    // `strayOfNobody` belongs to another project.
    elsewhere: 1,
    unmanaged: 1,
    unknown: 0,
    missing: 1,
    unseen: 0,
    // `overdue`, and `ended`, whose overlap has ended.
    overdue: 2,
    // `renamed` in the console, and `gone`.
    drift: 2,
    unready: 1,
    roleless: 0,
    supersededInUse: 0,
    // Both keys of `dev`.
    unrotated: 2,
    // All keys except the two of other owners.
    orgadmin: 7,
    // The console key (120 d) and both superseded keys (100 d).
    overage: 3,
    scopes: 5,
} as const;

export async function startOrganization(): Promise<SmallOrganization> {
    const beganMs = Date.parse("2026-05-01T00:00:00Z");
    const emulator = await startEmulator({
        clock: { now: () => beganMs },
        makeSecret: () => testSecret,
        seed: 8,
    });
    const authorization = `Basic ${Buffer.from(`${emulator.cloudApiKey}:${emulator.cloudApiSecret}`).toString("base64")}`;
    const callAs = async (
        credentials: string,
        ...[method, path, body]: Parameters<SmallOrganization["call"]>
    ) => {
        const answer = await fetch(emulator.url + path, {
            method,
            headers: { authorization: credentials, "content-type": "application/json" },
            ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
        return answer.status === 204 ? {} : ((await answer.json()) as Record<string, unknown>);
    };
    const call: SmallOrganization["call"] = (...request) => callAs(authorization, ...request);
    const createKeyAs = async (
        credentials: string,
        ...[owner, scope, displayName, description]: Parameters<SmallOrganization["createKey"]>
    ) => {
        const [environment, cloud, region] = scope.split(".");
        const { id, metadata, spec } = (await callAs(credentials, "POST", "/iam/v2/api-keys", {
            spec: {
                display_name: displayName,
                description,
                owner: { id: owner },
                resource: { id: `${cloud}.${region}`, environment },
            },
        })) as { id: string; metadata: { created_at: string }; spec: { secret: string } };
        return { id, secret: spec.secret, createdAt: metadata.created_at };
    };
    const createKey: SmallOrganization["createKey"] = (...key) => createKeyAs(authorization, ...key);
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
    const organizationCrn = `crn://confluent.cloud/organization=${emulator.organizationId}`;
    const analytics = await createAccount("analytics");
    const hostile = await createAccount(hostileName);
    const adminBinding = await bind(analytics, "OrganizationAdmin", organizationCrn);
    await bind(hostile, "FlinkDeveloper", `${organizationCrn}/environment=env-def456`);

    const east = "env-abc123.aws.us-east-2";
    const gcp = "env-abc123.gcp.us-east1";
    const central = "env-abc123.aws.eu-central-1";
    const devEast = "env-def456.aws.us-east-2";
    const devAzure = "env-def456.azure.westeurope";
    const tags = { east: "1".repeat(16), gcp: "2".repeat(16), central: "3".repeat(16), dev: "4".repeat(16) };

    // Only the user can create a key of their own.
    const { token } = await call("POST", "/api/sessions", {
        email: "marty.mcfly@example.com",
        password: "x",
    });
    const console = await createKeyAs(`Bearer ${token}`, "u-111aaa", east, "from the console", "");
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
            status: "unverified",
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

    // From here on, the journal contains only the requests of commands.
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
