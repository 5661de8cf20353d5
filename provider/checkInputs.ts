import { checkLocation } from "./checkLocation";
import { type CheckFailure, checkShapes } from "./keyInputs";
import { knownOutputs } from "./knownOutputs";
import type { Session } from "./session";

type Properties = Record<string, unknown>;

export interface CheckAnswer {
    inputs: Properties;
    failures: CheckFailure[];
}

/**
 * Validates and normalises the inputs of one key, and adds the outputs that are known. Confluent Cloud is only asked about an
 * environment or region that is new.
 */
export async function checkInputs(
    openSession: () => Session,
    olds: Properties,
    news: Properties,
): Promise<CheckAnswer> {
    // The resource of `components/failedLookUp.ts`, which exists to be refused.
    if (typeof news.mistake === "string")
        return { inputs: news, failures: [{ property: "", reason: news.mistake }] };
    const { inputs, failures } = checkShapes(news);
    const answer = { inputs: inputs as unknown as Properties, failures };
    const session = trySession(openSession);
    if (!(session instanceof Error)) session.declared.check(inputs, false);
    if (session instanceof Error) failures.push({ property: "", reason: session.message });
    if (session instanceof Error || failures.length > 0) return answer;
    const locationIsNew = (["environmentId", "cloud", "region", "regions"] as const).some(
        (property) => JSON.stringify(inputs[property]) !== JSON.stringify(olds[property]),
    );
    if (locationIsNew) failures.push(...(await checkLocation(session, inputs)));
    if (failures.length > 0) return answer;
    Object.assign(answer.inputs, await knownOutputs(session, olds, inputs));
    session.declared.check(inputs, true);
    return answer;
}

function trySession(openSession: () => Session): Session | Error {
    try {
        return openSession();
    } catch (error) {
        return error as Error;
    }
}
