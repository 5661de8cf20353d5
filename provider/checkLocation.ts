import { ConfluentError, mayBeGone } from "../confluent/confluentError";
import { type CheckFailure, isUnknown, type KeyInputs } from "./keyInputs";
import type { Session } from "./session";

/** Checks environment and region with Confluent Cloud. Reports only what is certain: a failed request is no failure here. */
export async function checkLocation(session: Session, inputs: KeyInputs): Promise<CheckFailure[]> {
    const failures: CheckFailure[] = [];
    if (!isUnknown(inputs.environmentId)) {
        const problem = await session.environment(inputs.environmentId).then(
            () => undefined,
            (error: unknown) => error,
        );
        if (problem instanceof ConfluentError && problem.kind === "unauthenticated") {
            return [{ property: "", reason: problem.message }];
        }
        if (mayBeGone(problem)) {
            failures.push({
                property: "environmentId",
                reason: `got "${inputs.environmentId}", expected an environment that exists and that the Cloud API key is allowed to see (confluent environment list)`,
            });
        }
    }
    if (!isUnknown(inputs.cloud) && !isUnknown(inputs.region)) {
        const regions = await session.regions().catch(() => undefined);
        const ofCloud = regions?.filter(({ cloud }) => cloud === inputs.cloud).map(({ region }) => region);
        if (ofCloud !== undefined && ofCloud.length > 0 && !ofCloud.includes(inputs.region)) {
            failures.push({
                property: "region",
                reason: `got "${inputs.region}", expected a region of ${inputs.cloud} where Confluent Cloud runs Flink: ${ofCloud.sort().join(", ")}`,
            });
        }
    }
    return failures;
}
