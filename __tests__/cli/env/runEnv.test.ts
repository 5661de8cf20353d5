// The variables that `env` prints for given stack outputs. Not proven here: that Confluent's clients read them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EnvOptions, runEnv } from "../../../cli/env/runEnv";
import type { PulumiRun } from "../../../cli/runPulumi";
import { stackExport } from "../../report/stackExport";
import { captureOutput } from "../capturedOutput";

const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";
// Every character with a meaning in a shell, an .env file or properties.
const awkward = `cflt'"$(touch x)\`y\`\\ #=/+ SENTINEL`;

const environmentOf = (region: string, secret = sentinel): Record<string, string> => ({
    FLINK_API_KEY: `AK-${region}`,
    FLINK_API_SECRET: secret,
    FLINK_REST_ENDPOINT: `https://flink.${region}.aws.confluent.cloud`,
    CONFLUENT_ORGANIZATION_ID: "1111aaaa-0000-4000-8000-000000000000",
    CONFLUENT_ENVIRONMENT_ID: "env-abc123",
    FLINK_PRINCIPAL_ID: "sa-111aaa",
    CLOUD_PROVIDER: "aws",
    CLOUD_REGION: region,
});

const hasPythonDotenv = canRun("python3", "-c", "import dotenv; dotenv.dotenv_values");

function canRun(command: string, ...args: string[]): boolean {
    try {
        execFileSync(command, args, { stdio: "ignore" });
        return true;
    } catch {
        return false;
    }
}

let asked: string[][];

/** An exported stack with one key. Its outputs have none of the names that `env` reads. */
function stateWith(status: string): object {
    const apiKey = "PENDINGKEY012345";
    const key = { resource: "flink-aws.us-east-2", apiKey, scope: "env-abc123.aws.us-east-2", status };
    const others = { owner: "sa-111aaa", createdAt: "2026-08-01T00:00:00Z", description: "" };
    return stackExport("prod", [{ ...key, ...others }]);
}

async function env(
    options: Partial<EnvOptions> = {},
    outputs: unknown = { environmentVariables: { "aws.us-east-2": environmentOf("us-east-2") } },
    answer: Partial<PulumiRun> = {},
): Promise<string> {
    asked = [];
    let out = "";
    const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
        out += String(text);
        return true;
    });
    try {
        await runEnv(
            {
                stack: "prod",
                format: "export",
                from: "environmentVariables",
                cwd: ".",
                showSecrets: true,
                ...options,
            },
            async (args) => {
                asked.push([...args]);
                return { exitCode: 0, stdout: JSON.stringify(outputs), stderr: "", ...answer };
            },
        );
    } finally {
        write.mockRestore();
    }
    return out;
}

