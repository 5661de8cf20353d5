import { type Emulator, startEmulator } from "../../../emulator";
import { EmulatorClient } from "../emulatorClient";
import { STOPPED_CLOCK } from "../stoppedClock";

describe("authentication", () => {
    let emulator: Emulator;
    let client: EmulatorClient;

    async function start(options: Parameters<typeof startEmulator>[0] = {}): Promise<void> {
        emulator = await startEmulator({ clock: STOPPED_CLOCK, ...options });
        client = new EmulatorClient(emulator);
    }
    afterEach(() => emulator.close());

    it("returns 401 with WWW-Authenticate for missing, unknown and wrong credentials", async () => {
        await start();
        for (const as of [null, "AKNONE:secret", `${emulator.cloudApiKey}:wrong`, "nocolon"]) {
            const reply = await client.send("GET", "/org/v2/environments", { as });
            expect(reply.status).toBe(401);
            expect(reply.headers.get("www-authenticate")).toContain("Basic error=");
        }
    });

    it("accepts a Flink key on the data plane only, and a Cloud key on the control plane only", async () => {
        await start();
        const ownerId = await client.makeAccount();
        await client.grant(ownerId, "OrganizationAdmin");
        const flinkKey = await client.makeKey(ownerId);
        const cloudKey = await client.makeKey(ownerId, { id: "cloud" });
        const control = async (as: string): Promise<number> =>
            (await client.send("GET", "/iam/v2/service-accounts", { as })).status;
        expect([await client.probe(flinkKey), await control(flinkKey)]).toEqual([200, 401]);
        expect([await client.probe(cloudKey), await control(cloudKey)]).toEqual([401, 200]);
    });

    it.each([
        [undefined, 200],
        ["all", 200],
        ["org-and-flink", 401],
    ] as const)(
        "accepts a Global key for Flink in every environment and for environments; with globalKeyApis %s, other APIs return %i",
        async (globalKeyApis, status) => {
            await start(globalKeyApis === undefined ? {} : { globalKeyApis });
            const ownerId = await client.makeAccount();
            await client.grant(ownerId, "OrganizationAdmin");
            const as = await client.makeKey(ownerId, { id: "global" });
            const get = async (path: string) => (await client.send("GET", path, { as })).status;
            expect([await client.probe(as), await client.probe(as, "env-def456")]).toEqual([200, 200]);
            expect(await get("/org/v2/environments")).toBe(200);
            expect(await get("/iam/v2/api-keys")).toBe(status);
            expect(await get("/cmk/v2/clusters?environment=env-abc123")).toBe(status);
            expect(await get("/api/me")).toBe(401);
        },
    );

    it("accepts a Flink key at the bare URL and at the endpoint of its own region only", async () => {
        await start();
        const ownerId = await client.makeAccount();
        await client.grant(ownerId, "OrganizationAdmin");
        const [flinkKey, globalKey] = [
            await client.makeKey(ownerId),
            await client.makeKey(ownerId, { id: "global" }),
        ];
        const at = async (prefix: string, as: string) =>
            (await client.send("GET", `${prefix}${client.statementsPath()}`, { as })).status;
        const [own, other] = ["/flink/aws.us-east-1", "/flink/aws.us-east-2"];
        expect([await at("", flinkKey), await at(own, flinkKey), await at(other, flinkKey)]).toEqual([
            200, 200, 401,
        ]);
        expect([await at(own, globalKey), await at(other, globalKey)]).toEqual([200, 200]);
        expect(await at("/flink/aws.nowhere", globalKey)).toBe(501);
        expect(emulator.journal.entries().at(-2)).toMatchObject({
            path: client.statementsPath(),
            region: "aws.us-east-2",
        });
    });

    it("does not accept a key until it has propagated", async () => {
        await start({ keyPropagation: { minMs: 3000, maxMs: 3000 } });
        const ownerId = await client.makeAccount();
        await client.grant(ownerId, "OrganizationAdmin");
        const flinkKey = await client.makeKey(ownerId);
        const cloudKey = await client.makeKey(ownerId, { id: "cloud" });
        const control = async (): Promise<number> =>
            (await client.send("GET", "/org/v2/environments", { as: cloudKey })).status;
        emulator.clock.advance(2999);
        expect([await client.probe(flinkKey), await control()]).toEqual([401, 401]);
        expect(emulator.state().apiKeys.at(-1)).toMatchObject({ propagated: false, usable: false });
        emulator.clock.advance(1);
        expect([await client.probe(flinkKey), await control()]).toEqual([200, 200]);
        expect(emulator.state().apiKeys.at(-1)).toMatchObject({ propagated: true, usable: true });
    });

    it("takes random propagation times from the seed, within the range", async () => {
        const usableAfter = async (seed: number): Promise<number[]> => {
            await start({ seed, keyPropagation: { minMs: 1, maxMs: 100 } });
            await client.grant("u-111aaa", "OrganizationAdmin");
            const keys = [await client.makeKey("sa-000aaa"), await client.makeKey("sa-000aaa")];
            const waits = [0, 0];
            for (let ms = 1; ms <= 100; ms += 1) {
                emulator.clock.advance(1);
                const usable = emulator.state().apiKeys.filter(({ seeded }) => !seeded);
                usable.forEach((key, index) => {
                    waits[index] ||= key.usable ? ms : 0;
                });
            }
            expect(keys).toHaveLength(2);
            await emulator.close();
            return waits;
        };
        const waits = await usableAfter(3);
        expect(waits.every((ms) => ms >= 1 && ms <= 100)).toBe(true);
        expect(await usableAfter(3)).toEqual(waits);
        expect(await usableAfter(4)).not.toEqual(waits);
    });

    it("no longer accepts the Flink keys of a deleted environment, which stay listed", async () => {
        await start();
        const ownerId = await client.makeAccount();
        await client.grant(ownerId, "OrganizationAdmin");
        const key = await client.makeKey(ownerId);
        await client.send("DELETE", "/org/v2/environments/env-abc123");
        expect(await client.probe(key)).toBe(401);
        expect((await client.send("GET", `/iam/v2/api-keys/${key.split(":")[0]}`)).status).toBe(200);
    });
});
