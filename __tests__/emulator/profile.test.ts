// How the emulator reads a profile file. That `pulumi-confluent-flink conformance` writes such a file, and that an emulator started
// with it behaves accordingly, is tested in __tests__/conformance/profile.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { profileOptions } from "../../emulator";
import { parseCommandLine } from "../../emulator/commandLine";

const format = "confluent-cloud-emulator/profile/1";

describe("a profile", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "emulator-profile-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it("is read by --profile, and other options override it", () => {
        const path = join(folder, "seen.json");
        const profile = {
            format,
            keyPropagationMs: { min: 800, max: 2100 },
            listLagMs: 400,
            revocationMs: 3000,
            roleBindingFilter: "prefix",
            keyRoles: "2025",
            globalKeyApis: "org-and-flink",
            statuses: { keyCreated: 201, unpropagatedKey: 403 },
        };
        writeFileSync(path, JSON.stringify(profile));
        expect(parseCommandLine(["--profile", path, "--list-lag", "9s"])).toEqual({
            keyPropagation: { minMs: 800, maxMs: 2100 },
            listLagMs: 9000,
            revocationMs: 3000,
            roleBindingFilter: "prefix",
            keyRoles: "2025",
            globalKeyApis: "org-and-flink",
            statuses: { keyCreated: 201, unpropagatedKey: 403 },
        });
    });

    it.each([
        [[], "seen.json: got [], expected a profile"],
        [{}, 'seen.json: format: got nothing, expected "confluent-cloud-emulator/profile/1"'],
        [{ format, speed: 1 }, "seen.json: got the unknown field speed, expected some of format, "],
        [
            { format, listLagMs: "2s" },
            'seen.json: listLagMs: got "2s", expected milliseconds from 0 to 86400000',
        ],
        [{ format, keyPropagationMs: 5 }, "seen.json: keyPropagationMs: got 5, expected { min, max }"],
        [
            { format, rolePropagationMs: { min: 2, max: 1 } },
            'seen.json: rolePropagationMs: got {"min":2,"max":1}, expected min to be at most max',
        ],
        [
            { format, roleBindingFilter: "some" },
            'seen.json: roleBindingFilter: got "some", expected "exact" or',
        ],
        [{ format, keyRoles: 2026 }, 'seen.json: keyRoles: got 2026, expected "2026" or "2025"'],
        [
            { format, statuses: { unknownKey: 99 } },
            "seen.json: statuses.unknownKey: got 99, expected an HTTP status",
        ],
        [
            { format, statuses: { other: 404 } },
            "seen.json: statuses: got the unknown field other, expected some of",
        ],
    ])("is rejected with the field, the value got and the value expected: %j", (profile, message) => {
        expect(() => profileOptions(profile, "seen.json")).toThrow(message);
    });

    it.each([
        ["a missing file", undefined, "ENOENT, expected a file that can be read"],
        ["a file that is not JSON", "key: 1", "got something that is not JSON, expected a profile"],
    ])("is rejected by the command line: %s", (_, text, message) => {
        const path = join(folder, "seen.json");
        if (text !== undefined) writeFileSync(path, text);
        expect(() => parseCommandLine(["--profile", path])).toThrow(`--profile: ${path}: ${message}`);
    });
});
