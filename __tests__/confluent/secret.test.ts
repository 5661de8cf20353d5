// A secret is masked in every form of output, and revealed in known places only. Not proven here: that no layer leaks it
// (__tests__/faults).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format, inspect } from "node:util";
import { apiKeyCredentials } from "../../confluent/credentials";
import { Secret } from "../../confluent/secret";
import { renderingsOf } from "../provider/sentinel";

const value = "cfltSENTINELsecretSENTINELsecretSENTINEL";
const secret = new Secret(value);

describe("Secret", () => {
    it.each([
        ["String()", String(secret)],
        ["a template string", `${secret}`],
        ["concatenation", "".concat(secret as unknown as string)],
        ["JSON", JSON.stringify({ secret })],
        ["inspect", inspect({ secret }, { depth: 9, showHidden: true })],
        ["console.log", format("%s %j %o %O", secret, secret, secret, secret)],
        ["an error's message", new Error(String(secret)).stack],
        ["its entries", JSON.stringify([Object.entries(secret), Object.getOwnPropertyNames(secret)])],
    ])("is masked in %s", (_where, rendering) => {
        expect(rendering).not.toContain(value);
    });

    it("returns its value from reveal only", () => {
        expect(secret.reveal()).toBe(value);
    });

    it("is masked in credentials", () => {
        expect(renderingsOf(apiKeyCredentials("KEY", secret))).not.toContain(value);
    });

    it("is revealed only for an Authorization header, for a token request, and for outputs", () => {
        const root = join(__dirname, "..", "..");
        const uses = ["confluent", "provider", "components", "program"]
            .flatMap((folder) => readdirSync(join(root, folder)).map((file) => join(folder, file)))
            .filter(
                (file) => file.endsWith(".ts") && /\.reveal\(\)/.test(readFileSync(join(root, file), "utf8")),
            );
        const allowed = ["confluent/credentials.ts", "confluent/oauthCredentials.ts", "provider/keyState.ts"];
        expect(uses.filter((file) => !allowed.includes(file))).toEqual([]);
        expect(uses).toEqual(expect.arrayContaining(["confluent/credentials.ts", "provider/keyState.ts"]));
    });
});

describe("apiKeyCredentials", () => {
    const credentials = apiKeyCredentials("KEY", secret);

    it("creates a Basic header", async () => {
        expect(await credentials.headers()).toEqual({
            Authorization: `Basic ${Buffer.from(`KEY:${value}`).toString("base64")}`,
        });
    });

    it("redacts key and secret in a server's text: plain, URL-encoded and in base64", () => {
        const pair = Buffer.from(`KEY:${value}`).toString("base64");
        const said = `${value} ${pair} ${Buffer.from(value).toString("base64")}`;
        expect(credentials.redact(said)).toBe("[secret] [secret] [secret]");
        const odd = apiKeyCredentials("KEY", new Secret("a/b+c="));
        expect(odd.redact(`x ${encodeURIComponent("a/b+c=")} y`)).toBe("x [secret] y");
    });

    it("does not change a text without a secret", () => {
        expect(apiKeyCredentials("KEY", new Secret("")).redact("whole")).toBe("whole");
    });
});
