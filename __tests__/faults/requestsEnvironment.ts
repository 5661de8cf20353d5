import SharingEnvironment from "../environment";
import { requestsOfOperations, type Step } from "./operations";

declare global {
    /** The requests of each operation in a run without faults, by the operation's name. */
    var operationRequests: Readonly<Record<string, readonly Step[]>>;
}

/** Runs every operation once before Jest collects the tests, so that there is a test for each request. */
export default class RequestsEnvironment extends SharingEnvironment {
    override async setup(): Promise<void> {
        await super.setup();
        this.global.operationRequests = await requestsOfOperations();
    }
}
