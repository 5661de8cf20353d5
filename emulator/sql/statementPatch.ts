import { badRequest, invalidConfiguration } from "../apiError";
import { RequestBody } from "../requestBody";

const CHANGEABLE: readonly string[] = ["/spec/stopped", "/spec/compute_pool_id", "/spec/principal"];

/**
 * A JSON patch (RFC 6902) of a statement as the body of the PUT that does the same. `add` and `replace` of what may change;
 * the names of operations in either case: the specification has them in capitals, RFC 6902 and confluent-sql do not.
 * @param stopped Whether the statement is stopped now: a PUT always says it.
 */
export function readStatementPatch(patch: unknown, stopped: boolean): RequestBody {
    if (!Array.isArray(patch)) {
        throw badRequest("A patch must be a JSON array of operations.");
    }
    const spec: Record<string, unknown> = { stopped };
    for (const operation of patch) {
        const { op, path, value } = (operation ?? {}) as Record<string, unknown>;
        if (!/^(add|replace)$/i.test(String(op))) {
            throw badRequest(`The operation of a patch must be add or replace, got '${String(op)}'.`);
        }
        if (typeof path !== "string" || !CHANGEABLE.includes(path)) {
            throw invalidConfiguration(
                `A patch of a statement can change ${CHANGEABLE.join(", ")}, not '${String(path)}'.`,
                String(path),
            );
        }
        spec[path.slice("/spec/".length)] = value;
    }
    return new RequestBody({ spec });
}
