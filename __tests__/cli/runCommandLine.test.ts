// The command line in this process: arguments, output, exit codes. Its start-up time is measured with the built command,
// in a process of its own.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes, exitCodesHelp } from "../../cli/exitCodes";
import { runCommandLine } from "../../cli/runCommandLine";

let root: string;
let out: string;
let err: string;

beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "confluent-flink-cli-"));
    mkdirSync(join(root, "stacks"));
    writeFileSync(join(root, "Pulumi.yaml"), readFileSync(join(__dirname, "../../Pulumi.yaml")));
    out = "";
    err = "";
    jest.spyOn(process.stdout, "write").mockImplementation((text) => {
        out += String(text);
        return true;
    });
    jest.spyOn(process.stderr, "write").mockImplementation((text) => {
        err += String(text);
        return true;
    });
});

afterEach(() => {
    jest.restoreAllMocks();
    rmSync(root, { recursive: true, force: true });
});

function run(...args: string[]): Promise<number> {
    return runCommandLine("1.2.3", args);
}

function stackFile(name: string): string {
    return join(root, "stacks", `Pulumi.${name}.yaml`);
}

function writeStack(name: string, environmentId: string, ...more: string[]): void {
    const lines = [
        "config:",
        "  # who runs it",
        `  confluent-flink:environmentId: ${environmentId}`,
        "  confluent-flink:regions: [aws.us-east-2]",
        ...more,
    ];
    writeFileSync(stackFile(name), `${lines.join("\n")}\n`);
}

