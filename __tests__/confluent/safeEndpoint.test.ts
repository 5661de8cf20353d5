// The rule for every URL that a secret is sent to, and that the client sends nothing to other URLs. The tests of each
// setting prove that it applies the rule.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { systemClock } from "../../confluent/clock";
import { ConfluentApi } from "../../confluent/confluentApi";
import { apiKeyCredentials } from "../../confluent/credentials";
import { tryListStatements } from "../../confluent/flinkStatements";
import { endpointProblem, mayReceiveSecrets } from "../../confluent/safeEndpoint";
import { Secret } from "../../confluent/secret";

describe("endpointProblem", () => {
    it.each([
        "https://api.confluent.cloud",
        "https://192.0.2.2:8443/flink",
        "http://127.0.0.1:7070",
        "http://127.9.9.9",
        "http://localhost:7070",
        "http://[::1]:7070",
    ])("accepts %s", (url) => {
        expect(endpointProblem(url)).toBeUndefined();
    });

    it.each([
        ["http://192.0.2.2:8199", "got http://192.0.2.2:8199, expected a URL that begins with https://"],
        ["http://api.confluent.cloud", "got http://api.confluent.cloud"],
        ["http://localhost.example.com", "got http://localhost.example.com"],
        ["http://127.0.0.1.example.com", "got http://127.0.0.1.example.com"],
        ["http://0.0.0.0:7070", "got http://0.0.0.0:7070"],
        ["ftp://127.0.0.1", "got ftp://127.0.0.1"],
        ["https://key:PASSWORD@api.confluent.cloud", "with a user name or password in it"],
        ["nope", "got a text that is not a URL"],
        ["", "got a text that is not a URL"],
        [undefined, "got a text that is not a URL"],
    ])("rejects %s, and shows the URL without a password", (url, message) => {
        expect(endpointProblem(url)).toContain(message);
        expect(endpointProblem(url)).not.toContain("PASSWORD");
        expect(mayReceiveSecrets(url)).toBe(false);
    });
});

describe("ConfluentApi", () => {
    const outside = Object.values(networkInterfaces())
        .flat()
        .find((one) => one?.family === "IPv4" && !one.internal)?.address;
    (outside ? it : it.skip)("sends nothing to an address of another machine over http", async () => {
        let requests = 0;
        const server = createServer((_, response) => {
            requests++;
            response.end("{}");
        });
        await new Promise<void>((resolve) => server.listen(0, outside, resolve));
        const endpoint = `http://${outside}:${(server.address() as AddressInfo).port}`;
        try {
            const credentials = apiKeyCredentials("KEY", new Secret("SECRET-of-the-tests"));
            const api = new ConfluentApi({ endpoint, credentials });
            const error = await api
                .send({ method: "GET", path: "/iam/v2/api-keys", purpose: "listing API keys" })
                .catch((failure: Error) => failure);
            expect(error).toMatchObject({ kind: "insecure", wasNeverSent: true });
            const refusal = await tryListStatements(
                { restEndpoint: endpoint, organizationId: "o", environmentId: "env-abc123" },
                credentials,
                systemClock,
                1000,
            );
            expect(refusal?.message).toContain("not sent over http");
            expect(requests).toBe(0);
        } finally {
            await new Promise((resolve) => server.close(resolve));
        }
    });
});
