import { getApiKey } from "../../confluent/apiKeys";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { ConfluentError, mayBeGone } from "../../confluent/confluentError";
import { crnOfOrganization } from "../../confluent/crn";
import { listEnvironments } from "../../confluent/environments";
import { listFlinkRegions } from "../../confluent/flinkRegions";
import { getOrganizationId } from "../../confluent/organizations";
import { principalExists } from "../../confluent/principals";
import { listRoleBindings, type RoleBinding } from "../../confluent/roleBindings";
import type { CheckedStackConfig } from "../../program/checkStackConfig";
import { commandName } from "../commandName";
import type { Connection } from "../connect";
import { type HeldRole, type NeededRight, neededRights, reaches } from "./neededRights";

/**
 * `allowed`: by every edition of Confluent's pages. `perhaps`: two editions contradict each other, or the roles cannot be
 * read. `missing`: by none.
 */
type Verdict = "allowed" | "perhaps" | "missing";

export interface RightVerdict {
    /** What a deployment does: `create the service account`. */
    readonly right: string;
    readonly verdict: Verdict;
    /** For `perhaps` and `missing`: why, and what to do. */
    readonly explanation?: string;
}

/**
 * Checks the rights that the deployment of a stack needs, with read requests only. Returns one verdict for each. If the
 * credentials are invalid, that is the only verdict. `principalId` is the owner of the Cloud API key, if the user gave it.
 */
export async function checkRights(
    { api, identity }: Connection,
    access: CheckedStackConfig["access"],
    principalId: string | undefined,
): Promise<RightVerdict[]> {
    const credentials = "use the Cloud API key with Confluent Cloud";
    let environments: Awaited<ReturnType<typeof listEnvironments>>;
    try {
        environments = await listEnvironments(api);
    } catch (error) {
        if (!(error instanceof ConfluentError) || error.kind !== "unauthenticated") throw error;
        return [verdictOf(credentials, false, error.message)];
    }
    const visible = environments.map(({ id }) => id);
    const environmentId = String(access.environmentId);
    const verdicts = [
        verdictOf(credentials, true),
        verdictOf(
            `see environment ${environmentId}`,
            visible.includes(environmentId),
            `It does not exist, or the Cloud API key's owner has no role in it. It sees ${visible.join(", ") || "none"}.`,
        ),
    ];
    const known = (await listFlinkRegions(api)).map(({ cloud, region }) => `${cloud}.${region}`);
    for (const name of access.regions) {
        const region = name.split(".").slice(-2).join(".");
        const explanation = "Confluent Cloud does not run Flink there.";
        verdicts.push(verdictOf(`find Flink in ${region}`, known.includes(region), explanation));
    }
    // If the stack uses an existing owner, the caller must be allowed to see it.
    const ownerId = access.principal?.serviceAccountId ?? access.principal?.userId;
    if (typeof ownerId === "string") {
        const explanation = "It does not exist, or the Cloud API key's owner has no role that shows it.";
        const right = `see the owner of the keys, ${ownerId}`;
        verdicts.push(verdictOf(right, await principalExists(api, ownerId), explanation));
    }

    const organizationCrn = crnOfOrganization(await getOrganizationId(api));
    const bindings = await visibleBindings(api, organizationCrn);
    const callerId = principalId ?? (await findCaller(api, identity, bindings, organizationCrn));
    const held = bindings.filter((binding) => binding.principalId === callerId);
    // A caller that sees an environment has a role. If no role is listed, the list cannot be used.
    const canJudge = callerId !== undefined && (held.length > 0 || environments.length === 0);
    for (const right of neededRights(access, organizationCrn, callerId))
        verdicts.push(judge(right, held, canJudge ? callerId : undefined));
    return verdicts;
}

function verdictOf(right: string, isAllowed: boolean, explanation = ""): RightVerdict {
    return isAllowed ? { right, verdict: "allowed" } : { right, verdict: "missing", explanation };
}

/** Role bindings on the organization and below it; none if the caller is not allowed to list them. */
async function visibleBindings(api: ConfluentApi, organizationCrn: string): Promise<readonly RoleBinding[]> {
    try {
        return await listRoleBindings(api, organizationCrn);
    } catch (error) {
        if (mayBeGone(error)) return [];
        throw error;
    }
}

/**
 * The principal of the credentials: the identity pool itself, or the owner of the Cloud API key. If the key cannot be read
 * and all listed bindings belong to one principal, it is that one: Confluent Cloud shows a binding only to administrators and
 * to its own principal.
 */
async function findCaller(
    api: ConfluentApi,
    identity: string,
    bindings: readonly RoleBinding[],
    organizationCrn: string,
): Promise<string | undefined> {
    if (identity.startsWith("pool-")) return identity;
    try {
        return (await getApiKey(api, identity)).ownerId;
    } catch (error) {
        if (!mayBeGone(error)) throw error;
    }
    const onOrganization = bindings.filter(({ crnPattern }) => crnPattern === organizationCrn);
    const principals = new Set(
        (onOrganization.length > 0 ? onOrganization : bindings).map((binding) => binding.principalId),
    );
    return principals.size === 1 ? [...principals][0] : undefined;
}

function judge(
    { right, roles, disputed = [], remedy }: NeededRight,
    held: readonly HeldRole[],
    callerId: string | undefined,
): RightVerdict {
    const isHeld = ({ roleName, crnPattern }: HeldRole): boolean =>
        held.some((role) => role.roleName === roleName && reaches(role.crnPattern, crnPattern));
    if (roles.some(isHeld)) return { right, verdict: "allowed" };
    const [narrowest, ...wider] = roles;
    const others = wider.length > 0 ? `, or ${wider.map(({ roleName }) => roleName).join(", or ")}` : "";
    const need =
        narrowest === undefined
            ? "No role allows this."
            : `This needs ${narrowest.roleName} on ${narrowest.crnPattern}${others}.`;
    if (callerId === undefined) {
        const explanation = `${need} This Cloud API key cannot read its owner or the owner's roles: give the owner with --principal, or ask an administrator to check (confluent iam rbac role-binding list --principal User:<id> --inclusive).`;
        return { right, verdict: "perhaps", explanation };
    }
    const grant =
        narrowest &&
        `confluent iam rbac role-binding create --principal User:${callerId} --role ${narrowest.roleName}${scopeOption(narrowest.crnPattern)}`;
    const contradiction = disputed.find(isHeld);
    if (contradiction !== undefined) {
        const explanation = `${callerId} has ${contradiction.roleName}: ${contradiction.editions}. To find out, run ${commandName} conformance as an OrganizationAdmin. To be certain: ${remedy ?? grant}`;
        return { right, verdict: "perhaps", explanation };
    }
    const lacks = roles.length === 1 ? "does not have it" : "has none of them";
    const cure = remedy ?? grant;
    const explanation = narrowest === undefined ? `${need} ${cure}` : `${need} ${callerId} ${lacks}: ${cure}`;
    return { right, verdict: "missing", explanation };
}

/** The options of the Confluent CLI for a CRN. */
function scopeOption(crn: string): string {
    const [, environment] = /\/environment=([^/]+)/.exec(crn) ?? [];
    const [, account] = /\/service-account=([^/]+)$/.exec(crn) ?? [];
    return `${environment ? ` --environment ${environment}` : ""}${account ? ` --resource service-account:${account}` : ""}`;
}
