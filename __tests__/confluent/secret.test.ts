// Masked by construction, and unwrapped in known places only. Not proven here: that nothing leaks on the way through
// all layers (faults layer).
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

    it("gives its value to who asks for it by name", () => {
        expect(secret.reveal()).toBe(value);
    });

    it("is masked in the credentials made of it", () => {
        expect(renderingsOf(apiKeyCredentials("KEY", secret))).not.toContain(value);
    });

    it("is unwrapped where an Authorization header is made and where outputs are handed over, and nowhere else", () => {
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

    it("makes a Basic header", async () => {
        expect(await credentials.headers()).toEqual({
            Authorization: `Basic ${Buffer.from(`KEY:${value}`).toString("base64")}`,
        });
    });

    it("takes key and secret out of what a server says, plain, URL-encoded and in base64", () => {
        const pair = Buffer.from(`KEY:${value}`).toString("base64");
        const said = `${value} ${pair} ${Buffer.from(value).toString("base64")}`;
        expect(credentials.redact(said)).toBe("[secret] [secret] [secret]");
        const odd = apiKeyCredentials("KEY", new Secret("a/b+c="));
        expect(odd.redact(`x ${encodeURIComponent("a/b+c=")} y`)).toBe("x [secret] y");
    });

    it("leaves a text whole where there is no secret", () => {
        expect(apiKeyCredentials("KEY", new Secret("")).redact("whole")).toBe("whole");
    });
});
