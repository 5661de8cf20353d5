// What constructing a key costs a program, counted in stack traces. Not proven here: what that is in time, which the
// benchmarks have.
import * as pulumi from "@pulumi/pulumi";
import { FlinkApiKey } from "../../components";
import { pausePromiseTraces } from "../../components/promiseTraces";

const args = { owner: "sa-111aaa", environmentId: "env-abc123", cloud: "aws", region: "us-east-2" };

beforeAll(async () => {
    await pulumi.runtime.setMocks({
        newResource: ({ inputs }) => ({ id: "id", state: { ...inputs, status: "ready" } }),
        call: ({ inputs }) => inputs,
    });
});

/** Stack traces with at least one frame that were made while `work` ran. */
function tracesOf(work: () => void): number {
    let traces = 0;
    const before = Error.prepareStackTrace;
    Error.prepareStackTrace = (_error, frames) => {
        if (frames.length > 0) traces++;
        return "";
    };
    try {
        work();
    } finally {
        Error.prepareStackTrace = before;
    }
    return traces;
}

describe("FlinkApiKey", () => {
    it("costs a program as many stack traces as a resource without properties", () => {
        class Bare extends pulumi.CustomResource {}
        const bare = tracesOf(() => void new Bare("bench:index:Bare", "bare", {}));
        const key = tracesOf(() => void new FlinkApiKey("key", args));
        expect(bare).toBeGreaterThan(0);
        expect(key).toBeLessThanOrEqual(bare);
    });

    it("says where a key without a name was declared, and leaves the limit of stack traces alone", () => {
        const limit = Error.stackTraceLimit;
        let thrown: unknown;
        const declareNameless = (): void => {
            try {
                new FlinkApiKey("", args);
            } catch (error) {
                thrown = error;
            }
        };
        declareNameless();
        expect((thrown as Error).message).toContain("Missing resource name");
        expect((thrown as Error).stack?.split("\n")[1]).toContain("declareNameless");
        expect(Error.stackTraceLimit).toBe(limit);
    });
});

describe("pausePromiseTraces", () => {
    it("leaves traces, and the errors that have them, as they are where the SDK is asked to debug promises", () => {
        const limit = Error.stackTraceLimit;
        const traces = pausePromiseTraces({ PULUMI_DEBUG_PROMISE_LEAKS: "1" });
        const error = new Error("as it is");
        const stack = error.stack;
        expect(Error.stackTraceLimit).toBe(limit);
        expect(traces.retrace(error, FlinkApiKey)).toBe(error);
        expect(error.stack).toBe(stack);
    });
});
