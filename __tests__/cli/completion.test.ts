// The completion script, run by bash itself. The scripts for zsh and fish are checked only as text.
import { execFileSync } from "node:child_process";
import { runCommand } from "../report/runCommand";

/** What bash offers after these words. */
async function offered(...words: string[]): Promise<string[]> {
    const { out } = await runCommand(process.env, "completion", "bash");
    const all = ["pulumi-confluent-flink", ...words].map((word) => `'${word}'`).join(" ");
    const ask = `COMP_WORDS=(${all}); COMP_CWORD=${words.length}; _pulumi_confluent_flink; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync("bash", ["--noprofile", "--norc", "-c", `${out}\n${ask}`], { encoding: "utf8" })
        .trim()
        .split("\n");
}

describe("pulumi-confluent-flink completion", () => {
    it("completes commands, subcommands and options in bash", async () => {
        expect(await offered("re")).toEqual(["report"]);
        expect(await offered("stacks", "ch")).toEqual(["check"]);
        expect(await offered("report", "--fa")).toEqual(["--fail-on"]);
        expect(await offered("strays", "--json", "--del")).toEqual(["--delete"]);
    });

    it("has the same words for zsh and fish, and supports no other shell", async () => {
        for (const shell of ["zsh", "fish"]) {
            const { out, exitCode } = await runCommand(process.env, "completion", shell);
            expect(exitCode).toBe(0);
            for (const word of ["rotate", "revoke-old"]) expect(out).toContain(word);
        }
        expect((await runCommand(process.env, "completion", "cmd")).exitCode).toBe(2);
    });
});
