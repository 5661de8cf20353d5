/** The contract check itself: it must report every kind of violation. */
import { type Exchange, startEmulator } from "../../emulator";
import { EmulatorClient } from "../emulator/emulatorClient";
import { loadOpenapiContract, type OpenapiContract } from "./openapiContract";

describe("the OpenAPI contract reports a violation", () => {
    let contract: OpenapiContract;
    /** An exchange that follows the contract. */
    let exchange: Exchange;

    beforeAll(async () => {
        contract = await loadOpenapiContract();
        const exchanges: Exchange[] = [];
        const emulator = await startEmulator({ onExchange: (one) => exchanges.push(one) });
        await new EmulatorClient(emulator).makeAccount();
        await emulator.close();
        exchange = exchanges[0] as Exchange;
        expect(contract.check(exchange)).toEqual([]);
    });

    it("for a request with an undeclared field", async () => {
        const requestBody = { display_name: "app", displayName: "app" };
        expect(contract.check({ ...exchange, requestBody })).toEqual([
            "POST /iam/v2/service-accounts: request /displayName is not declared",
        ]);
    });

    it("for a request without a required field", async () => {
        expect(contract.check({ ...exchange, requestBody: {} })).toEqual([
            "POST /iam/v2/service-accounts: request / must have required property 'display_name'",
        ]);
    });

    it("for a request that sets a read-only field", async () => {
        const requestBody = { display_name: "app", id: "sa-111aaa" };
        expect(contract.check({ ...exchange, requestBody })).toEqual([
            "POST /iam/v2/service-accounts: request /id is read-only",
        ]);
    });

    it("for an undeclared query parameter", async () => {
        expect(contract.check({ ...exchange, query: { owner: "sa-111aaa" } })).toEqual([
            "POST /iam/v2/service-accounts: request /query must NOT have additional properties (owner)",
        ]);
    });

    it("for a response with a field of another type, an undeclared field, or no body", async () => {
        const valid = exchange.responseBody as object;
        expect(contract.check({ ...exchange, responseBody: { ...valid, display_name: 1 } })).toEqual([
            "POST /iam/v2/service-accounts: response 201 /display_name must be string",
        ]);
        expect(contract.check({ ...exchange, responseBody: { ...valid, extra: 1 } })).toEqual([
            "POST /iam/v2/service-accounts: response 201 /extra is not declared",
        ]);
        expect(contract.check({ ...exchange, responseBody: undefined })).toEqual([
            "POST /iam/v2/service-accounts: response 201 has no body",
        ]);
    });

    it("for an undocumented status or path, and for a missing header", async () => {
        expect(contract.check({ ...exchange, status: 207 })).toEqual([
            "POST /iam/v2/service-accounts: status 207 is not documented",
        ]);
        expect(contract.check({ ...exchange, path: "/iam/v3/service-accounts" })).toEqual([
            "POST /iam/v3/service-accounts: no specification has this operation",
        ]);
        const { location, ...responseHeaders } = exchange.responseHeaders;
        expect(location).toContain("/iam/v2/service-accounts/sa-");
        expect(contract.check({ ...exchange, responseHeaders })).toEqual([
            "POST /iam/v2/service-accounts: response 201 has no header location",
        ]);
    });
});
