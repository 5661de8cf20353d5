// `find` against the emulator and exported states.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes } from "../../../cli/exitCodes";
import { runFind } from "../../../cli/find/runFind";
import { runCommand } from "../../report/runCommand";
import { type SmallOrganization, startOrganization, testSecret } from "../../report/smallOrganization";
import { captureOutput } from "../capturedOutput";

let organization: SmallOrganization;
beforeAll(async () => {
    organization = await startOrganization();
});
afterAll(() => organization.close());

const find = (...args: string[]) =>
    runCommand(organization.env, "find", ...args, "--state", organization.states);

describe("pulumi-confluent-flink find", () => {
    it("shows stack, owner, scope, dates and how to rotate the key now", async () => {
        const { exitCode, out } = await find(organization.ids.fresh);
        expect(exitCode).toBe(exitCodes.ok);
        for (const line of [
            /^status {7}managed$/m,
            /^stack {8}confluent-flink\/prod flink-aws\.us-east-2$/m,
            /^owner {8}analytics \(sa-\w+\), roles there: OrganizationAdmin$/m,
            /^scope {8}env-abc123\.aws\.us-east-2, http:/m,
            /^due {10}rotates in 85 d$/m,
            /^rotate now {3}npx pulumi-confluent-flink rotate --stack prod --region aws\.us-east-2$/m,
        ]) {
            expect(out).toMatch(line);
        }
        expect(out).not.toContain(testSecret);
    });

    it("finds superseded and missing keys too, with what to do", async () => {
        expect((await find(organization.ids.ending)).out).toMatch(/^due {10}ends in 2 d$/m);
        const gone = (await find(organization.ids.gone)).out;
        expect(gone).toMatch(/^status {7}missing, not listed by Confluent Cloud$/m);
        expect(gone).toMatch(/^to do {8}pulumi up --refresh --stack prod$/m);
    });

    it("prints the report's row as JSON", async () => {
        expect(JSON.parse((await find(organization.ids.fresh, "--json")).out)).toMatchObject({
            id: organization.ids.fresh,
        });
    });

    it("shows what the state has without the passphrase, and claims nothing about what it did not search", async () => {
        const root = mkdtempSync(join(tmpdir(), "confluent-flink-find-"));
        writeFileSync(join(root, "Pulumi.yaml"), "name: confluent-flink\nruntime: nodejs\n");
        for (const stack of ["prod", "dev"])
            writeFileSync(join(root, `Pulumi.${stack}.yaml`), "config: {}\n");
        const output = captureOutput();
        try {
            const failure = await runFind(
                organization.ids.fresh,
                { cwd: root },
                {
                    env: organization.env,
                    run: async (args) => {
                        if (args[1] !== "export") return { exitCode: 0, stdout: "[]", stderr: "" };
                        if (args.includes("--show-secrets"))
                            return { exitCode: 255, stdout: "", stderr: "error: incorrect passphrase" };
                        const file = join(organization.states, `${args[3]}.json`);
                        return { exitCode: 0, stdout: readFileSync(file, "utf8"), stderr: "" };
                    },
                },
            ).catch((error: unknown) => error);
            expect(output.out).toMatch(/^status {7}managed$/m);
            expect(output.out).toMatch(/^due {10}rotates in 85 d$/m);
            expect(output.out).toMatch(
                /^held by {6}not known: .*incorrect passphrase \(PULUMI_CONFIG_PASSPHRASE\)$/m,
            );
            expect(output.out).not.toContain("held by no other resource");
            expect(failure).toMatchObject({
                exitCode: exitCodes.unverified,
                message: expect.stringContaining("incorrect passphrase (PULUMI_CONFIG_PASSPHRASE)"),
            });
        } finally {
            output.release();
            rmSync(root, { recursive: true });
        }
    });

    it("knows nothing of the rotation of a key whose stack was not read", async () => {
        const { exitCode, out } = await runCommand(
            organization.env,
            ...["find", organization.ids.fresh, "--state", join(organization.states, "dev.json")],
        );
        expect(exitCode).toBe(exitCodes.unverified);
        expect(out).toMatch(/^due {10}not known: the state of its stack was not read$/m);
        expect(out).not.toContain("no rotation is set");
    });

    it("says that there is no such key only if everything could be read", async () => {
        const { exitCode, err } = await find("NOSUCHKEY0000000");
        expect(exitCode).toBe(exitCodes.found);
        expect(err).toContain(
            "no live Flink API key of this organization has this id, and no state contains it",
        );
        rmSync(join(organization.states, "dev.json"));
        const partly = await find("NOSUCHKEY0000000");
        expect(partly.exitCode).toBe(exitCodes.unverified);
        expect(partly.err).toContain("not found, but not everything could be read");
    });

    it("accepts only the id of a key, and never repeats what may be a secret", async () => {
        const { exitCode, err } = await find("abc");
        expect(exitCode).toBe(exitCodes.usage);
        expect(err).toContain("expected the id of an API key");
        expect((await find(testSecret)).err).not.toContain(testSecret);
    });
});
