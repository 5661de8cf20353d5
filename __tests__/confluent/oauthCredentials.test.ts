// Tokens of the emulator's identity provider and STS, with a fake clock. Not proven here: that Confluent Cloud accepts the
// tokens of a real identity provider.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { createFlinkApiKey } from "../../confluent/apiKeys";
import type { Clock } from "../../confluent/clock";
import { ConfluentApi } from "../../confluent/confluentApi";
import { getEnvironment } from "../../confluent/environments";
import { flinkScope } from "../../confluent/flinkScope";
import { OauthCredentials } from "../../confluent/oauthCredentials";
import { readOauthSettings } from "../../confluent/oauthSettings";
import { patientPolicy } from "../../confluent/retry";
import { type Emulator, startEmulator } from "../../emulator";

const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";
const minute = 60_000;

let emulator: Emulator;
let folder: string;

beforeEach(async () => {
    // Stands still unless a test moves it.
    emulator = await startEmulator({ clock: { now: () => Date.parse("2026-11-23T00:00:00Z") } });
    folder = mkdtempSync(join(tmpdir(), "confluent-flink-token-"));
});

afterEach(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
});

/** The client's clock is the emulator's. */
const clock: Clock = { now: () => emulator.clock.now(), sleep: async (ms) => emulator.clock.advance(ms) };

function clientFields(): Record<string, string> {
    return {
        oauthIdentityPoolId: "pool-111aaa",
        oauthExternalTokenUrl: `${emulator.url}/_emulator/idp/token`,
        oauthExternalClientId: "pipeline",
        oauthExternalClientSecret: sentinel,
    };
}

function credentialsOf(
    fields: Record<string, string>,
    tokenFile?: string,
    itsClock = clock,
): OauthCredentials {
    const settings = readOauthSettings(fields, tokenFile);
    return new OauthCredentials({ settings, endpoint: emulator.url, clock: itsClock, policy: patientPolicy });
}

function apiOf(credentials: OauthCredentials): ConfluentApi {
    return new ConfluentApi({ endpoint: emulator.url, credentials, clock: clock, policy: patientPolicy });
}

async function externalToken(): Promise<string> {
    const form = { grant_type: "client_credentials", client_id: "ci", client_secret: sentinel };
    const answer = await fetch(`${emulator.url}/_emulator/idp/token`, {
        method: "POST",
        body: new URLSearchParams(form),
    });
    emulator.journal.clear();
    return ((await answer.json()) as { access_token: string }).access_token;
}

function asked(path: string): number {
    return emulator.journal.entries().filter((entry) => entry.path.startsWith(path)).length;
}

const exchanges = (): number => asked("/sts/v1/oauth2/token");
const logins = (): number => asked("/_emulator/idp/token");

