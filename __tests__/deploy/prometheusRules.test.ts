// The alerts, tested by promtool with two weeks of samples (prometheus/flink-keys.rules.test.yml). Skipped without promtool
// (Debian: apt-get install prometheus). Not proven here: that somebody is notified.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const rules = join(__dirname, "../../deploy/prometheus/flink-keys.rules.yml");
const isThere = spawnSync("promtool", ["--version"]).status === 0;
if (!isThere) process.stdout.write("Skipped: the alert rules, because there is no promtool on the PATH.\n");

function promtool(...args: string[]): { status: number | null; said: string } {
    const { status, stdout, stderr } = spawnSync("promtool", args, { encoding: "utf8" });
    return { status, said: `${stdout}${stderr}` };
}

(isThere ? describe : describe.skip)("deploy/prometheus", () => {
    it("has rules that Prometheus accepts", () => {
        expect(promtool("check", "rules", rules)).toEqual({
            status: 0,
            said: expect.stringContaining("9 rules"),
        });
    });

    it("raises alerts for what is late, but not for an ordinary rotation or a stray of one night", () => {
        const test = join(__dirname, "prometheus/flink-keys.rules.test.yml");
        expect(promtool("test", "rules", test)).toEqual({
            status: 0,
            said: expect.stringContaining("SUCCESS"),
        });
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-rules-"));
        try {
            // With an alert that fires at once, the same samples must fail.
            const hasty = readFileSync(rules, "utf8").replace("> 6 * 86400", "> 0");
            writeFileSync(join(folder, "rules.yml"), hasty);
            const text = readFileSync(test, "utf8").replace(/^rule_files: .*$/m, "rule_files: [rules.yml]");
            writeFileSync(join(folder, "test.yml"), text);
            expect(promtool("test", "rules", join(folder, "test.yml")).status).not.toBe(0);
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });
});
