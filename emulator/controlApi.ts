import type { FastifyInstance } from "fastify";
import { receiveUpload } from "./artifact/flinkArtifacts";
import { timestamp } from "./clock";
import type { Cloud } from "./cloud";
import { parseDuration } from "./duration";
import type { Lags } from "./emulatorOptions";
import { describeState } from "./emulatorState";
import type { FaultRule, Faults } from "./faults";
import type { Journal } from "./journal";
import { degradeStatement } from "./sql/statementPhase";

/**
 * The control API below `/_emulator`: what a test in the same process does on the `Emulator` object, for an emulator that
 * runs as a process of its own. It needs no credentials, accepts loopback host names only, is not recorded in the journal,
 * and fault rules do not apply to it.
 */
export function addControlRoutes(
    server: FastifyInstance,
    cloud: Cloud,
    faults: Faults,
    journal: Journal,
): void {
    const clock = (): { now: string; nowMs: number } => ({ now: timestamp(cloud.now()), nowMs: cloud.now() });
    const lags = () => ({ listLagMs: cloud.apiKeys.lagMs, revocationMs: cloud.apiKeys.revocationMs });

    const addRoutes = async (control: FastifyInstance): Promise<void> => {
        control.setErrorHandler((error: Error, _request, reply) =>
            reply.code(400).send({ message: error.message }),
        );
        control.get("/state", async () => describeState(cloud));

        control.get("/journal", async () => journal.entries());
        control.delete("/journal", async (_request, reply) => {
            journal.clear();
            return reply.code(204).send();
        });

        control.get("/faults", async () => faults.list());
        control.post("/faults", async ({ body }, reply) =>
            reply.code(201).send({ id: faults.add(body as FaultRule) }),
        );
        control.delete("/faults", async (_request, reply) => {
            faults.clear();
            return reply.code(204).send();
        });
        control.delete<{ Params: { id: string } }>("/faults/:id", async ({ params: { id } }, reply) =>
            faults.remove(id)
                ? reply.code(204).send()
                : reply.code(404).send({ message: `There is no fault rule '${id}'.` }),
        );

        control.post("/statements", async ({ body }, reply) => {
            const { name, degraded } = readDegradation(body);
            degradeStatement(cloud, name, degraded);
            return reply.code(204).send();
        });

        control.get("/lags", async () => lags());
        control.post("/lags", async ({ body }) => {
            cloud.setLags(readLags(body));
            return lags();
        });

        control.get("/clock", async () => clock());
        control.post("/clock", async ({ body }) => {
            cloud.clock.advance(readAdvance(body));
            return clock();
        });
    };
    void server.register(addRoutes, { prefix: "/_emulator" });
    void server.register(async (scope) => addUploadRoute(scope, cloud), { prefix: "/_emulator" });
}

/** The upload URLs of Flink artifacts. A file of any type and size is read and dropped. */
function addUploadRoute(scope: FastifyInstance, cloud: Cloud): void {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, payload, done) => {
        let bytes = 0;
        payload.on("data", (part: Buffer) => {
            bytes += part.length;
        });
        payload.on("end", () => done(null, bytes));
        payload.on("error", done);
    });
    scope.route<{ Params: { id: string } }>({
        method: ["POST", "PUT"],
        url: "/uploads/:id",
        bodyLimit: Number.MAX_SAFE_INTEGER,
        handler: async (request, reply) =>
            receiveUpload(cloud, request.params.id, Number(request.body ?? 0))
                ? reply.code(200).send()
                : reply.code(403).send({ message: "The upload URL is unknown or has expired." }),
    });
}

/** `{ "advance": "90d" }` or `{ "advanceMs": 1000 }`. */
function readAdvance(body: unknown): number {
    const { advance, advanceMs } = (body ?? {}) as { advance?: unknown; advanceMs?: unknown };
    if (typeof advance === "string") return parseDuration(advance);
    if (typeof advanceMs === "number") return advanceMs;
    throw new TypeError('The body must be { "advance": "90d" } or { "advanceMs": 1000 }.');
}

/** `{ "name": "my-statement", "degraded": true }` */
function readDegradation(body: unknown): { name: string; degraded: boolean } {
    const { name, degraded } = (body ?? {}) as { name?: unknown; degraded?: unknown };
    if (typeof name === "string" && typeof degraded === "boolean") return { name, degraded };
    throw new TypeError('The body must be { "name": "my-statement", "degraded": true }.');
}

/** `{ "listLagMs": 5000, "revocationMs": 0 }`, or one of the two. */
function readLags(body: unknown): Lags {
    const lags = Object.entries(body ?? {});
    const isLag = ([name, value]: [string, unknown]): boolean =>
        /^(listLagMs|revocationMs)$/.test(name) && typeof value === "number" && value >= 0;
    if (lags.length > 0 && lags.every(isLag)) return Object.fromEntries(lags);
    throw new TypeError(
        'The body must be { "listLagMs": 5000, "revocationMs": 0 } or one of the two, in milliseconds from 0.',
    );
}
