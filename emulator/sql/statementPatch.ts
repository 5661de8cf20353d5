import { badRequest, invalidConfiguration } from "../apiError";
import { RequestBody } from "../requestBody";

const changeable: readonly string[] = ["/spec/stopped", "/spec/compute_pool_id", "/spec/principal"];

/**
 * Converts a JSON patch (RFC 6902) of a statement to the body of the equivalent PUT. The operations `add` and `replace` are
 * supported, in upper and lower case: Confluent's specification uses upper case, RFC 6902 and confluent-sql lower case.
 * @param stopped whether the statement is stopped now: a PUT must set it
 */
export function readStatementPatch(patch: unknown, stopped: boolean): RequestBody {
    if (!Array.isArray(patch)) throw badRequest("A patch must be a JSON array of operations.");
    const spec: Record<string, unknown> = { stopped };
    for (const operation of patch) {
        const { op, path, value } = (operation ?? {}) as Record<string, unknown>;
        if (!/^(add|replace)$/i.test(String(op)))
            throw badRequest(`The operation of a patch must be add or replace, got '${String(op)}'.`);
        if (typeof path !== "string" || !changeable.includes(path)) {
            throw invalidConfiguration(
                `A patch of a statement can change ${changeable.join(", ")}, not '${String(path)}'.`,
                String(path),
            );
        }
        spec[path.slice("/spec/".length)] = value;
    }
    return new RequestBody({ spec });
}
