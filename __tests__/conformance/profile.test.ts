// What a run writes for the emulator, and that an emulator which was started with it is found to be the same.
import { exitCodes } from "../../cli/exitCodes";
import { profileOptions } from "../../emulator";
import { runAgainst } from "./conformanceWorld";

jest.setTimeout(60_000);

describe("the profile of a conformance run", () => {
    it("makes another emulator behave as the one that was seen", async () => {
        const seen = await runAgainst({
            samples: 5,
            emulator: {
                keyPropagation: { minMs: 4000, maxMs: 4000 },
                rolePropagation: { minMs: 7000, maxMs: 7000 },
                listLagMs: 2000,
                revocationMs: 5000,
                roleBindingFilter: "prefix",
                statuses: { keyCreated: 201, unknownKey: 404, unknownAccount: 404, unknownOwner: 422 },
            },
        });
        const { profile } = seen.report;
        expect(profile.statuses).toMatchObject({
            keyCreated: 201,
            unknownKey: 404,
            unknownAccount: 404,
            unknownOwner: 422,
        });
        const again = await runAgainst({ samples: 5, emulator: profileOptions(profile) });
        expect([seen.exitCode, again.exitCode]).toEqual([exitCodes.ok, exitCodes.ok]);
        expect(again.report.profile).toMatchObject({
            statuses: profile.statuses,
            roleBindingFilter: "prefix",
        });
        for (const time of ["listLagMs", "revocationMs"] as const) {
            expect(Math.abs((again.report.profile[time] ?? 0) - (profile[time] ?? 0))).toBeLessThan(1500);
        }
        for (const time of ["keyPropagationMs", "rolePropagationMs"] as const) {
            const [before, after] = [profile[time], again.report.profile[time]];
            expect(Math.abs((after?.max ?? 0) - (before?.max ?? Number.NaN))).toBeLessThan(1500);
        }
    });
});
