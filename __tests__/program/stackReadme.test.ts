// The stack's README with mocks. Not proven here: that Pulumi Cloud shows it.
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { stackReadme } from "../../program/stackReadme";

const secret = "SECRET-of-the-tests-0123456789";
const file = join(__dirname, "../../Pulumi.README.md");

const access = {
    principalId: pulumi.output("sa-111aaa"),
    keys: {
        "aws.us-east-2": key("ABCDEFGH12345678", "2026-10-30T00:00:00Z", [
            { apiKey: "OLDOLDOLD1234567", retireAt: "2026-08-08T12:00:00Z" },
        ]),
        "gcp.us-east1": key("IJKLMNOP12345678", undefined, []),
    },
};

function key(id: string, rotatesAt: string | undefined, superseded: { apiKey: string; retireAt: string }[]) {
    return {
        apiKey: pulumi.output(id),
        apiSecret: pulumi.secret(secret),
        scope: pulumi.output("env-abc123.aws.us-east-2"),
        restEndpoint: pulumi.output("https://flink.us-east-2.aws.confluent.cloud"),
        createdAt: pulumi.output("2026-08-01T09:30:00Z"),
        status: pulumi.output("ready"),
        rotatesAt,
        superseded: pulumi.output(superseded),
    };
}

beforeAll(() =>
    pulumi.runtime.setMocks(
        { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
        "confluent-flink",
        "prod",
    ),
);

function text(output: pulumi.Output<string> | undefined): Promise<string> {
    return new Promise((resolve) => (output as pulumi.Output<string>).apply(resolve));
}

describe("stackReadme", () => {
    it("shows principal, keys, dates and superseded keys, and has no unfilled placeholder", async () => {
        const readme = await text(stackReadme(file, access));
        expect(readme).toContain("# Flink access: prod");
        expect(readme).toContain("Principal **sa-111aaa** owns 2 keys");
        expect(readme).toContain(
            "| aws.us-east-2 | ABCDEFGH12345678 | https://flink.us-east-2.aws.confluent.cloud | 2026-08-01 | 2026-10-30 | ready | OLDOLDOLD1234567 until 2026-08-08 |",
        );
        expect(readme).toContain("| gcp.us-east1 | IJKLMNOP12345678 |");
        expect(readme).toContain("pulumi-confluent-flink env --stack prod --region aws.us-east-2");
        expect(readme).not.toMatch(/\{\{|undefined/);
    });

    it("is not secret, and contains no secret", async () => {
        const output = stackReadme(file, access) as pulumi.Output<string>;
        expect(await (output as unknown as { isSecret: Promise<boolean> }).isSecret).toBe(false);
        expect(await text(output)).not.toContain(secret);
    });

    it("does not change an unknown word in braces", async () => {
        const own = join(tmpdir(), `confluent-flink-readme-${process.pid}.md`);
        writeFileSync(own, "{{principalId}} {{owner}}");
        try {
            expect(await text(stackReadme(own, access))).toBe("sa-111aaa {{owner}}");
        } finally {
            rmSync(own);
        }
    });

    it("is undefined if the file does not exist", () => {
        expect(stackReadme(join(__dirname, "none.md"), access)).toBeUndefined();
    });
});
