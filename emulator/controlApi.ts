import type { FastifyInstance, FastifyReply } from "fastify";
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

    server.get("/_emulator/state", async () => describeState(cloud));

    server.get("/_emulator/journal", async () => journal.entries());
    server.delete("/_emulator/journal", async (_request, reply) => {
        journal.clear();
        return reply.code(204).send();
    });

    server.get("/_emulator/faults", async () => faults.list());
    server.post("/_emulator/faults", async (request, reply) =>
        attempt(reply, () => reply.code(201).send({ id: faults.add(request.body as FaultRule) })),
    );
    server.delete("/_emulator/faults", async (_request, reply) => {
        faults.clear();
        return reply.code(204).send();
    });
    server.delete<{ Params: { id: string } }>("/_emulator/faults/:id", async (request, reply) =>
        faults.remove(request.params.id)
            ? reply.code(204).send()
            : reply.code(404).send({ message: `There is no fault rule '${request.params.id}'.` }),
    );

    server.post("/_emulator/statements", async (request, reply) =>
        attempt(reply, () => {
            const { name, degraded } = readDegradation(request.body);
            degradeStatement(cloud, name, degraded);
            return reply.code(204).send();
        }),
    );

    addUploadRoute(server, cloud);

    const lags = () => ({ listLagMs: cloud.apiKeys.lagMs, revocationMs: cloud.apiKeys.revocationMs });
    server.get("/_emulator/lags", async () => lags());
    server.post("/_emulator/lags", async (request, reply) =>
        attempt(reply, () => {
            cloud.setLags(readLags(request.body));
            return reply.send(lags());
        }),
    );

    server.get("/_emulator/clock", async () => clock());
    server.post("/_emulator/clock", async (request, reply) =>
        attempt(reply, () => {
            cloud.clock.advance(readAdvance(request.body));
            return reply.send(clock());
        }),
    );
}

/** The upload URLs of Flink artifacts. A file of any type and size is read and dropped. */
function addUploadRoute(server: FastifyInstance, cloud: Cloud): void {
    void server.register(async (scope) => {
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
            url: "/_emulator/uploads/:id",
            bodyLimit: Number.MAX_SAFE_INTEGER,
            handler: async (request, reply) =>
                receiveUpload(cloud, request.params.id, Number(request.body ?? 0))
                    ? reply.code(200).send()
                    : reply.code(403).send({ message: "The upload URL is unknown or has expired." }),
        });
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
    const lags = (body ?? {}) as Record<string, unknown>;
    const entries = Object.entries(lags);
    const isLag = ([name, value]: [string, unknown]): boolean =>
        (name === "listLagMs" || name === "revocationMs") &&
        typeof value === "number" &&
        Number.isFinite(value) &&
        value >= 0;
    if (entries.length === 0 || !entries.every(isLag)) {
        throw new TypeError(
            'The body must be { "listLagMs": 5000, "revocationMs": 0 } or one of the two, in milliseconds from 0.',
        );
    }
    return lags as Lags;
}

function attempt(reply: FastifyReply, action: () => FastifyReply): FastifyReply {
    try {
        return action();
    } catch (error) {
        return reply.code(400).send({ message: error instanceof Error ? error.message : String(error) });
    }
}
