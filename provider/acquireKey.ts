import { randomBytes } from "node:crypto";
import { regionName } from "../confluent/flinkScope";
import { adoptKey, type ProbeTarget } from "./adoptKey";
import { createKey } from "./createKey";
import type { KeyInputs } from "./keyInputs";
import type { KeyScope } from "./keyScope";
import type { KeyState } from "./keyState";
import { beforeAdoption } from "./ownership";
import { endpointSettingOf, restEndpointOf } from "./restEndpoint";
import type { Session } from "./session";
import { removeStrays } from "./strays";
import { tagOf } from "./tag";

/** Creates the key, or takes over the one in `adopt`. Whatever can be checked beforehand is checked before a key exists. */
export async function acquireKey(
    session: Session,
    inputs: KeyInputs,
    scope: KeyScope,
): Promise<{ state: KeyState; mayHaveStrays: boolean }> {
    const [{ organizationId }, ...endpoints] = await Promise.all([
        session.environment(scope.environmentId),
        ...scope.places.map(async (place) => ({
            place,
            restEndpoint: await restEndpointOf(session, place, inputs.readiness),
            setting: endpointSettingOf(place, inputs.readiness),
        })),
    ]);
    const { key, secret, mayHaveStrays } = inputs.adopt
        ? await adopt(session, inputs, {
              scope,
              organizationId,
              ...(endpoints[0] as (typeof endpoints)[number]),
          })
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
            endpoints.map(({ place, restEndpoint, setting }) => [
                regionName(place),
                { restEndpoint, setting },
            ]),
        ),
        status: "pending",
        superseded: [],
    };
    return { state, mayHaveStrays };
}

async function adopt(session: Session, inputs: KeyInputs, target: ProbeTarget) {
    const { owner } = inputs;
    const tag = tagOf(inputs.description);
    const apiKey = String(inputs.adopt?.apiKey);
    // From here on, no other resource of this run deletes it.
    session.learnAdopter(apiKey, tag);
    try {
        const adopted = await adoptKey(session, inputs, target);
        session.learn([apiKey]);
        // An interrupted run may have created a key before the program was changed to adopt one.
        const search = { owner, scopeName: target.scope.name, tag, stateIsUnknown: true };
        await removeStrays(session, await session.ownerKeys(owner), search);
        return { ...adopted, mayHaveStrays: false };
    } catch (error) {
        session.learnAdopter(apiKey, undefined);
        throw error;
    }
}
