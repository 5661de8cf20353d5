// `report` and `strays` as a person calls them, in this process, against the emulator. Each test that deletes has an
// organization of its own.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../cli/exitCodes";
import { runCommand } from "./runCommand";
import { startWorld, testSecret, type World, worldCounts } from "./world";

let world: World;
beforeEach(async () => {
    world = await startWorld();
});
afterEach(() => world.close());

const run = (...args: string[]) => runCommand(world.env, ...args);
const report = (...args: string[]) => run("report", "--state", world.states, ...args);

describe("confluent-flink report", () => {
    it("prints the table, and ends with 0 where nothing was asked of it", async () => {
        const { exitCode, out, err } = await report();
        expect({ exitCode, err }).toEqual({ exitCode: exitCodes.ok, err: "" });
        expect(out).toContain("10 live keys in 5 scopes");
        expect(out).not.toContain("\u001b");
    });

    it("prints one form alone to standard output", async () => {
        expect(JSON.parse((await report("--json")).out).summary).toEqual(worldCounts);
        expect((await report("--markdown")).out).toMatch(/^## Flink API keys\n/);
        expect((await report("--prometheus")).out).toMatch(/^# HELP confluent_flink_key_age_seconds /);
        expect(JSON.parse((await run("report", "--json-schema")).out).title).toBe("confluent-flink report");
        expect((await report("--json", "--markdown")).exitCode).toBe(exitCodes.usage);
    });

    it("ends with 3 where a condition holds, and names condition, count and keys", async () => {
        const { exitCode, err, out } = await report("--fail-on", "stray,orgadmin", "--json");
        expect(exitCode).toBe(exitCodes.found);
        expect(err).toMatch(/^--fail-on: 2 stray \([A-Z0-9]{16}, [A-Z0-9]{16}\); 7 orgadmin \(/);
        expect(JSON.parse(out).summary.stray).toBe(2);
    });

    it("ends with 0 where no condition holds, and judges age by what was given", async () => {
        expect((await report("--fail-on", "older-than=121d")).exitCode).toBe(exitCodes.ok);
        const { exitCode, err } = await report("--fail-on", "older-than=110d");
        expect(exitCode).toBe(exitCodes.found);
        expect(err).toContain("1 older than 110 days");
    });

    it("ends with 4 where nothing was found in what could be read, and something could not be", async () => {
        writeFileSync(join(world.states, "broken.json"), "{");
        const { exitCode, err } = await report("--fail-on", "unready,stray");
        expect(exitCode).toBe(exitCodes.found);
        expect(err).toContain("unready: broken: not JSON");
        const own = await report("--fail-on", "older-than=121d");
        expect(own.exitCode).toBe(exitCodes.ok);
        for (const name of ["prod.json", "dev.json"]) {
            writeFileSync(join(world.states, name), JSON.stringify({ deployment: {} }));
        }
        expect((await report("--fail-on", "unready")).exitCode).toBe(exitCodes.unverified);
    });

    it("ends with 2 for a condition that does not exist, before anything is asked", async () => {
        const { exitCode, err } = await report("--fail-on", "strays");
        expect(exitCode).toBe(exitCodes.usage);
        expect(err).toContain('got "strays", expected some of');
        expect(asked()).toEqual([]);
    });

    it("reads what it needs by GET alone, a list at a time", async () => {
        await report();
        const paths = asked();
        expect(paths.every((path) => path.startsWith("GET "))).toBe(true);
        expect(new Set(paths)).toEqual(
            new Set([
                "GET /iam/v2/api-keys",
                "GET /iam/v2/service-accounts",
                "GET /iam/v2/users",
                "GET /iam/v2/role-bindings",
                "GET /service-quota/v1/applied-quotas",
                "GET /fcpm/v2/regions",
                "GET /org/v2/environments",
            ]),
        );
    });

    it("asks the region's endpoint with every managed key under --probe: ready, refused, and no other", async () => {
        const { out } = await report("--probe", "--json");
        const { keys, gaps } = JSON.parse(out) as {
            keys: { id: string; readiness: string; probed: boolean }[];
            gaps: { subject: string; reason: string }[];
        };
        const of = (id: string) => keys.find((key) => key.id === id);
        expect(of(world.ids.fresh)).toMatchObject({ readiness: "ready", probed: true });
        // What the last deployment left unverified works by now.
        expect(of(world.ids.unverified)).toMatchObject({ readiness: "ready", probed: true });
        expect(of(world.ids.overdue)).toMatchObject({ readiness: "refused", probed: true });
        expect(of(world.ids.renamed)).toMatchObject({ readiness: "ready", probed: false });
        expect(gaps.map(({ subject }) => subject)).toEqual(["probe", "probe"]);
        expect(gaps[0]?.reason).toContain("their secrets are encrypted in this export");
        expect(out).not.toContain(testSecret);
    });

    it("goes on without what the credentials may not see, and says so", async () => {
        world.emulator.faults.add({ path: "/iam/v2/users", action: { status: 403 } });
        const { exitCode, out } = await report();
        expect(exitCode).toBe(exitCodes.ok);
        expect(out).toMatch(/Not read: users: /);
        expect(out).toContain("u-111aaa");
    });

    it("fails in one line without credentials, and names both ways to give them", async () => {
        const env = { ...world.env };
        delete env.CONFLUENT_CLOUD_API_KEY;
        delete env.CONFLUENT_CLOUD_API_SECRET;
        const { exitCode, err } = await runCommand(env, "report", "--state", world.states);
        expect(exitCode).toBe(exitCodes.failed);
        expect(err.trim().split("\n")).toHaveLength(1);
        expect(err).toMatch(/CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET.*--config-from STACK/);
    });

    const isBuilt = existsSync(join(__dirname, "../../dist/cli/report/page/page.js"));
    (isBuilt ? it : it.skip)("writes the page beside what is printed", async () => {
        const file = join(world.states, "keys.html");
        const { out, err } = await report("--html", file, "--markdown");
        expect(readFileSync(file, "utf8")).toMatch(/^<!doctype html>/);
        expect(out).toMatch(/^## Flink API keys/);
        expect(err).toBe(`Wrote ${file}.\n`);
    });
});

describe("confluent-flink strays", () => {
    const strays = (...args: string[]) => run("strays", "--state", world.states, ...args);
    const live = () => world.emulator.state().apiKeys.map(({ id }) => id);

    it("lists the strays with owner, scope and age, and deletes nothing", async () => {
        const before = live();
        const { exitCode, out } = await strays();
        expect(exitCode).toBe(exitCodes.ok);
        const lines = out.trim().split("\n");
        expect(lines).toHaveLength(2);
        expect(lines.find((line) => line.startsWith(world.ids.strayOfProd))).toMatch(
            /analytics \(sa-\w+\) {2}env-abc123\.aws\.us-east-2 {2}24 h old {2}\(carries the tag of confluent-flink\/prod flink-aws\.us-east-2\)/,
        );
        expect(out).toContain("its tag is in no state that was read: a stack elsewhere may hold it");
        expect(live()).toEqual(before);
    });

    it("deletes the named one after showing it, and no other", async () => {
        const before = live();
        const { exitCode, out, err } = await strays("--delete", world.ids.strayOfProd);
        expect(exitCode).toBe(exitCodes.ok);
        expect(err).toMatch(new RegExp(`^Deleting ${world.ids.strayOfProd}  analytics \\(sa-\\w+\\)`));
        expect(out).toBe(`Deleted ${world.ids.strayOfProd}\n`);
        expect(live()).toEqual(before.filter((id) => id !== world.ids.strayOfProd));
    });

    it.each([
        ["fresh", "it is managed: confluent-flink/prod flink-aws.us-east-2 holds it"],
        ["ending", "it is superseded: confluent-flink/prod flink-aws.us-east-2 holds it"],
        ["console", "it was made elsewhere and carries no tag"],
        ["gone", "it is managed"],
    ] as const)("deletes nothing at all where one of the named is no stray: %s", async (name, why) => {
        const before = live();
        const { exitCode, err } = await strays("--delete", world.ids.strayOfProd, world.ids[name]);
        expect(exitCode).toBe(exitCodes.failed);
        expect(err).toContain("Nothing was deleted.");
        expect(err).toContain(why);
        expect(live()).toEqual(before);
    });

    it("deletes nothing where a key is not there, or a state could not be read", async () => {
        const before = live();
        expect((await strays("--delete", "NOSUCHKEY0000000")).err).toContain(
            "NOSUCHKEY0000000: no Flink key of that id is listed by Confluent Cloud.",
        );
        writeFileSync(join(world.states, "broken.json"), "{");
        const { exitCode, err } = await strays("--delete", world.ids.strayOfProd);
        expect(exitCode).toBe(exitCodes.failed);
        expect(err).toContain("a state that could not be read may hold these keys (broken)");
        expect(live()).toEqual(before);
    });
});

/** What the command asked of Confluent Cloud. */
function asked(): string[] {
    return world.emulator.journal.entries().map(({ method, path }) => `${method} ${path}`);
}