describe("OauthCredentials", () => {
    it("calls the control plane as the identity pool, with one token exchange for many requests", async () => {
        const api = apiOf(credentialsOf(clientFields()));
        await Promise.all(Array.from({ length: 10 }, () => getEnvironment(api, "env-abc123")));
        expect([logins(), exchanges()]).toEqual([1, 1]);
        const entries = emulator.journal.entries().filter(({ path }) => path.startsWith("/org/"));
        expect(entries.map(({ principal, status }) => `${principal} ${status}`)).toEqual(
            Array(10).fill("pool-111aaa 200"),
        );
    });

    it("renews Confluent's token a minute before it expires, with the cached external token", async () => {
        const api = apiOf(credentialsOf(clientFields()));
        await getEnvironment(api, "env-abc123");
        emulator.clock.advance(14 * minute - 1);
        await getEnvironment(api, "env-abc123");
        expect([logins(), exchanges()]).toEqual([1, 1]);
        emulator.clock.advance(1);
        await getEnvironment(api, "env-abc123");
        expect([logins(), exchanges()]).toEqual([1, 2]);
        expect(emulator.journal.entries().some(({ status }) => status === 401)).toBe(false);
    });

    it("renews the external token three minutes before it expires", async () => {
        const api = apiOf(credentialsOf(clientFields()));
        await getEnvironment(api, "env-abc123");
        emulator.clock.advance(57 * minute);
        await getEnvironment(api, "env-abc123");
        expect([logins(), exchanges()]).toEqual([2, 2]);
        expect(emulator.journal.entries().some(({ status }) => (status ?? 0) >= 400)).toBe(false);
    });

    it("requests the configured lifetime, and uses a short-lived token for half of its lifetime", async () => {
        const api = apiOf(credentialsOf({ ...clientFields(), oauthStsTokenExpiredInSeconds: "60" }));
        await getEnvironment(api, "env-abc123");
        emulator.clock.advance(29_999);
        await getEnvironment(api, "env-abc123");
        expect(exchanges()).toBe(1);
        emulator.clock.advance(1);
        await getEnvironment(api, "env-abc123");
        expect(exchanges()).toBe(2);
    });

    it("sends a POST once more after 401, with a new token, and creates one key", async () => {
        // A clock that lags behind: the token is believed valid when it has ended.
        const lagging = { ...clock, now: () => 0 };
        const api = apiOf(credentialsOf(clientFields(), undefined, lagging));
        await getEnvironment(api, "env-abc123");
        const account = await api.send({
            method: "POST",
            path: "/iam/v2/service-accounts",
            body: { display_name: "a" },
            purpose: "t",
        });
        emulator.clock.advance(16 * minute);
        const key = {
            ownerId: String((account.json as { id: string }).id),
            scope: flinkScope("env-abc123", "aws", "us-east-2"),
            displayName: "k",
            description: "",
        };
        await createFlinkApiKey(api, key);
        const posts = emulator.journal.entries().filter(({ path }) => path === "/iam/v2/api-keys");
        expect(posts.map(({ status }) => status)).toEqual([401, 202]);
        expect(emulator.state().apiKeys.filter(({ seeded }) => !seeded)).toHaveLength(1);
    });

    it("renews a token that is rejected early, once for all requests in progress", async () => {
        const api = apiOf(credentialsOf(clientFields()));
        await getEnvironment(api, "env-abc123");
        emulator.faults.add({
            method: "GET",
            path: "/org/v2/environments/env-abc123",
            times: 3,
            action: { status: 401 },
        });
        await Promise.all([1, 2, 3].map(() => getEnvironment(api, "env-abc123")));
        expect(exchanges()).toBe(2);
    });

    it("fails if a new token is rejected too, and says what to check", async () => {
        const api = apiOf(credentialsOf(clientFields()));
        emulator.faults.add({
            method: "GET",
            path: "/org/v2/environments/env-abc123",
            times: 9,
            action: { status: 401 },
        });
        await expect(getEnvironment(api, "env-abc123")).rejects.toThrow(
            /401.*Check identity pool pool-111aaa \(confluentcloud:oauth\)/,
        );
        expect(asked("/org/v2/environments")).toBe(2);
    });

    it("names the role that an identity pool without one needs", async () => {
        const api = apiOf(credentialsOf({ ...clientFields(), oauthIdentityPoolId: "pool-222bbb" }));
        await expect(
            api.send({
                method: "POST",
                path: "/iam/v2/service-accounts",
                body: { display_name: "a" },
                purpose: "making an account",
            }),
        ).rejects.toThrow(/403.*Identity pool pool-222bbb needs OrganizationAdmin/);
    });

    it("requests a new external token if the exchange rejects one that has not expired", async () => {
        const api = apiOf(credentialsOf(clientFields()));
        await getEnvironment(api, "env-abc123");
        emulator.clock.advance(14 * minute);
        emulator.faults.add({
            method: "POST",
            path: "/sts/v1/oauth2/token",
            times: 1,
            action: { status: 400 },
        });
        await getEnvironment(api, "env-abc123");
        expect([logins(), exchanges()]).toEqual([2, 3]);
    });

    it("repeats an exchange after a network or server error", async () => {
        const api = apiOf(credentialsOf(clientFields()));
        emulator.faults.add({
            method: "POST",
            path: "/sts/v1/oauth2/token",
            times: 1,
            action: { drop: "after" },
        });
        emulator.faults.add({
            method: "POST",
            path: "/_emulator/idp/token",
            times: 1,
            action: { status: 503 },
        });
        await getEnvironment(api, "env-abc123");
        expect([logins(), exchanges()]).toEqual([2, 2]);
    });

    it("names the time at which a static token expired", async () => {
        const token = await externalToken();
        const endMs = Math.floor(emulator.clock.now() / 1000) * 1000 + 60 * minute;
        const api = apiOf(
            credentialsOf({ oauthIdentityPoolId: "pool-111aaa", oauthExternalAccessToken: token }),
        );
        await getEnvironment(api, "env-abc123");
        emulator.clock.advance(61 * minute);
        const failure = await getEnvironment(api, "env-abc123").catch((error: Error) => error);
        expect(String(failure)).toContain(
            "exchanging the token of confluentcloud:oauth.oauthExternalAccessToken, which expired at ",
        );
        const said = Date.parse(/which expired at (\S+),/.exec(String(failure))?.[1] ?? "");
        expect(Math.abs(said - endMs)).toBeLessThan(2000);
        expect(String(failure)).toContain("Check that the token is valid now");
        expect(String(failure)).not.toContain(token);
    });

    it("reads a token file again when Confluent's token expires", async () => {
        const file = join(folder, "token");
        writeFileSync(file, await externalToken());
        const api = apiOf(credentialsOf({ oauthIdentityPoolId: "pool-111aaa" }, file));
        await getEnvironment(api, "env-abc123");
        emulator.clock.advance(61 * minute);
        writeFileSync(file, `${await externalToken()}\n`);
        await getEnvironment(api, "env-abc123");
        expect(exchanges()).toBe(1);
    });

    it("waits some seconds for a new token in the token file if its token has expired", async () => {
        const file = join(folder, "token");
        writeFileSync(file, await externalToken());
        emulator.clock.advance(61 * minute);
        const next = await externalToken();
        let sleeps = 0;
        const waiting = {
            ...clock,
            sleep: async (ms: number) => {
                emulator.clock.advance(ms);
                if (++sleeps === 4) writeFileSync(file, next);
            },
        };
        await getEnvironment(
            apiOf(credentialsOf({ oauthIdentityPoolId: "pool-111aaa" }, file, waiting)),
            "env-abc123",
        );
        expect(sleeps).toBe(4);
        emulator.clock.advance(61 * minute);
        const late = getEnvironment(
            apiOf(credentialsOf({ oauthIdentityPoolId: "pool-111aaa" }, file, waiting)),
            "env-abc123",
        );
        await expect(late).rejects.toThrow(
            /exchanging the token of CONFLUENT_FLINK_TOKEN_FILE \(.*token\), which expired at/,
        );
        expect(sleeps).toBe(24);
    });

    it.each([
        [
            "is missing",
            undefined,
            /CONFLUENT_FLINK_TOKEN_FILE: got .*token, expected a file that can be read \(ENOENT\)/,
        ],
        ["is empty", "", /expected a file that contains one token and nothing else/],
        [
            "holds something else",
            `{"token": "${sentinel}"}`,
            /expected a file that contains one token and nothing else/,
        ],
    ])("names a token file that %s", async (_what, content, message) => {
        const file = join(folder, "token");
        if (content !== undefined) writeFileSync(file, content);
        const api = apiOf(credentialsOf({ oauthIdentityPoolId: "pool-111aaa" }, file));
        const failure = await getEnvironment(api, "env-abc123").catch((error: Error) => error);
        expect(String(failure)).toMatch(message);
        expect(String(failure)).not.toContain(sentinel);
    });

    it("shows no secret when it is printed, or in a message that a server echoes", async () => {
        const credentials = credentialsOf(clientFields());
        const { Authorization } = await credentials.headers();
        const token = String(Authorization).replace("Bearer ", "");
        expect(credentials.redact(`x ${token} y ${sentinel}`)).toBe("x [secret] y [secret]");
        for (const text of [
            inspect(credentials, { depth: 9, showHidden: true }),
            JSON.stringify(credentials),
            String(credentials),
        ]) {
            expect(text).not.toContain(sentinel);
            expect(text).not.toContain(token);
        }
        emulator.faults.add({
            method: "POST",
            path: "/_emulator/idp/token",
            times: 9,
            action: {
                status: 401,
                body: { error: "invalid_client", error_description: `bad secret ${sentinel}` },
            },
        });
        const failure = await getEnvironment(apiOf(credentialsOf(clientFields())), "env-abc123").catch(
            (error: Error) => error,
        );
        expect(String(failure)).toMatch(
            /as client pipeline: .*401.*bad secret \[secret\].*oauthExternalClientSecret/,
        );
        expect(inspect(failure, { depth: 9 })).not.toContain(sentinel);
    });
});
