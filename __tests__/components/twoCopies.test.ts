// Two copies of this package in one program, as where an app and a library of the house bring different versions. Not proven here: an
// engine that registers hooks and resources of both (`npm run test:consumers -- copies`).
import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { MockConfluentCloud } from "../../testing";

/** Loads the module again. Both copies use the program's SDK and the official package. */
function copyOf<T>(path: string): T {
    let loaded: T | undefined;
    jest.isolateModules(() => {
        jest.doMock("@pulumi/pulumi", () => pulumi);
        jest.doMock("@pulumi/confluentcloud", () => confluentcloud);
        loaded = require(path);
    });
    return loaded as T;
}

type Components = typeof import("../../components");
const path = "../../components";

describe("two copies of the package in one program", () => {
    it("G53: share the provider process that belongs to an explicit provider", async () => {
        const [first, second] = [copyOf<Components>(path), copyOf<Components>(path)];
        expect(first.FlinkAccess).not.toBe(second.FlinkAccess);
        const cloud = new MockConfluentCloud();
        await cloud.deploy(() => {
            const provider = new confluentcloud.Provider("organization", {
                cloudApiKey: "ABCDEFGH12345678",
                cloudApiSecret: "secret",
            });
            const args = {
                environmentId: "env-abc123",
                regions: ["aws.us-east-2"],
            };
            new first.FlinkAccess("orders", args, { provider });
            new second.FlinkAccess("billing", args, { provider });
        });
        const providers = cloud.resources.filter(({ type }) => type === "pulumi:providers:pulumi-nodejs");
        expect(providers.map(({ name }) => name)).toEqual(["organization-flink"]);
        expect(cloud.apiKeys).toHaveLength(2);
    });

    it("G53: register error hooks of different names, because an engine refuses a second one of the same name", async () => {
        await pulumi.runtime.setMocks({ newResource: () => ({ id: "id", state: {} }), call: () => ({}) });
        const monitor = pulumi.runtime.getMonitor() as unknown as Record<string, unknown>;
        monitor.registerErrorHook = jest.fn();
        const { getStore } = require("@pulumi/pulumi/runtime/state");
        getStore().supportsErrorHooks = true;
        const names = jest.fn();
        const ErrorHook = jest.spyOn(pulumi, "ErrorHook").mockImplementation(((name: string) => {
            names(name);
        }) as never);
        try {
            for (let copy = 0; copy < 2; copy++) {
                const { withConflictRemedy } = copyOf<typeof import("../../components/conflictRemedy")>(
                    "../../components/conflictRemedy",
                );
                withConflictRemedy({});
                withConflictRemedy({});
            }
        } finally {
            ErrorHook.mockRestore();
            delete monitor.registerErrorHook;
        }
        expect(names.mock.calls.flat()).toEqual(["confluent-flink-conflict", "confluent-flink-conflict 2"]);
    });
});
