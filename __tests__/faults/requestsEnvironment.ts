import { TestEnvironment } from "jest-environment-node";
import { requestsOfOperations, type Step } from "./operations";

declare global {
    /** What each operation sends in a clean run, by the operation's name. */
    var operationRequests: Readonly<Record<string, readonly Step[]>>;
}

/** Runs every operation once before the tests are declared, so that there is a test for each request they send. */
export default class RequestsEnvironment extends TestEnvironment {
    override async setup(): Promise<void> {
        await super.setup();
        this.global.operationRequests = await requestsOfOperations();
    }
}