describe("runEnv", () => {
    it("prints export lines with the names that each client reads", async () => {
        const names = [...(await env()).matchAll(/^export (\w+)=/gm)].map((match) => match[1]);
        for (const terraform of [
            "FLINK_API_KEY",
            "FLINK_API_SECRET",
            "FLINK_REST_ENDPOINT",
            "FLINK_PRINCIPAL_ID",
            "CONFLUENT_ORGANIZATION_ID",
            "CONFLUENT_ENVIRONMENT_ID",
        ]) {
            expect(names).toContain(terraform);
        }
        for (const tableApi of [
            "CLOUD_PROVIDER",
            "CLOUD_REGION",
            "ORG_ID",
            "ENV_ID",
            "ENDPOINT_TEMPLATE",
            "PRINCIPAL_ID",
        ])
            expect(names).toContain(tableApi);
        // For the Table API it is a base domain, to which it adds cloud and region.
        expect(names).not.toContain("REST_ENDPOINT");
        for (const mcpServer of ["FLINK_ENV_ID", "FLINK_ORG_ID"]) expect(names).toContain(mcpServer);
        for (const dbt of ["CONFLUENT_FLINK_API_KEY", "CONFLUENT_FLINK_API_SECRET", "CONFLUENT_ENV_ID"])
            expect(names).toContain(dbt);
        expect(names).not.toContain("FLINK_COMPUTE_POOL_ID");
        expect(await env({ computePool: "lfcp-abc123" })).toContain(
            "export FLINK_COMPUTE_POOL_ID='lfcp-abc123'\n",
        );
    });

    it.each(["export", "dotenv", "json", "properties"])(
        "keeps the secret to itself unless asked, as %s",
        async (format) => {
            const text = await env({ format, showSecrets: false });
            expect(text).not.toContain(sentinel);
            expect(text).toContain(
                format === "json" ? '"FLINK_API_SECRET": null' : "shown with --show-secrets",
            );
            expect(await env({ format })).toContain(sentinel);
        },
    );

    it("quotes every value safely for a shell", async () => {
        const outputs = { environmentVariables: { "aws.us-east-2": environmentOf("us-east-2", awkward) } };
        const script = `${await env({}, outputs)}\nprintf %s "$FLINK_API_SECRET"`;
        expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(awkward);
        expect(JSON.parse(await env({ format: "json" }, outputs)).FLINK_API_SECRET).toBe(awkward);
    });

    it.each(["a$b", "a`id`", 'a"b', "it's", "a\\nb", "a # b", "$(id)"])(
        "quotes %j in a .env file so that node --env-file, python-dotenv and a shell read it alike",
        async (secret) => {
            const outputs = { environmentVariables: { "aws.us-east-2": environmentOf("us-east-2", secret) } };
            const file = join(tmpdir(), `confluent-flink-${process.pid}.env`);
            writeFileSync(file, await env({ format: "dotenv" }, outputs));
            try {
                const print = "process.stdout.write(process.env.FLINK_API_SECRET)";
                const read = [execFileSync(process.execPath, [`--env-file=${file}`, "-e", print])];
                read.push(execFileSync("sh", ["-c", `. ${file}; printf %s "$FLINK_API_SECRET"`]));
                if (hasPythonDotenv) {
                    const python = `import dotenv; print(end=dotenv.dotenv_values("${file}")["FLINK_API_SECRET"])`;
                    read.push(execFileSync("python3", ["-c", python]));
                }
                expect(read.map(String)).toEqual(read.map(() => secret));
            } finally {
                rmSync(file);
            }
        },
    );

    it.each([
        "it's $5",
        "it's a `tick`",
        "it's a \\",
        "a\\\\b",
        "ends with \\",
        "\u0024{HOME}",
        "two\nlines",
    ])("refuses %j in a .env file, which programs would read in different ways", async (secret) => {
        const outputs = { environmentVariables: { "aws.us-east-2": environmentOf("us-east-2", secret) } };
        const error: Error = await env({ format: "dotenv" }, outputs).then(
            () => new Error("nothing was refused"),
            (thrown) => thrown,
        );
        expect(error.message).toMatch(
            /^--format: got dotenv, and the value of FLINK_API_SECRET .* env … -- COMMAND$/,
        );
        expect(error.message).not.toContain(secret);
    });

    it("prints the properties of the Table API", async () => {
        expect((await env({ format: "properties", computePool: "lfcp-abc123" })).trim().split("\n")).toEqual([
            "client.flink-api-key=AK-us-east-2",
            `client.flink-api-secret=${sentinel}`,
            "client.endpoint-template=https://flink.us-east-2.aws.confluent.cloud",
            "client.principal-id=sa-111aaa",
            "client.organization-id=1111aaaa-0000-4000-8000-000000000000",
            "client.environment-id=env-abc123",
            "client.cloud=aws",
            "client.region=us-east-2",
            "client.compute-pool-id=lfcp-abc123",
        ]);
    });

    it("uses the given region, in upper or lower case, and requires one if there are several", async () => {
        const outputs = {
            environmentVariables: {
                "aws.us-east-2": environmentOf("us-east-2"),
                "aws.us-west-2": environmentOf("us-west-2"),
            },
        };
        expect(await env({ region: "AWS.us-west-2" }, outputs)).toContain("AK-us-west-2");
        await expect(env({}, outputs)).rejects.toMatchObject({
            message: "--region: got nothing, expected one of aws.us-east-2, aws.us-west-2 (stack prod)",
            exitCode: 2,
        });
    });

    it.each<[string, Partial<EnvOptions>, unknown, string]>([
        [
            "an unknown region",
            { region: "gcp.us-east1" },
            undefined,
            '--region: got "gcp.us-east1", expected one of aws.us-east-2 (stack prod)',
        ],
        [
            "text that is no region",
            { region: "ohio" },
            undefined,
            '--region: got "ohio", expected a cloud and region',
        ],
        [
            "an unknown format",
            { format: "yaml" },
            undefined,
            '--format: got "yaml", expected one of export, dotenv, json, properties',
        ],
        [
            "a compute pool's name",
            { computePool: "pool" },
            undefined,
            '--compute-pool: got "pool", expected the id of a compute pool such as lfcp-abc123',
        ],
        [
            "a stack without the output",
            {},
            stateWith("ready"),
            'Stack prod has no output "environmentVariables" that contains FlinkAccess.environmentVariables. Add export const',
        ],
    ])("refuses %s", async (_what, options, outputs, message) => {
        await expect(env(options, outputs)).rejects.toThrow(message);
    });

    it("puts a prefix before each name", async () => {
        const names = [...(await env({ prefix: "ORDERS_" })).matchAll(/^export (\w+)=/gm)].map(
            (match) => match[1],
        );
        expect(names.length).toBeGreaterThan(5);
        expect(names.filter((name) => !name?.startsWith("ORDERS_"))).toEqual([]);
        await expect(env({ prefix: "a b" })).rejects.toMatchObject({ exitCode: 2 });
    });

    it("replaces the file with one that only its owner can read, and prints nothing", async () => {
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-env-"));
        try {
            const file = join(folder, ".env");
            writeFileSync(file, "before", { mode: 0o644 });
            expect(await env({ format: "dotenv", output: file })).toBe("");
            expect(readFileSync(file, "utf8")).toContain(sentinel);
            expect(statSync(file).mode & 0o777).toBe(0o600);
            expect(readdirSync(folder)).toEqual([".env"]);
            await expect(env({ output: folder })).rejects.toMatchObject({ exitCode: 2 });
            await expect(env({ output: join(folder, "no", "file") })).rejects.toThrow("does not exist");
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });

    it("runs a command with the variables, including the secret, and ends with its exit code", async () => {
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-env-"));
        const run = async () => ({
            exitCode: 0,
            stdout: JSON.stringify({ environmentVariables: { "aws.us-east-2": environmentOf("us-east-2") } }),
            stderr: "",
        });
        const options = { stack: "prod", format: "export", from: "environmentVariables", cwd: "." };
        try {
            const file = join(folder, "seen");
            const script = `require("fs").writeFileSync(${JSON.stringify(file)}, process.env.FLINK_API_SECRET); process.exit(7)`;
            const end = runEnv(options, run, [process.execPath, "-e", script]);
            await expect(end).rejects.toMatchObject({ name: "ProgramEnded", exitCode: 7 });
            expect(readFileSync(file, "utf8")).toBe(sentinel);
            await expect(runEnv(options, run, [join(folder, "nothing")])).rejects.toThrow(
                "could not be run (ENOENT)",
            );
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });

    it("says that the last run did not finish if the stack has a pending key and no output", async () => {
        const state = stateWith("pending");
        await expect(env({}, state)).rejects.toMatchObject({
            exitCode: 1,
            message:
                'The last pulumi up of stack prod did not finish, so the stack has no output "environmentVariables" yet. Pending: PENDINGKEY012345 (env-abc123.aws.us-east-2). Run pulumi up --stack prod.',
        });
        await expect(env({}, stateWith("ready"))).rejects.toMatchObject({ exitCode: 2 });
        await expect(env({}, stackExport("prod", []))).rejects.toThrow(
            "Stack prod has no Flink API key: it was not deployed yet, or was destroyed. Run pulumi up",
        );
    });

    it("says on standard error that no run has proven the key", async () => {
        const output = captureOutput();
        try {
            const keys = (status: string) => ({ "aws.us-east-2": { apiKey: "AK-us-east-2", status } });
            const outputs = { environmentVariables: { "aws.us-east-2": environmentOf("us-east-2") } };
            await env({}, { ...outputs, keys: keys("ready") });
            expect(output.err).not.toContain("AK-us-east-2 is");
            await env({}, { ...outputs, keys: keys("unverified") });
            expect(output.err).toContain("# AK-us-east-2 is unverified: no run has proven");
        } finally {
            output.release();
        }
    });

    it("shows the message of the Pulumi CLI", async () => {
        const stderr = "error: no stack named 'prod' found\n";
        await expect(env({}, {}, { exitCode: 255, stderr })).rejects.toThrow(
            /^pulumi stack output --stack prod .*no stack named 'prod' found$/,
        );
    });

    it("says how to log in if nobody has, where the Pulumi CLI names a token only", async () => {
        const stderr =
            "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n";
        await expect(env({}, {}, { exitCode: 255, stderr })).rejects.toThrow(
            "not logged in to a backend: run pulumi login, or set PULUMI_BACKEND_URL (PULUMI_ACCESS_TOKEN",
        );
    });
});
