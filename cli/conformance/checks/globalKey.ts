import { type ConformanceRun, InconclusiveCheck } from "../conformanceRun";

/** How long the control plane may take to know a new key. */
const longestUnknownMs = 60_000;
const pauseMs = 5000;

/** Creates a Global API key of the run's account, and uses it at each API of the control plane and at the region. */
export async function checkGlobalKey(run: ConformanceRun, isUsable: boolean): Promise<void> {
    const ids = ["global-key-control-plane", ...(isUsable ? ["region-global-key"] : [])];
    await run.check(ids, async () => {
        const { clock } = run.context;
        const { response, key } = await run.created.createKey({
            resource: { id: "global" },
            displayName: run.created.nameOf("global"),
        });
        if (key === undefined) throw new InconclusiveCheck("creating a Global API key", response);
        const sinceMs = clock.now();
        if (isUsable) await run.measure(sinceMs, { "region-global-key": () => run.isAccepted(key) });
        const refusing = new Map(apisOf(run));
        for (;;) {
            for (const [path, query] of refusing) {
                // 403 means that the key is known, and that its owner has no role there.
                const { status } = await run.get(path, query, key.credentials);
                if (status !== 401) refusing.delete(path);
            }
            if (refusing.size === 0 || clock.now() - sinceMs >= longestUnknownMs) break;
            await run.sleep(pauseMs);
        }
        const isEverywhere = refusing.size === 0;
        const otherwise = `401 at ${[...refusing.keys()].join(", ")}`;
        run.findings.record("global-key-control-plane", isEverywhere, "at each", otherwise);
        run.profile.globalKeyApis = isEverywhere ? "all" : "org-and-flink";
        await run.deleteKey(key);
    });
}

/** A list of each API that the package or a client of Flink reads. */
function apisOf(run: ConformanceRun): [path: string, query: Record<string, string>][] {
    const { environmentId } = run.context.scope;
    return [
        ["/org/v2/environments", {}],
        ["/iam/v2/api-keys", { "spec.owner": run.created.accountId }],
        ["/fcpm/v2/regions", {}],
        ["/cmk/v2/clusters", { environment: environmentId }],
        ["/srcm/v3/clusters", { environment: environmentId }],
        ["/endpoint/v1/endpoints", { service: "FLINK", environment: environmentId }],
        ["/service-quota/v1/applied-quotas", { scope: "SERVICE_ACCOUNT" }],
    ];
}