describe("runCommandLine", () => {
    it("documents every exit code in the help", async () => {
        expect(await run("--help")).toBe(exitCodes.ok);
        expect(out).toContain(exitCodesHelp);
        for (const code of Object.values(exitCodes))
            expect(exitCodesHelp).toMatch(new RegExp(`^ {2}${code} {2}\\S`, "m"));
    });

    it("has a help with examples for every command", async () => {
        expect(await run("--help")).toBe(exitCodes.ok);
        const commands = [...out.matchAll(/^ {2}(\w+)(?: \[options\]| <| \[|\s{2,})/gm)].map(
            (match) => match[1],
        );
        expect(commands).toEqual(expect.arrayContaining(["stacks"]));
        for (const command of ["new", "check", "list"]) {
            out = "";
            expect(await run("stacks", command, "--help")).toBe(exitCodes.ok);
            expect(out).toContain("Examples:");
        }
    });

    it.each([
        [["nonsense"], "unknown command 'nonsense'"],
        [
            ["stacks", "new", "x", "--region", "aws.us-east-2"],
            "required option '--environment <id>' not specified",
        ],
        [["stacks", "check", "--jsn"], "unknown option '--jsn'"],
    ])("ends with exit code 2 for %j", async (args, message) => {
        expect(await run(...args)).toBe(exitCodes.usage);
        expect(err).toContain(message);
        expect(out).toBe("");
    });

    it("does not end with 0 if what it waits for never settles", () => {
        const stuck = `require(${JSON.stringify(join(__dirname, "../../dist/cli/runCommandLine.js"))}).runCommandLine = () => new Promise(() => {});`;
        const script = `${stuck} require(${JSON.stringify(join(__dirname, "../../dist/cli/main.js"))});`;
        const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
        expect([status, stdout]).toEqual([exitCodes.failed, ""]);
        expect(stderr).toMatch(/^pulumi-confluent-flink stopped before its work was done: .*\n$/);
    });

    it("does its work and keeps its exit code if nobody reads its notes", async () => {
        const main = join(__dirname, "../../dist/cli/main.js");
        const child = spawn(process.execPath, [main, "stacks", "list", "--json", "--cwd", root]);
        child.stderr.destroy();
        let printed = "";
        child.stdout.on("data", (text) => (printed += text));
        expect(await once(child, "close")).toEqual([0, null]);
        expect(printed).toBe("[]\n");
    });

    it("starts up within 150 ms of an empty program", () => {
        const main = join(__dirname, "../../dist/cli/main.js");
        const empty = fastest(["-e", "0"]);
        expect(fastest([main, "--help"]) - empty).toBeLessThan(150);
    });
});

describe("pulumi-confluent-flink stacks check", () => {
    it("shows file, line and mistake, and ends with exit code 3", async () => {
        writeStack("prod", "env-abc123", "  confluent-flink:roles: [X]");
        expect(await run("stacks", "check", "--cwd", root)).toBe(exitCodes.found);
        expect(out).toMatch(
            /stacks\/Pulumi\.prod\.yaml:5: confluent-flink:roles\[0\]: got "X", expected one of/,
        );
        expect(err).toBe("1 mistake in 1 stack file\n");
    });

    it("shows a key of a file without what a terminal would act on", async () => {
        writeStack("prod", "env-abc123", String.raw`  "confluent-flink:\e[2Jregions\u202e": 1`);
        expect(await run("stacks", "check", "--offline", "--cwd", root)).toBe(exitCodes.found);
        expect(out).toContain("confluent-flink:\ufffd[2Jregions\ufffd: an unknown key");
    });

    it("prints the same as JSON", async () => {
        writeStack("prod", "env-abc123", "  confluent-flink:roles: [X]");
        expect(await run("stacks", "check", "--cwd", root, "--json")).toBe(exitCodes.found);
        const { stacks, mistakes } = JSON.parse(out);
        expect(stacks).toEqual(["prod"]);
        expect(mistakes).toEqual([
            {
                stack: "prod",
                file: expect.stringMatching(/Pulumi\.prod\.yaml$/),
                line: 5,
                message: expect.any(String),
            },
        ]);
    });

    it("shows for valid files how far their regions were checked", async () => {
        writeStack("prod", "env-abc123");
        expect(await run("stacks", "check", "--cwd", root, "--offline")).toBe(exitCodes.ok);
        expect(out).toBe("1 stack file, no mistakes (region names checked for spelling only)\n");
    });

    it("needs a Pulumi project", async () => {
        expect(await run("stacks", "check", "--cwd", tmpdir())).toBe(exitCodes.usage);
        expect(err).toContain("there is no Pulumi.yaml there nor in a folder above it");
    });
});

describe("pulumi-confluent-flink stacks new", () => {
    it("writes a file that passes the check", async () => {
        const args = ["--environment", "env-abc123", "--region", "aws.us-east-2", "--region", "gcp.us-east1"];
        expect(await run("stacks", "new", "prod", ...args, "--cwd", root)).toBe(exitCodes.ok);
        expect(readFileSync(stackFile("prod"), "utf8")).toBe(
            "config:\n  confluent-flink:environmentId: env-abc123\n  confluent-flink:regions:\n    - aws.us-east-2\n    - gcp.us-east1\n  # Without confluent-flink:roles, OrganizationAdmin is granted. A narrower role is enough: [FlinkDeveloper]\n",
        );
        expect(out).toContain(
            "It grants OrganizationAdmin, the default. --role FlinkDeveloper grants far less",
        );
        expect(await run("stacks", "check", "--cwd", root)).toBe(exitCodes.ok);
    });

    it("copies settings and comments, but no secrets, no salts and not the account's name", async () => {
        writeStack(
            "prod",
            "env-abc123",
            "  confluentcloud:cloudApiKey: ABCDEFGH",
            "  confluentcloud:cloudApiSecret: { secure: AAAB }",
            "  confluent-flink:principal: { displayName: flink, description: Ours }",
            "encryptionsalt: v1:abc",
            "secretsprovider: passphrase",
        );
        const args = ["--environment", "env-def456", "--region", "gcp.us-east1", "--from", "prod"];
        expect(await run("stacks", "new", "eu", ...args, "--cwd", root)).toBe(exitCodes.ok);
        const written = readFileSync(stackFile("eu"), "utf8");
        expect(written).toContain("# who runs it");
        expect(written).toContain("confluentcloud:cloudApiKey: ABCDEFGH");
        expect(written).toContain("secretsprovider: passphrase");
        expect(written).toContain("confluent-flink:principal: { description: Ours }");
        expect(written).not.toMatch(/secure|encryptionsalt|displayName|env-abc123|aws/);
        expect(out).toContain("not copied: confluentcloud:cloudApiSecret");
        expect(out).toContain("not copied: confluent-flink:principal.displayName");
    });

    it("does not overwrite a file", async () => {
        writeStack("prod", "env-abc123");
        const before = readFileSync(stackFile("prod"), "utf8");
        const args = ["--environment", "env-def456", "--region", "gcp.us-east1"];
        expect(await run("stacks", "new", "prod", ...args, "--cwd", root)).toBe(exitCodes.usage);
        expect(err).toContain("already exists and was not changed");
        expect(readFileSync(stackFile("prod"), "utf8")).toBe(before);
    });

    it.each([
        [
            "a misspelled region",
            ["--region", "aws.us-east2"],
            '--region: got "aws.us-east2", expected a region as aws spells it',
            exitCodes.usage,
        ],
        [
            "a scope that another stack serves",
            ["--region", "aws.us-east-2", "--from", "prod"],
            "for which stack prod already creates a key with the same owner",
            exitCodes.found,
        ],
    ])("writes nothing for %s", async (_what, args, message, exitCode) => {
        writeStack(
            "prod",
            "env-abc123",
            "  confluent-flink:principal: { serviceAccountId: sa-111aaa }\n  confluent-flink:roles: []",
        );
        const all = ["stacks", "new", "eu", "--environment", "env-abc123", ...args, "--cwd", root];
        expect(await run(...all)).toBe(exitCode);
        expect(err).toContain(message);
        expect(existsSync(stackFile("eu"))).toBe(false);
    });
});

describe("in a program of one's own", () => {
    it.each([
        ["stacks", "check"],
        ["stacks", "new", "x", "--environment", "env-abc123", "--region", "aws.us-east-2"],
    ])("%s %s says at once that it works only with this package's own program", async (...args) => {
        writeFileSync(join(root, "Pulumi.yaml"), "name: my-app\nruntime: nodejs\n");
        expect(await run(...args, "--cwd", root)).toBe(exitCodes.usage);
        expect(err).toContain("works only with this package's own program");
        expect(err).toContain("preflight --environment");
    });
});

describe("pulumi-confluent-flink stacks list", () => {
    const git = (...args: string[]): void => {
        const identity = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "-c",
            "commit.gpgsign=false",
        ];
        execFileSync("git", [...identity, ...args], { cwd: root, stdio: "ignore" });
    };

    beforeEach(() => {
        for (const name of ["dev", "prod-eu", "prod-us"]) writeStack(name, "env-abc123");
    });

    it.each([
        [[], ["dev", "prod-eu", "prod-us"]],
        [["prod-*"], ["prod-eu", "prod-us"]],
        [
            ["prod-?s", "dev"],
            ["dev", "prod-us"],
        ],
    ])("selects %j by pattern", async (patterns, stacks) => {
        expect(await run("stacks", "list", ...patterns, "--cwd", root, "--json")).toBe(exitCodes.ok);
        expect(JSON.parse(out)).toEqual(stacks);
    });

    it("lists the existing stacks if a pattern matches none", async () => {
        expect(await run("stacks", "list", "stage-*", "--cwd", root)).toBe(exitCodes.usage);
        expect(err).toContain('got "stage-*"');
        expect(err).toContain("dev, prod-eu, prod-us");
    });

    it.each<[what: string, change: () => void, stacks: string[]]>([
        ["the stack whose file changed", () => writeStack("prod-eu", "env-def456"), ["prod-eu"]],
        [
            "every stack when the program changed",
            () => writeFileSync(join(root, "index.ts"), "1"),
            ["dev", "prod-eu", "prod-us"],
        ],
        ["none when a document changed", () => writeFileSync(join(root, "README.md"), "1"), []],
        ["none that is gone", () => rmSync(stackFile("dev")), []],
    ])("lists %s", async (_what, change, stacks) => {
        git("init", "-q", "-b", "main");
        git("add", ".");
        git("commit", "-qm", "one");
        git("checkout", "-qb", "branch");
        change();
        git("add", "-A");
        git("commit", "-qm", "two");
        expect(await run("stacks", "list", "--changed-since", "main", "--cwd", root, "--json")).toBe(
            exitCodes.ok,
        );
        expect(JSON.parse(out)).toEqual(stacks);
    });

    it("shows what to do if the checkout does not contain the commit", async () => {
        git("init", "-q");
        expect(await run("stacks", "list", "--changed-since", "origin/main", "--cwd", root)).toBe(
            exitCodes.failed,
        );
        expect(err).toContain("fetch-depth: 0");
    });
});

/**
 * The lowest processor time of several runs, in milliseconds. Other processes of the machine hardly change it. The command
 * does not wait, so on an idle machine this is the time until it ends.
 */
function fastest(args: string[]): number {
    const report =
        'data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write("cpu "+(user+system)/1000)})';
    const runs = Array.from({ length: 5 }, () => {
        const { stderr } = spawnSync(process.execPath, ["--import", report, ...args], { encoding: "utf8" });
        return Number(/cpu ([\d.]+)/.exec(stderr)?.[1]);
    });
    return Math.min(...runs);
}
