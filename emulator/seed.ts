import type { Cloud } from "./cloud";
import type { ApiKey } from "./resources";
import { stubIssuer } from "./sts/stubIdentityProvider";

/** The owner of the Cloud API key that the emulator starts with. */
const bootstrapAccountId = "sa-000aaa";

/** The user that `confluent login` uses. */
const adminUser = { id: "u-000aaa", email: "admin@example.com", fullName: "Organization Admin" };

const seededUsers = [
    { id: "u-111aaa", email: "marty.mcfly@example.com", fullName: "Marty McFly" },
    { id: "u-222bbb", email: "emmett.brown@example.com", fullName: "Emmett Brown" },
] as const;

const identityProviderId = "op-111aaa";

const seededPools = [
    { id: "pool-111aaa", displayName: "deployment pipeline", isAdmin: true },
    { id: "pool-222bbb", displayName: "nothing granted", isAdmin: false },
] as const;

/**
 * Creates the resources that the emulator starts with, and returns the Cloud API key to use. They are marked as seeded and need
 * no propagation:
 * - the environments, each with a Kafka cluster and a Schema Registry
 * - two users without a role and one with OrganizationAdmin
 * - the stub identity provider, with one identity pool that has OrganizationAdmin and one without a role
 * - a service account with OrganizationAdmin, the owner of the Cloud API key
 */
export function seed(cloud: Cloud, environmentIds: readonly string[]): ApiKey {
    const made = cloud.madeNow(true);
    for (const id of environmentIds) {
        const suffix = id.replace(/^env-/, "");
        const inside = { environmentId: id, ...made };
        const level = "ESSENTIALS";
        const displayName = `environment-${suffix}`;
        cloud.environments.add({ id, displayName, streamGovernancePackage: level, ...made });
        cloud.kafkaClusters.add({ id: `lkc-${suffix}`, displayName: `cluster-${suffix}`, ...inside });
        cloud.schemaRegistries.add({ id: `lsrc-${suffix}`, package: level, ...inside });
    }
    for (const user of [...seededUsers, adminUser]) {
        cloud.users.add({ ...user, ...made });
    }
    // A fixed id takes no number from the seed: the ids after it stay as they were before there were logins.
    makeAdmin(cloud, adminUser.id, "rb-000aaa");
    cloud.identityProviders.add({
        id: identityProviderId,
        displayName: "stub identity provider",
        description: "The emulator's own: POST /_emulator/idp/token",
        issuer: stubIssuer,
        jwksUri: `${stubIssuer}/keys`,
        identityClaim: undefined,
        ...made,
    });
    for (const { id, displayName, isAdmin } of seededPools) {
        cloud.identityPools.add({
            id,
            providerId: identityProviderId,
            displayName,
            description: "",
            identityClaim: "claims.sub",
            filter: `claims.iss=="${stubIssuer}"`,
            ...made,
        });
        if (isAdmin) makeAdmin(cloud, id);
    }
    cloud.serviceAccounts.add({
        id: bootstrapAccountId,
        displayName: "emulator-bootstrap",
        description: "Owner of the cloud API key the emulator starts with",
        ...made,
    });
    makeAdmin(cloud, bootstrapAccountId);
    const key = cloud.apiKeys.add({
        id: cloud.newApiKeyId(),
        secret: cloud.bootstrapSecret(),
        displayName: "emulator-bootstrap",
        description: "",
        ownerId: bootstrapAccountId,
        scope: { kind: "cloud" },
        ...made,
        usableAt: made.createdAt,
    });
    cloud.redactor.learn(key.secret, key.id);
    return key;
}

function makeAdmin(cloud: Cloud, principalId: string, id = cloud.newId("rb", cloud.roleBindings)): void {
    const role = { roleName: "OrganizationAdmin", crnPattern: cloud.crn(), effectiveAt: cloud.now() };
    cloud.roleBindings.add({ id, principalId, ...role, ...cloud.madeNow(true) });
}
