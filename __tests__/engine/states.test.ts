// States that forget a key, remember an old one, share one or pass it on, under a real Pulumi engine: what any run handed
// out lives. One stack, each test a step that goes on from the one before. Not proven here: the same in any order (the
// histories).
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { providerLine } from "../../components/flinkApiKey";
import { type KeyMadeByHand, makeKeyByHand } from "../emulator/keyMadeByHand";
import { showsSecret } from "../provider/sentinel";
import { KeyStack } from "./keyStack";
import { describeWithEngine, keysInPlugin, keyType, writes } from "./pulumiProject";

jest.setTimeout(120_000);

describeWithEngine("a state", () => {
    const keys = KeyStack.forAll();

    it("G69: from a backup before a rotation: the key created since is kept and named", async () => {
        await keys.deploy({ orders: { rotationTrigger: "1", overlap: "7d" } });
        const first = keys.apiKey();
        const backup = join(keys.project.folder, "backup.json");
        await keys.pulumi(["stack", "export", "--file", backup]);
        await keys.deploy({ orders: { rotationTrigger: "2", overlap: "7d" } });
        const second = keys.apiKey();
        expect(keys.live()).toEqual([first, second].sort());
        await keys.pulumi(["stack", "import", "--file", backup]);
        expect(keys.apiKey()).toBe(first);
        const run = await keys.up();
        expect(run).toMatchObject({ code: 0 });
        expect(run.text).toContain(`Flink API key ${second} of`);
        expect(keys.apiKey()).not.toBe(second);
        expect(keys.live()).toEqual([first, second, keys.apiKey()].sort());
        await keys.expectAtRest({ named: [second] });
        await keys.deleteByHand(second);
    });

    it("G69: from a backup whose key is gone: another key is created", async () => {
        await keys.destroy();
        await keys.deploy({ orders: {} });
        const first = keys.apiKey();
        const backup = join(keys.project.folder, "backup.json");
        await keys.pulumi(["stack", "export", "--file", backup]);
        expect(await keys.up("--replace", keys.urn())).toMatchObject({ code: 0 });
        const second = keys.apiKey();
        expect(keys.live()).toEqual([second]);
        await keys.pulumi(["stack", "import", "--file", backup]);
        const run = await keys.up("--refresh");
        expect(run).toMatchObject({ code: 0 });
        expect(run.text).toContain(`Flink API key ${second} of`);
        expect([first, second]).not.toContain(keys.apiKey());
        await keys.expectAtRest({ named: [second] });
        await keys.deleteByHand(second);
    });

    it("G67: without its key, after state delete: the key is kept and named", async () => {
        await keys.pulumi(["state", "delete", keys.urn(), "--yes"]);
        const run = await keys.up();
        expect(run).toMatchObject({ code: 0 });
        expect(run.text).toContain(`Flink API key ${keys.before} of sa-000aaa`);
        expect(keys.apiKey()).not.toBe(keys.before);
        await keys.expectAtRest({ named: [keys.before] });
        await keys.deleteByHand(keys.before);
    });

    it("G76: with the project, stack, name and owner of another one: changes none of the other's keys", async () => {
        const other = await KeyStack.open(keys.emulator);
        try {
            other.declare({ orders: {} });
            const run = await other.up();
            expect(run).toMatchObject({ code: 0 });
            expect(run.text).toContain(`Flink API key ${keys.before} of sa-000aaa`);
            await other.expectAtRest({ named: [keys.before] });
            await other.deploy({ orders: { rotationTrigger: "1", overlap: "0s" } });
            expect(await other.up("--replace", other.urn())).toMatchObject({ code: 0 });
            expect(keys.live()).toEqual([keys.before, other.apiKey()].sort());
            await keys.expectAtRest({ others: [other.apiKey()] });
            expect(await other.destroy()).toMatchObject({ code: 0 });
        } finally {
            await other.close({ keepEmulator: true });
        }
        expect(keys.apiKey()).toBe(keys.before);
        await keys.expectAtRest();
    });

    it("G68: lost and created again: the old keys are kept and named", async () => {
        await keys.deploy({ orders: { rotationTrigger: "1", overlap: "7d" } });
        const held = keys.live();
        expect(held).toHaveLength(2);
        await keys.loseState();
        keys.declare({ orders: {} });
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.posts()).toBe(2);
        await keys.expectAtRest({ named: held });
        await keys.deleteByHand(...held);
    });

    it("G13: of a renamed stack: keeps its key; one PATCH changes its tag", async () => {
        await keys.rename("live");
        await keys.deploy({ orders: {} });
        expect(writes(keys.emulator)).toEqual([`PATCH /iam/v2/api-keys/${keys.before} 200`]);
        expect(keys.apiKey()).toBe(keys.before);
        await keys.expectAtRest();
    });

    it("G70: moved to another stack: keeps its key, and the first stack changes nothing", async () => {
        await keys.project.init("second");
        await keys.project.init("third");
        await keys.moveTo("second", keys.urn());
        await keys.deploy({ orders: {} });
        expect(writes(keys.emulator)).toEqual([`PATCH /iam/v2/api-keys/${keys.before} 200`]);
        await keys.expectAtRest();
        expect(keys.apiKey()).toBe(keys.before);
        expect(await keys.project.run("live", ["destroy", "--yes", "--skip-preview"])).toMatchObject({
            code: 0,
        });
        expect(keys.live()).toEqual([keys.before]);
        await keys.expectAtRest();
    });

    it("G70: moved away from a stack that still declares the resource: that stack creates another key", async () => {
        await keys.moveTo("third", keys.urn());
        await keys.deploy({ orders: {} });
        keys.project.configure("second", keys.config({ orders: {} }));
        expect(await keys.project.run("second", ["up", "--yes", "--skip-preview"])).toMatchObject({
            code: 0,
        });
        const [own] = keys.live().filter((id) => id !== keys.before);
        expect(own).toBeDefined();
        await keys.expectAtRest({ others: [String(own)] });
        expect(await keys.project.run("second", ["destroy", "--yes", "--skip-preview"])).toMatchObject({
            code: 0,
        });
        expect(keys.apiKey()).toBe(keys.before);
        await keys.expectAtRest();
    });

    it.each([
        ["that the file marks as a secret, is never stored in clear", true],
        ["that the file has as a plain text, is stored in clear until the next up", false],
    ])("G71: with a key imported by file: continues with it; the secret, %s", async (_how, isMarked) => {
        const names = { display_name: "payments", description: "made elsewhere" };
        const made = await makeKeyByHand(keys.emulator, names);
        const file = join(keys.project.folder, "import.json");
        writeFileSync(file, JSON.stringify({ resources: [importOf(made, keys.emulator.url, isMarked)] }));
        keys.declare({ orders: {}, payments: {} });
        const imported = await keys.pulumi([
            ...["import", "--file", file, "--generate-code=false", "--protect=false"],
            ...["--yes", "--skip-preview"],
        ]);
        expect(imported).toMatchObject({ code: 0 });
        expect(JSON.stringify(keys.stored("payments")).includes(made.apiSecret)).toBe(!isMarked);
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.stored("payments")?.outputs).toMatchObject({
            apiKey: made.apiKey,
            status: "ready",
        });
        expect(JSON.stringify(keys.stored("payments"))).not.toContain(made.apiSecret);
        expect(keys.live()).toEqual([keys.before, made.apiKey].sort());
        // Pulumi's own backups of the state keep what was in it.
        const isInClear = keys.project.anyFile((content) => showsSecret(content.toString("latin1")));
        expect(isInClear).toBe(!isMarked);
        if (isMarked) await keys.expectAtRest();
        await keys.deploy({ orders: {} });
        expect(keys.live()).toEqual([keys.before]);
    });
});

/** A resource of `pulumi import --file`. */
function importOf({ apiSecret, ...made }: KeyMadeByHand, restEndpoint: string, isMarked: boolean) {
    const shared = {
        owner: "sa-000aaa",
        ...{ environmentId: "env-abc123", cloud: "aws", region: "us-east-2" },
        displayName: "payments",
        description: "made elsewhere",
        ...(!keysInPlugin && { __provider: providerLine }),
    };
    // As `pulumi stack export --show-secrets` writes a secret.
    const marked = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        plaintext: JSON.stringify(apiSecret),
    };
    return {
        type: keyType,
        name: "payments",
        id: "sa-000aaa/env-abc123.aws.us-east-2",
        inputs: shared,
        outputs: {
            ...shared,
            ...made,
            apiSecret: isMarked ? marked : apiSecret,
            scope: "env-abc123.aws.us-east-2",
            restEndpoint,
            superseded: [],
        },
    };
}
