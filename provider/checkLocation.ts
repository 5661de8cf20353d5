import { ConfluentError, mayBeGone } from "../confluent/confluentError";
import { type CheckFailure, isGlobal, isUnknown, type KeyInputs, regionsIn } from "./keyInputs";
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
    const property = isGlobal(inputs) ? "regions" : "region";
    for (const name of regionsIn(inputs)) {
        const [cloud, region] = name?.split(".") ?? [];
        if (region === undefined) continue;
        const regions = await session.regions().catch(() => undefined);
        const ofCloud = regions?.filter((one) => one.cloud === cloud).map((one) => one.region);
        if (ofCloud !== undefined && ofCloud.length > 0 && !ofCloud.includes(region)) {
            failures.push({
                property,
                reason: `got "${region}", expected a region of ${cloud} where Confluent Cloud runs Flink: ${ofCloud.sort().join(", ")}`,
            });
        }
    }
    return failures;
}
