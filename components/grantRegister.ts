import * as pulumi from "@pulumi/pulumi";
import { programError } from "./programError";

/** One for each deployment that runs in this process: the Automation API runs several. */
const registers = new WeakMap<object, Map<string, string>>();

/**
 * Throws where another grant of this program is the same: Confluent Cloud answers the second with 409, when the first is
 * made. `place` says which one this is: `FlinkAccess "orders": roles: FlinkDeveloper`.
 */
export function registerGrant(
    grant: { readonly principal: string; readonly roleName: string; readonly crnPattern: string },
    place: string,
    monitor: object | undefined = pulumi.runtime.getMonitor(),
): void {
    // Mocks give every account the same id, and one process runs many programs under them. Their class is not exported.
    if (monitor === undefined || monitor.constructor.name === "MockMonitor") return;
    const register = registers.get(monitor) ?? new Map<string, string>();
    registers.set(monitor, register);
    const key = JSON.stringify([grant.principal, grant.roleName, grant.crnPattern]);
    const first = register.get(key);
    if (first !== undefined && first !== place) {
        throw programError(
            `${place}: got ${grant.roleName} for ${grant.principal} at ${grant.crnPattern}, which ${first} grants already; expected each grant once in a program. Leave it out of one of the two`,
        );
    }
    register.set(key, place);
}
