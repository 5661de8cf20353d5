import { parseCommandLine } from "../../emulator/commandLine";

describe("parseCommandLine", () => {
    it("reads every option", () => {
        const text =
            "--port 7070 --host 127.0.0.2 --organization 2222aaaa-11aa-11aa-11aa-111111aaaaaa --environment env-a " +
            "--environment env-b --key-propagation 2s-8s --role-propagation 5s --requests-per-second 9 --seed 42 " +
            "--journal out.jsonl --list-lag 5s --revocation 1m --role-binding-filter prefix --statement-traits when-running " +
            "--key-roles 2025 --global-key-apis org-and-flink --last-page empty " +
            "--quota iam.max_cluster_api_keys.per_service_account=2 --quota iam.max_environments.per_org=0";
        expect(parseCommandLine(text.split(" "))).toEqual({
            port: 7070,
            host: "127.0.0.2",
            organizationId: "2222aaaa-11aa-11aa-11aa-111111aaaaaa",
            environmentIds: ["env-a", "env-b"],
            keyPropagation: { minMs: 2000, maxMs: 8000 },
            rolePropagation: { minMs: 5000, maxMs: 5000 },
            rateLimit: { requestsPerSecond: 9 },
            seed: 42,
            journalFile: "out.jsonl",
            listLagMs: 5000,
            revocationMs: 60_000,
            roleBindingFilter: "prefix",
            statementTraits: "when-running",
            keyRoles: "2025",
            globalKeyApis: "org-and-flink",
            lastPage: "empty",
            quotas: { "iam.max_cluster_api_keys.per_service_account": 2, "iam.max_environments.per_org": 0 },
        });
    });

    it("omits options that are not set", () => {
        expect(parseCommandLine([])).toEqual({});
    });

    it("returns undefined for --help", () => {
        expect(parseCommandLine(["--help"])).toBeUndefined();
    });

    it.each([
        [["--port", "70000"], "--port"],
        [["--port", "http"], "--port"],
        [["--key-propagation", "soon"], "--key-propagation"],
        [["--key-propagation", "8s-2s"], "end is before"],
        [["--role-propagation", "1s-2s-3s"], "--role-propagation"],
        [["--seed", "x"], "--seed"],
        [["--list-lag", "soon"], "--list-lag"],
        [["--key-propagation", "3"], "--key-propagation"],
        [["--revocation", "1s-2"], "--revocation"],
        [["--revocation", "-1"], "--revocation"],
        [["--role-binding-filter", "loose"], "exact or prefix"],
        [["--statement-traits", "never"], "at-once or when-running"],
        [["--key-roles", "2024"], "--key-roles: got '2024', expected 2026 or 2025."],
        [["--global-key-apis", "some"], "all or org-and-flink"],
        [["--last-page", "null"], "absent or empty"],
        [["--quota", "toString=1"], "toString=1"],
        [["--quota", "iam.max_environments.per_org=many"], "iam.max_environments.per_org"],
        [["--colour"], "--colour"],
        [["extra"], "extra"],
    ])("rejects %j, naming %s", (args, word) => {
        expect(() => parseCommandLine(args)).toThrow(word);
    });
});
