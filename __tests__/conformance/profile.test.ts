// The profile of a run against one emulator configures another emulator in which a run measures the same. Not proven here:
// that an emulator with a profile of Confluent Cloud behaves like it in other respects.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes } from "../../cli/exitCodes";
import type { EmulatorOptions } from "../../emulator/emulator";
import { profileOptions, readProfile } from "../../emulator/profile";
import { type Outcome, runAgainst } from "./runAgainst";

jest.setTimeout(60_000);

/** A time is measured to 4 % and a first pause of 250 ms, and twice for an accepted key. */
function expectNear(got: number | undefined, wanted: number | undefined): void {
    const offMs = Math.abs((got ?? Number.NaN) - (wanted ?? Number.NaN));
    expect([got, wanted, offMs <= 300 + 0.08 * (wanted ?? 0)]).toEqual([got, wanted, true]);
}

const odd: EmulatorOptions = {
    keyPropagation: { minMs: 3000, maxMs: 12_000 },
    rolePropagation: { minMs: 7000, maxMs: 7000 },
    listLagMs: 5000,
    revocationMs: 11_000,
    roleBindingFilter: "prefix",
    keyRoles: "2025",
    globalKeyApis: "org-and-flink",
    statuses: {
        keyCreated: 200,
        unknownKey: 404,
        unknownAccount: 404,
        unknownOwner: 422,
        unpropagatedKey: 403,
    },
};

describe("the profile of a run", () => {
    const folder = mkdtempSync(join(tmpdir(), "conformance-"));
    const file = join(folder, "seen.json");
    let first: Outcome;

    beforeAll(async () => {
        first = await runAgainst({ samples: 2, emulator: odd, options: { writeProfile: file } });
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it("configures an emulator in which the next run measures the same", async () => {
        const { profile } = first.report;
        expect([first.exitCode, first.with("false")]).toEqual([
            exitCodes.found,
            ["key-roles-2026", "global-key-control-plane"],
        ]);
        expect([profile.keyRoles, profile.globalKeyApis]).toEqual(["2025", "org-and-flink"]);
        expect(profile.statuses).toEqual(odd.statuses);
        expect(profile.roleBindingFilter).toBe("prefix");
        expectNear(profile.listLagMs, 5000);
        expectNear(profile.revocationMs, 11_000);
        expectNear(profile.rolePropagationMs?.min, 7000);
        const second = (await runAgainst({ samples: 2, emulator: { ...profileOptions(profile), seed: 7 } }))
            .report.profile;
        expect(second.statuses).toEqual(profile.statuses);
        expect(second.roleBindingFilter).toBe(profile.roleBindingFilter);
        expect([second.keyRoles, second.globalKeyApis]).toEqual(["2025", "org-and-flink"]);
        expectNear(second.listLagMs, profile.listLagMs);
        expectNear(second.revocationMs, profile.revocationMs);
        expectNear(second.rolePropagationMs?.max, profile.rolePropagationMs?.max);
        // The emulator chooses random times between the minimum and the maximum.
        const seen = profile.keyPropagationMs ?? { min: 0, max: 0 };
        expect(second.keyPropagationMs?.min).toBeGreaterThanOrEqual(seen.min);
        expect(second.keyPropagationMs?.max).toBeLessThanOrEqual(seen.max * 1.08 + 300);
    });

    it("is written to the file of --write-profile, in the emulator's format", () => {
        const { profile } = first.report;
        expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(profile);
        expect(readProfile(file)).toEqual(profileOptions(profile));
    });
});
