import * as pulumi from "@pulumi/pulumi";
import { processWide } from "./processWide";
import { programError } from "./programError";

/** One for each deployment in this process; the Automation API can run several. */
const registers = processWide("grants", () => new WeakMap<object, Map<string, string>>());

/**
 * Throws if the program declares the same grant twice. Confluent Cloud would answer 409 to the second, after the first was
 * created. `subject` names this one: `FlinkAccess "orders": roles: FlinkDeveloper`.
 */
export function registerGrant(
    grant: { readonly principal: string; readonly roleName: string; readonly crnPattern: string },
    subject: string,
    monitor: object | undefined = pulumi.runtime.getMonitor(),
): void {
    // Under mocks every account has the same id, and one process runs many programs. The class of the mocks is not exported.
    if (monitor === undefined || monitor.constructor.name === "MockMonitor") return;
    const register = registers.get(monitor) ?? new Map<string, string>();
    registers.set(monitor, register);
    const key = JSON.stringify([grant.principal, grant.roleName, grant.crnPattern]);
    const first = register.get(key);
    if (first !== undefined && first !== subject) {
        throw programError(
            `${subject}: got ${grant.roleName} for ${grant.principal} at ${grant.crnPattern}, which ${first} grants already; expected each grant once in a program. Do not only leave it out of one: when the other is removed, the role goes with it, and this one keeps a key without a role. Leave it out of both, and declare one confluentcloud.RoleBinding beside them (docs/roles.md, "One role for several accesses")`,
        );
    }
    register.set(key, subject);
}
