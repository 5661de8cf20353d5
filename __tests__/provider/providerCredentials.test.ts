// Settings into credentials and endpoint. Not proven here: OAuth (confluent/oauthSettings.test.ts), and that the SDK's
// process hands the settings over (plugin layer).
import { type ProviderSettings, readSettings } from "../../provider/providerCredentials";
import { renderingsOf, sentinelSecret, showsSecret } from "./sentinel";

const secret = sentinelSecret(1);
const stackKey = { "confluentcloud:cloudApiKey": "STACK", "confluentcloud:cloudApiSecret": secret };
const environmentKey = { CONFLUENT_CLOUD_API_KEY: "ENVIRONMENT", CONFLUENT_CLOUD_API_SECRET: secret };

function read(config: Record<string, string>, env: NodeJS.ProcessEnv = {}): ProviderSettings {
    return readSettings((name) => config[name], env);
}

function refusal(config: Record<string, string>, env: NodeJS.ProcessEnv = {}): string {
    try {
        read(config, env);
    } catch (error) {
        expect(showsSecret(renderingsOf(error))).toBe(false);
        return (error as Error).message;
    }
    throw new Error("It was accepted.");
}

async function keyOf({ credentials }: ProviderSettings): Promise<string | undefined> {
    const { Authorization = "" } = await credentials.headers();
    return Buffer.from(Authorization.replace("Basic ", ""), "base64").toString().split(":")[0];
}

describe("readSettings", () => {
    it("prefers the key of the stack's config to that of the environment", async () => {
        expect(await keyOf(read(stackKey, environmentKey))).toBe("STACK");
        expect(await keyOf(read({}, environmentKey))).toBe("ENVIRONMENT");
    });

    it("shows no secret when it is rendered", () => {
        expect(showsSecret(renderingsOf(read(stackKey)))).toBe(false);
    });

    it.each([
        [{}, "cloudApiKey"],
        [{ "confluentcloud:cloudApiKey": "KEY" }, "cloudApiSecret"],
        [{ "confluentcloud:cloudApiSecret": secret }, "cloudApiKey"],
        [{ "confluentcloud:cloudApiKey": "", "confluentcloud:cloudApiSecret": "" }, "cloudApiKey"],
    ])("says what is missing from %j, and every way to give it", (config, missing) => {
        const message = refusal(config);
        expect(message).toContain(
            `confluentcloud:${missing}: got nothing, expected a Cloud API key and its secret:`,
        );
        expect(message).toContain("pulumi config set --secret confluentcloud:cloudApiSecret SECRET");
        expect(message).toContain("CONFLUENT_CLOUD_API_SECRET");
    });

    it.each([
        ["https://api.confluent.cloud", "https://api.confluent.cloud"],
        ["http://127.0.0.1:7070", "http://127.0.0.1:7070"],
        ["", undefined],
    ])("reads the endpoint %j as %s", (endpoint, taken) => {
        expect(read({ ...stackKey, "confluentcloud:endpoint": endpoint }).endpoint).toBe(taken);
    });

    it.each([
        ["api.confluent.cloud", "a text that is not a URL"],
        ["http://api.confluent.cloud", "http://api.confluent.cloud"],
        ["ftp://api.confluent.cloud", "ftp://api.confluent.cloud"],
        [`https://user:${secret}@host`, "https://host with a user name or password in it"],
    ])("refuses the endpoint %j", (endpoint, got) => {
        expect(refusal({ ...stackKey, "confluentcloud:endpoint": endpoint })).toBe(
            `confluentcloud:endpoint: got ${got}, expected a URL that begins with https:// (http:// for this machine only, such as 127.0.0.1).`,
        );
    });
});
