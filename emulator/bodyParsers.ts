import formbody from "@fastify/formbody";
import type { FastifyInstance } from "fastify";

/** Larger request bodies get 413. */
export const maxBodyBytes = 1024 * 1024;

/** A body that does not match its content type. The text is not kept: it may hold a credential. */
export class UnreadableBody {
    constructor(readonly reason: string) {}
}

/** JSON and forms are parsed. Anything else becomes an `UnreadableBody`, which the request's handler rejects with 400. */
export function addBodyParsers(server: FastifyInstance): void {
    void server.register(formbody, { bodyLimit: maxBodyBytes });
    server.removeContentTypeParser(["application/json", "text/plain"]);
    server.addContentTypeParser(
        ["application/json", "application/json-patch+json"],
        { parseAs: "string" },
        (_request, text, done) => {
            done(null, parseJson(String(text)));
        },
    );
    server.addContentTypeParser("*", { parseAs: "string" }, (_request, text, done) => {
        done(
            null,
            text === "" ? undefined : new UnreadableBody("The content type must be application/json."),
        );
    });
}

function parseJson(text: string): unknown {
    if (text === "") return undefined;
    try {
        return JSON.parse(text);
    } catch {
        return new UnreadableBody("The request body is not JSON.");
    }
}
