import { randomBytes } from "node:crypto";
import type { FlinkEndpoint } from "../confluent/flinkStatements";
import { adoptKey } from "./adoptKey";
import { createKey } from "./createKey";
import type { KeyInputs } from "./keyInputs";
import { type KeyScope, placeNames } from "./keyScope";
import type { KeyEndpoint, KeyState } from "./keyState";
import { beforeAdoption } from "./ownership";
import { keyEndpointOf } from "./restEndpoint";
import type { Session } from "./session";
import { removeStrays } from "./strays";
import { tagOf } from "./tag";

/** Creates the key, or takes over the one in `adopt`. Whatever can be checked beforehand is checked before a key exists. */
export async function acquireKey(
    session: Session,
    inputs: KeyInputs,
    scope: KeyScope,
): Promise<{ state: KeyState; mayHaveStrays: boolean }> {
    const { environmentId } = scope;
    const [{ organizationId }, ...endpoints] = await Promise.all([
        session.environment(environmentId),
        ...scope.places.map((place) => keyEndpointOf(session, place, inputs.readiness)),
    ]);
    const { restEndpoint } = endpoints[0] as KeyEndpoint;
    const { key, secret, mayHaveStrays } = inputs.adopt
        ? await adopt(session, inputs, scope.name, { restEndpoint, organizationId, environmentId })
        : await createKey(
              session,
              { ...inputs, ownerId: inputs.owner, scope: scope.resource },
              { stateIsUnknown: true },
          );
    const tag = tagOf(inputs.description);
    const state: KeyState = {
        owner: inputs.owner,
        scope,
        displayName: key.displayName,
        description: inputs.adopt ? beforeAdoption(key.description, tag) : key.description,
        tag,
        adoption: inputs.adopt && randomBytes(5).toString("hex"),
        organizationId,
        rotationTrigger: inputs.rotationTrigger,
        apiKey: key.id,
        apiSecret: secret,
        createdAt: key.createdAt,
        endpoints: Object.fromEntries(
            placeNames(scope).map((name, i) => [name, endpoints[i] as KeyEndpoint]),
        ),
        status: "pending",
        superseded: [],
    };
    return { state, mayHaveStrays };
}

async function adopt(session: Session, inputs: KeyInputs, scopeName: string, endpoint: FlinkEndpoint) {
    const { owner } = inputs;
    const tag = tagOf(inputs.description);
    const apiKey = String(inputs.adopt?.apiKey);
    // From here on, no other resource of this run deletes it.
    if (tag !== undefined) session.adopters.set(apiKey, tag);
    try {
        const adopted = await adoptKey(session, inputs, scopeName, endpoint);
        session.known.add(apiKey);
        // An interrupted run may have created a key before the program was changed to adopt one.
        const search = { owner, scopeName, tag, stateIsUnknown: true };
        await removeStrays(session, await session.ownerKeys(owner), search);
        return { ...adopted, mayHaveStrays: false };
    } catch (error) {
        session.adopters.delete(apiKey);
        throw error;
    }
}
