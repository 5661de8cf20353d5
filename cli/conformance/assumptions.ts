/** The subject of an assumption: a section of docs/assumptions.md. */
export type Subject = "keys" | "lists" | "regions" | "accounts" | "roles" | "organization" | "service";

export const subjectTitles: Readonly<Record<Subject, string>> = {
    keys: "API keys on the control plane",
    lists: "Lists",
    regions: "A region's Flink endpoint",
    accounts: "Service accounts",
    roles: "Role bindings",
    organization: "Organization, environments, regions",
    service: "The service as a whole",
};

/** A fact about Confluent Cloud that this package relies on. */
export interface Assumption {
    /** `key-secret-once`. Its meaning never changes. */
    readonly id: string;
    readonly subject: Subject;
    /** What is assumed, in the present tense. */
    readonly statement: string;
    /** Where the fact comes from. */
    readonly source: string;
    /** Files of this repository that rely on it. */
    readonly dependsOn: readonly string[];
    /** What happens if it is false, and what must change in this package then. */
    readonly otherwise: string;
    /** For an assumption about a duration: the longest assumed time, in milliseconds. */
    readonly limitMs?: number;
    /** Why `pulumi-confluent-flink conformance` does not check it. Undefined: it does. */
    readonly notChecked?: string;
    /** Where and when Confluent Cloud itself was last checked. Undefined: never, only the emulator. */
    readonly seen?: { readonly where: string; readonly on: string };
}

const keysYaml = "__tests__/contract/openapi/apikeys-v2.yaml (ccloud-sdk-go-v2)";
const iamYaml = "__tests__/contract/openapi/iam-v2.yaml (ccloud-sdk-go-v2)";
const rolesYaml = "__tests__/contract/openapi/mds-v2.yaml (ccloud-sdk-go-v2)";
const orgYaml = "__tests__/contract/openapi/org-v2.yaml (ccloud-sdk-go-v2)";
const regionsYaml = "__tests__/contract/openapi/flink-v2.yaml (ccloud-sdk-go-v2)";
const statementsYaml = "__tests__/contract/openapi/flink-gateway-v1.yaml (ccloud-sdk-go-v2)";
const quotaYaml = "__tests__/contract/openapi/service-quota-v1.yaml (ccloud-sdk-go-v2)";
const endpointYaml = "__tests__/contract/openapi/endpoint-v1.yaml (ccloud-sdk-go-v2)";
const stsYaml = "__tests__/contract/openapi/sts-v1.yaml (ccloud-sdk-go-v2)";
const published = "Confluent's published specification, archived 2026-09-16";
const terraform = "terraform-provider-confluent e58ae689";
const keysPage = "docs.confluent.io, *Manage API Keys*, read in 2026";
const noSource = "no source found; the assumption that is safe for a client";

type Entry = Omit<Assumption, "subject" | "source"> & Partial<Pick<Assumption, "source">>;

const entries: Readonly<Record<Subject, readonly Entry[]>> = {
    keys: [
        {
            id: "key-create",
            statement:
                "The response to a POST of a Flink key is 2xx (202 in the specification), with id, owner, creation time and secret",
            source: `${keysYaml}; ${terraform} fixtures answer 201, Confluent CLI fixtures 200`,
            dependsOn: ["confluent/apiKeys.ts", "provider/createKey.ts"],
            otherwise:
                "No key can be created: the package treats each POST as lost and deletes the key that it created. confluent/apiKeys.ts must read the other response.",
        },
        {
            id: "key-id-form",
            statement: "The id of a key is 16 upper-case letters and digits",
            source: `${terraform} internal/testdata/apikey`,
            dependsOn: ["cli/find/runFind.ts"],
            otherwise: "`find` refuses ids of the other form. Its pattern must accept them.",
        },
        {
            id: "key-secret-length",
            statement: "The secret of a key has 64 characters",
            source: `${terraform} internal/testdata/apikey`,
            dependsOn: ["emulator/seededRandom.ts", "docs/performance.md"],
            otherwise: "Nothing breaks, but the documented size of a key in the state is wrong.",
        },
        {
            id: "key-secret-checksum",
            statement:
                "A secret begins with `cflt`, and its last 6 characters are the checksum of the 54 between: CRC-32, little-endian, Base64",
            source: "docs.confluent.io, *API keys overview* (since 2025-07-30)",
            dependsOn: ["emulator/seededRandom.ts"],
            otherwise:
                "Nothing breaks here. Scanners that verify the checksum do not find leaked secrets, or find the emulator's and not the service's.",
        },
        {
            id: "key-secret-once",
            statement:
                "Only the response to the POST contains the secret: GET, PATCH and lists leave it out or show it empty",
            source: keysYaml,
            dependsOn: ["confluent/apiKeys.ts", "provider/createKey.ts", "docs/decisions/004-strays.md"],
            otherwise:
                "A key whose response was lost could be kept, because its secret can be read later. Permission to read keys is then permission to use them.",
        },
        {
            id: "key-resource-form",
            statement:
                "spec.resource of a Flink key contains environment, cloud and region: in separate fields, joined (env-abc123.aws.us-east-2), or in resource_name",
            source: `${keysYaml}; ${published}; ${terraform} internal/testdata/apikey`,
            dependsOn: ["confluent/flinkScope.ts", "confluent/apiKeys.ts"],
            otherwise:
                "Flink keys are not recognised: strays are overlooked and a rename is refused. confluent/flinkScope.ts must read the other form.",
        },
        {
            id: "key-not-unique",
            statement:
                "Owner, scope and name of a key need not be unique: a second POST with the same body creates another key",
            source: `${keysYaml} documents no idempotency key`,
            dependsOn: ["provider/createKey.ts", "provider/rotateKey.ts", "confluent/retry.ts"],
            otherwise:
                "A rotation is refused, because the new key has the name of the old one. The new key needs a name of its own.",
        },
        {
            id: "key-read-at-once",
            statement: "A new key can be read by its id at once",
            dependsOn: ["provider/keyExistence.ts", "provider/renameKey.ts", "provider/evidence.ts"],
            otherwise:
                "The PATCH that finishes a new key may be refused. Until `settlingMs` is over, the package concludes that somebody deleted the key. provider/renameKey.ts must try again.",
        },
        {
            id: "key-change-read-at-once",
            statement: "A GET of a key by its id returns a changed description at once",
            dependsOn: ["provider/strays.ts", "docs/decisions/004-strays.md"],
            otherwise:
                "A run that looks for strays may see a key as unfinished although another run has just finished it, and delete it. provider/strays.ts must wait and read again.",
        },
        {
            id: "key-deletion-read-at-once",
            statement: "A deleted key can no longer be read by its id",
            dependsOn: ["provider/evidence.ts", "provider/deleteKey.ts"],
            otherwise:
                "A refresh right after a deletion keeps the key in the state. The next refresh drops it.",
        },
        {
            id: "key-unknown",
            statement: "The response to a GET of a key that never existed is 403 or 404",
            source: `${terraform} internal/testdata/apikey (403); ${keysYaml} (404)`,
            dependsOn: [
                "confluent/confluentError.ts",
                "provider/keyExistence.ts",
                "docs/decisions/006-absence.md",
            ],
            otherwise:
                "After a key was deleted, every run fails instead of creating a new key. `mayBeGone` must know the status.",
        },
        {
            id: "key-deleted",
            statement: "The response to a GET of a deleted key is the same as for a key that never existed",
            source: `${terraform} internal/testdata/apikey (403)`,
            dependsOn: ["confluent/confluentError.ts", "provider/keyExistence.ts"],
            otherwise:
                "If the status is neither 403 nor 404, a refresh fails. If the response says more, the package can prove absence sooner.",
        },
        {
            id: "key-foreign",
            statement: "The response to a GET of another organization's key is 403 or 404",
            source: `${published}: "doesn't exist or you're unauthorized to know"`,
            dependsOn: ["provider/keyExistence.ts", "provider/adoptKey.ts"],
            otherwise:
                "The error of `adopt` does not say that the credentials are not allowed to see the key.",
            notChecked: "needs the id of a key of another organization: --foreign-key",
        },
        {
            id: "key-delete",
            statement: "The response to a DELETE of a key is 2xx (204 in the specification)",
            source: keysYaml,
            dependsOn: ["confluent/apiKeys.ts", "provider/deleteKey.ts"],
            otherwise:
                "A successful deletion counts as failed. confluent/apiKeys.ts must accept the response.",
        },
        {
            id: "key-delete-again",
            statement: "The response to a second DELETE of the same key is 403 or 404",
            source: `${terraform} internal/testdata/apikey; ${noSource}`,
            dependsOn: ["provider/deleteKey.ts"],
            otherwise:
                "If it is a success, nothing changes. If it is another refusal, a destroy fails after the response to its first DELETE was lost.",
        },
        {
            id: "key-unknown-owner",
            statement:
                "A POST of a key for an owner that does not exist is refused with 4xx and creates nothing",
            source: `${keysYaml} documents 400, 403, 409 and 422`,
            dependsOn: ["provider/checkLocation.ts", "provider/createKey.ts"],
            otherwise:
                "A key without an owner is created. provider/createKey.ts must look up the owner first.",
        },
        {
            id: "key-unknown-environment",
            statement:
                "A POST of a key for an environment that does not exist is refused with 4xx and creates nothing",
            source: `${keysYaml} documents 400, 403, 409 and 422`,
            dependsOn: ["provider/checkLocation.ts", "provider/createKey.ts"],
            otherwise:
                "A key is created that never becomes usable, and the run ends at its readiness timeout.",
        },
        {
            id: "key-patch",
            statement: "A PATCH changes display_name and description of a key",
            source: `${keysYaml} ApiKeyUpdate`,
            dependsOn: ["confluent/apiKeys.ts", "provider/renameKey.ts", "provider/finishKey.ts"],
            otherwise:
                "The mark of an unfinished key cannot be removed, so no run can succeed. Decision 004 must be made again.",
        },
        {
            id: "key-patch-rest",
            statement:
                "A PATCH of display_name and description leaves id, owner, resource and created_at unchanged",
            source: `${keysYaml} ApiKeyUpdate`,
            dependsOn: ["confluent/apiKeys.ts", "provider/finishKey.ts", "provider/rotation.ts"],
            otherwise:
                "If only created_at changes, ages and rotations are counted from the last PATCH. If the owner or the resource changes, the key leaves the state that created it.",
        },
        {
            id: "key-patch-keeps-validity",
            statement:
                "A PATCH of the description does not affect a key's validity: its region still accepts it",
            dependsOn: ["provider/finishKey.ts", "docs/decisions/004-strays.md"],
            otherwise:
                "A region may refuse a key for a moment after `up` has returned. provider/finishKey.ts must prove the key after the PATCH.",
        },
        {
            id: "key-resource-owner",
            statement: "ResourceOwner on a service account is enough to create and delete its Flink keys",
            source: `${keysPage}; support.confluent.io, article 45142562011924 (since 2026-01-28)`,
            dependsOn: [
                "deploy/bootstrap/pipelineGrants.ts",
                "cli/preflight/neededRights.ts",
                "docs/roles.md",
            ],
            otherwise:
                "A pipeline that deploy/bootstrap created by its default way gets 403 for its first key. Only OrganizationAdmin is certain then.",
        },
        {
            id: "key-roles-2026",
            statement:
                "EnvironmentAdmin and FlinkAdmin of the environment may create and delete Flink keys of a service account, ResourceKeyAdmin may not",
            source: `the table of ${keysPage}. Its text, and the edition before, contradict it`,
            dependsOn: ["cli/preflight/neededRights.ts", "docs/roles.md"],
            otherwise:
                "Nothing breaks: `preflight` says perhaps for these roles. In your organization the roles that may are allowed, and the others are missing.",
        },
        {
            id: "key-text-kept",
            statement: "A description is returned unchanged, including the brackets and the space in the tag",
            dependsOn: ["provider/tag.ts", "components/tag.ts", "docs/decisions/004-strays.md"],
            otherwise:
                "No key is recognised by its tag, so strays are never deleted. The tag needs other characters.",
        },
        {
            id: "key-description-128",
            statement: "The description of a key may have 128 characters",
            source: `no limit in ${keysYaml}; Confluent CLI 762b3ff77 names 128 for service accounts`,
            dependsOn: ["provider/tag.ts", "confluent/textLimits.ts"],
            otherwise:
                "A POST with a long description is refused. provider/tag.ts must cut it at the lower limit.",
        },
        {
            id: "key-name-64",
            statement: "The display name of a key may have 64 characters",
            source: `no limit in ${keysYaml}; Confluent CLI 762b3ff77 names 64 for service accounts`,
            dependsOn: ["components/nameLimits.ts", "provider/keyInputs.ts"],
            otherwise:
                "A POST with a long name is refused. components/nameLimits.ts must cut it at the lower limit.",
        },
        {
            id: "key-created-at",
            statement:
                "created_at of a key differs by at most a minute from the header Date of the response to the POST",
            source: `${keysYaml} (created_at); RFC 9110, 6.6.1 (Date)`,
            dependsOn: ["provider/rotation.ts", "provider/evidence.ts", "cli/report/buildReport.ts"],
            otherwise:
                "Ages are wrong by the difference: the package may trust a list about a key that is too new for it.",
            limitMs: 60_000,
        },
    ],
    lists: [
        {
            id: "list-owner-filter",
            statement: "A list of keys with spec.owner contains all keys of this owner and no others",
            source: `${keysYaml} ("exact match")`,
            dependsOn: ["confluent/apiKeys.ts", "provider/strays.ts"],
            otherwise:
                "Other owners' keys in the list are ignored. Keys missing from it count as deleted: provider/evidence.ts must not rely on the list.",
        },
        {
            id: "list-owner-gone",
            statement:
                "The response to a list of keys with the spec.owner of a deleted account is 200, without rows after at most 30 s",
            dependsOn: ["provider/keyExistence.ts", "provider/evidence.ts"],
            otherwise:
                "A refresh fails after the account was deleted, because the list is an error. confluent/apiKeys.ts must treat it as empty.",
        },
        {
            id: "list-paging",
            statement:
                "While a list has more pages, its metadata.next contains a page_token; the last page has none",
            source: `${keysYaml}; ${published}`,
            dependsOn: ["confluent/confluentApi.ts"],
            otherwise:
                "A list ends too early or is an error. Missing rows count as deleted. confluent/confluentApi.ts must use the other form of paging.",
        },
        {
            id: "list-page-size-100",
            statement:
                "Every list that the package reads accepts page_size=100: keys, accounts, role bindings, environments, organizations, regions, endpoints, quotas",
            source: `${keysYaml}, iam-v2, mds-v2, org-v2, flink-v2, endpoint-v1, service-quota-v1: maximum 100 or more`,
            dependsOn: ["confluent/confluentApi.ts"],
            otherwise: "That list is refused with 400. Its client must request smaller pages.",
        },
        {
            id: "list-lag-created",
            statement: "The list of its owner's keys contains a new key within 30 s",
            dependsOn: ["provider/evidence.ts", "provider/createKey.ts"],
            otherwise:
                "The run that created a stray does not see it; the next run finds it. `listLagMs` in provider/evidence.ts must be longer.",
            limitMs: 30_000,
        },
        {
            id: "list-lag-changed",
            statement: "The list of its owner's keys shows a changed description within 30 s",
            dependsOn: ["provider/strays.ts", "cli/report/buildReport.ts"],
            otherwise:
                "Nothing is deleted because of it, because each key is read again first. `report` shows a finished key as unfinished for longer.",
            limitMs: 30_000,
        },
        {
            id: "list-lag-deleted",
            statement: "The list of its owner's keys no longer contains a deleted key after 30 s",
            dependsOn: ["provider/evidence.ts", "provider/deleteKey.ts"],
            otherwise:
                "A deleted key still counts as existing, so destroy and refresh fail. `listLagMs` in provider/evidence.ts must be longer.",
            limitMs: 30_000,
        },
    ],
    regions: [
        {
            id: "region-key-propagation",
            statement: "A region knows a new key within 60 s",
            source: `${terraform} sleeps 60 s; its pull request #600 says 5 to 10 s`,
            dependsOn: ["provider/evidence.ts", "provider/readiness.ts"],
            otherwise:
                "`up` waits longer, up to readiness.timeout. `settlingMs` in provider/evidence.ts must be longer, or a new key may count as deleted.",
            limitMs: 60_000,
        },
        {
            id: "region-not-yet",
            statement: "A region answers 401 or 403 until it knows a key",
            source: `${terraform} utils_wait.go flinkApiKeySyncStatus: 400, 401, 403, 404 are "not yet"`,
            dependsOn: ["provider/readiness.ts"],
            otherwise:
                "The wait continues, but its status line and its error show the response instead of the stage.",
        },
        {
            id: "region-without-role",
            statement: "A region answers 403 to a key that it knows and whose owner has no role there",
            source: `${statementsYaml}; Confluent's documentation of predefined roles`,
            dependsOn: ["provider/readiness.ts", "provider/evidence.ts", "provider/adoptKey.ts"],
            otherwise:
                "The error after readiness.timeout names the wrong cause, and `adopt` rejects a correct secret. provider/readiness.ts must distinguish the two cases in another way.",
        },
        {
            id: "region-role-suffices",
            statement: "FlinkDeveloper on the environment is enough to list statements",
            source: "Confluent's documentation of predefined roles; docs/roles.md",
            dependsOn: ["provider/readiness.ts", "components/roles.ts", "docs/roles.md"],
            otherwise:
                "A stack with the least-privilege preset never becomes ready. The probe must use a request that the role allows.",
        },
        {
            id: "region-role-propagation",
            statement: "A new role binding takes effect in a region within 5 minutes",
            source: `${terraform} constants.go sleeps 90 s`,
            dependsOn: ["provider/keyInputs.ts", "provider/readiness.ts"],
            otherwise:
                "`up` fails at the default readiness.timeout, and the next run continues. The default must be longer.",
            limitMs: 300_000,
        },
        {
            id: "region-role-removal",
            statement: "A deleted role binding no longer has an effect in a region after 5 minutes",
            dependsOn: ["docs/roles.md"],
            otherwise: "A removed role works for longer than people expect. docs/roles.md must say so.",
            limitMs: 300_000,
        },
        {
            id: "region-gateways-agree",
            statement:
                "After a region has answered 200 twice in a row, 25 ms apart, it does not refuse the key again",
            source: `${terraform} and Confluent CLI do not probe; ${noSource}`,
            dependsOn: ["provider/readiness.ts", "docs/decisions/002-probe.md"],
            otherwise:
                "A region may refuse a key after `up` has returned. provider/readiness.ts must require more responses with 200.",
        },
        {
            id: "region-revocation",
            statement: "A region refuses a deleted key within 30 s",
            dependsOn: ["provider/evidence.ts", "docs/guides/rotation.md"],
            otherwise:
                "A leaked key works for longer, and a deleted key still counts as existing. `revocationMs` in provider/evidence.ts must be longer.",
            limitMs: 30_000,
        },
        {
            id: "region-deleted-key",
            statement: "A region that has accepted a key answers 401 after the key was deleted",
            source: `${published} (401 user_unauthenticated)`,
            dependsOn: ["provider/evidence.ts", "provider/keyExistence.ts", "docs/decisions/006-absence.md"],
            otherwise:
                "The strongest proof of absence is lost: without permission to list keys, a refresh keeps a deleted key. provider/evidence.ts must know the other response.",
        },
        {
            id: "region-wrong-secret",
            statement: "A region answers 401 to a key with a wrong secret",
            source: published,
            dependsOn: ["provider/adoptKey.ts", "cli/verify/verifyKeys.ts"],
            otherwise: "`adopt` treats a wrong secret like an endpoint that cannot be reached, and keeps it.",
        },
        {
            id: "region-unknown-key",
            statement: "A region answers 401 to a key that never existed",
            source: published,
            dependsOn: ["provider/evidence.ts", "provider/readiness.ts"],
            otherwise:
                "A missing key is not recognised by the response. provider/evidence.ts must know the other response.",
        },
        {
            id: "region-other-environment",
            statement: "A region refuses a Flink key for any environment except the key's own",
            source: `${published}: a Flink key gives access to one environment and region`,
            dependsOn: ["components/flinkAccess.ts", "README.md"],
            otherwise: "A key gives access to more than the README says.",
        },
        {
            id: "region-other-organization",
            statement:
                "A region answers 403 or 404, and not 401, to a Flink key that is used for an environment of another organization",
            dependsOn: ["provider/evidence.ts", "provider/keyExistence.ts"],
            otherwise:
                "If it is 401, a key may count as deleted when an environment has moved to another organization. If it is a success, a key gives access to more than the README says.",
        },
        {
            id: "region-global-key",
            statement: "A region accepts a Global API key of an owner with a role there within 60 s",
            source: "docs.confluent.io, *Generate an API Key for Access in Confluent Cloud for Apache Flink*, read in 2026",
            dependsOn: ["README.md"],
            otherwise: "A Global key does not replace a Flink key, or takes longer to be ready.",
            limitMs: 60_000,
        },
        {
            id: "default-pool",
            statement:
                "A statement without a compute pool gets the default pool of its environment and region",
            source: "docs.confluent.io, *Compute Pools in Confluent Cloud for Apache Flink*, read in 2026",
            dependsOn: ["emulator/sql/statements.ts", "components/statementProvider.ts"],
            otherwise: "A statement needs `computePoolId`. The emulator must refuse it without one.",
            notChecked: "it may create a compute pool, which costs money: --default-pool",
        },
    ],
    accounts: [
        {
            id: "account-create",
            statement:
                "The response to a POST of a service account is 2xx (201 in the specification), with an id sa-…",
            source: iamYaml,
            dependsOn: ["components/principal.ts", "deploy/bootstrap/pipeline.ts"],
            otherwise: "The official provider reports it; this package only uses the id.",
        },
        {
            id: "account-unique",
            statement: "A second service account with the same name is refused with 409",
            source: `${iamYaml}; Terraform provider's documentation`,
            dependsOn: ["components/conflictRemedy.ts", "components/nameLimits.ts"],
            otherwise:
                "Two stacks with the same name get two accounts with the same name. The remedy for 409 is never shown.",
        },
        {
            id: "account-name-64",
            statement: "The name of a service account may have at most 64 characters",
            source: "Confluent CLI 762b3ff77; Terraform provider's documentation",
            dependsOn: ["components/nameLimits.ts"],
            otherwise:
                "If it may be longer, names are cut needlessly. If it must be shorter, `up` fails with a long name. components/nameLimits.ts must use the other limit.",
        },
        {
            id: "account-description-128",
            statement: "The description of a service account may have at most 128 characters",
            source: "Confluent CLI 762b3ff77",
            dependsOn: ["confluent/textLimits.ts"],
            otherwise:
                "If it may be longer, descriptions are refused needlessly. If it must be shorter, `up` fails with a long description. confluent/textLimits.ts must use the other limit.",
        },
        {
            id: "account-unknown",
            statement: "The response to a GET of a service account that never existed is 403 or 404",
            source: `${terraform} resource_service_account_test.go (403); ${iamYaml} (404)`,
            dependsOn: ["confluent/principals.ts", "provider/keyExistence.ts"],
            otherwise: "A refresh fails after the owner was deleted. `mayBeGone` must know the status.",
        },
        {
            id: "account-deleted",
            statement: "The response to a GET of a deleted service account is 403 or 404 at once",
            source: `${terraform} resource_service_account_test.go`,
            dependsOn: ["confluent/principals.ts", "provider/keyExistence.ts"],
            otherwise:
                "For a while the owner still counts as existing, so its keys are not proven to be gone.",
        },
        {
            id: "account-takes-keys",
            statement:
                "Deleting a service account deletes its keys: after 30 s none of them can be read or used",
            source: `${iamYaml}, description of the DELETE; ${published}`,
            dependsOn: ["provider/evidence.ts", "docs/guarantees.md"],
            otherwise:
                'Keys of a deleted owner still work, but are dropped from the state. The row "an owner takes its keys along" in provider/evidence.ts must be removed.',
            limitMs: 30_000,
        },
        {
            id: "account-takes-bindings",
            statement: "Deleting a service account deletes its role bindings within 30 s",
            source: "docs.confluent.io, *Predefined RBAC Roles in Confluent Cloud*",
            dependsOn: ["components/roleBinding.ts", "cli/report/buildReport.ts"],
            otherwise:
                "Role bindings without a principal remain, and count towards the quota. `report` must show them.",
            limitMs: 30_000,
        },
    ],
    roles: [
        {
            id: "binding-create",
            statement:
                "The response to a POST of a role binding is 2xx (201 in the specification), with an id rb-…",
            source: rolesYaml,
            dependsOn: ["components/roleBinding.ts", "deploy/bootstrap/pipeline.ts"],
            otherwise: "The official provider reports it; this package only uses the result.",
        },
        {
            id: "binding-unique",
            statement: "A second role binding with the same principal, role and scope is refused with 409",
            source: rolesYaml,
            dependsOn: ["components/conflictRemedy.ts"],
            otherwise:
                "Two resources may share one binding; deleting one of them also removes the role of the other. If a second binding is created, `report` shows the role twice.",
        },
        {
            id: "binding-principal",
            statement:
                "principal of a role binding is `User:` and the id, in the response to the POST and in lists",
            source: rolesYaml,
            dependsOn: ["confluent/roleBindings.ts"],
            otherwise:
                "Nothing breaks: confluent/roleBindings.ts also reads the id alone. The official provider may plan a replacement of each role binding.",
        },
        {
            id: "binding-list",
            statement:
                "A list with crn_pattern of the organization, with or without /* at the end, contains role bindings on an environment",
            source: `${rolesYaml} ("partial search"); Confluent CLI --inclusive appends /*`,
            dependsOn: ["confluent/roleBindings.ts", "cli/preflight/checkRights.ts"],
            otherwise:
                "`report` and `preflight` say that an owner has no role although it has one. confluent/roleBindings.ts must list each scope separately.",
        },
        {
            id: "binding-delete",
            statement: "The response to a DELETE of a role binding is 2xx (200 in the specification)",
            source: `${rolesYaml}; ${terraform} fixtures answer 204`,
            dependsOn: ["components/roleBinding.ts"],
            otherwise: "The official provider reports it.",
        },
        {
            id: "binding-gone",
            statement: "The response to a GET of a deleted role binding is 403 or 404",
            source: `${terraform} fixtures (403, error_code 40301); ${rolesYaml} (404)`,
            dependsOn: ["components/roleBinding.ts"],
            otherwise: "A refresh of the official provider fails after somebody deleted a role binding.",
        },
    ],
    organization: [
        {
            id: "environment-organization",
            statement: "metadata.resource_name of an environment contains the organization's id",
            source: `${orgYaml}; ${terraform} data_source_organization.go`,
            dependsOn: ["confluent/environments.ts"],
            otherwise:
                "No key can be proven, because the URL of the region's Flink endpoint contains that id. confluent/environments.ts must look up the organization.",
        },
        {
            id: "environment-unknown",
            statement: "The response to a GET of an environment that does not exist is 403 or 404",
            source: orgYaml,
            dependsOn: ["provider/checkLocation.ts", "provider/keyExistence.ts"],
            otherwise: "A wrong environmentId is found by the POST, and not by the preview.",
        },
        {
            id: "environment-foreign",
            statement: "The response to a GET of another organization's environment is 403 or 404",
            source: `${orgYaml}; ${noSource}`,
            dependsOn: ["provider/checkLocation.ts", "provider/keyExistence.ts"],
            otherwise:
                "An environmentId of another organization is found by the POST, and not by the preview.",
            notChecked: "needs the id of an environment of another organization: --foreign-environment",
        },
        {
            id: "environment-takes-keys",
            statement: "Deleting an environment makes its Flink keys unusable",
            dependsOn: ["provider/keyExistence.ts", "docs/guarantees.md"],
            otherwise:
                "Nothing is dropped without other proof: keys without an environment stay in the state.",
            notChecked: "it would delete an environment",
        },
        {
            id: "organization-list",
            statement: "The list of organizations has one row, with the id that environments contain",
            source: orgYaml,
            dependsOn: ["confluent/organizations.ts"],
            otherwise: "After an environment was deleted, its keys cannot be probed at their region.",
        },
        {
            id: "region-list",
            statement:
                "The list of Flink regions contains cloud, region_name and http_endpoint of the region",
            source: regionsYaml,
            dependsOn: ["confluent/flinkRegions.ts", "provider/restEndpoint.ts"],
            otherwise:
                "No key can be proven without readiness.restEndpoint. confluent/flinkRegions.ts must read the other field.",
        },
        {
            id: "endpoint-list",
            statement:
                "The response to a list of endpoints with service FLINK, environment and region is 200",
            source: endpointYaml,
            dependsOn: [
                "confluent/flinkEndpoints.ts",
                "provider/restEndpoint.ts",
                "docs/guides/private-network.md",
            ],
            otherwise:
                "readiness.network: private finds no endpoint; it must be set with readiness.restEndpoint.",
        },
        {
            id: "private-endpoint",
            statement: "The private endpoint of an environment accepts its keys like the public one",
            source: endpointYaml,
            dependsOn: ["provider/restEndpoint.ts", "docs/guides/private-network.md"],
            otherwise: "A key is proven at an endpoint that its users do not use.",
            notChecked: "needs a machine inside the private network: run the command there, with --endpoint",
        },
    ],
    service: [
        {
            id: "quota-list",
            statement:
                "Applied quotas with scope SERVICE_ACCOUNT contain the account, and limit and usage for API keys",
            source: quotaYaml,
            dependsOn: ["confluent/appliedQuotas.ts", "cli/report/cloudInventory.ts"],
            otherwise: "`report` cannot show how many more keys an owner may have.",
        },
        {
            id: "quota-exceeded",
            statement:
                "If the quota allows no further key, the response to the POST is 402 or 400, and nothing is created",
            source: `${keysYaml} (402); ${published}: some quota errors come as 400`,
            dependsOn: ["confluent/confluentError.ts", "provider/rotateKey.ts"],
            otherwise: "The error names another cause. The old key stays current.",
            notChecked: "it would use up a quota of the organization",
        },
        {
            id: "date-header",
            statement: "Every response of the control plane has the header Date",
            source: "RFC 9110, 6.6.1",
            dependsOn: ["confluent/confluentApi.ts", "provider/session.ts"],
            otherwise: "Ages are measured by this machine's clock, and are wrong if the clock is.",
        },
        {
            id: "clock-difference",
            statement: "This machine's clock and Confluent Cloud's differ by less than 5 minutes",
            source: "clocks are synchronised (NTP)",
            dependsOn: ["provider/rotation.ts", "components/rotation.ts"],
            otherwise: "The package may rotate a key twice in a window, or late. Set this machine's clock.",
            limitMs: 300_000,
        },
        {
            id: "error-shape",
            statement:
                "Every refusal has the body { errors: [...] } or { error_code, message }; a 401 may have Confluent's header WWW-Authenticate instead",
            source: `${keysYaml} Failure; ${terraform} fixtures`,
            dependsOn: ["confluent/confluentApi.ts", "provider/evidence.ts"],
            otherwise:
                "The response counts as that of a proxy, so it proves nothing. confluent/confluentApi.ts must know the format.",
        },
        {
            id: "wrong-credentials",
            statement: "The control plane answers 401 to an API key that does not exist",
            source: `${keysYaml} (401 user_unauthenticated)`,
            dependsOn: ["confluent/confluentError.ts"],
            otherwise: "The error for wrong credentials names another cause.",
        },
        {
            id: "flink-key-on-control-plane",
            statement: "The control plane answers 401 or 403 to a Flink key",
            source: `${published}: cloud-api-key`,
            dependsOn: ["confluent/confluentError.ts", "README.md"],
            otherwise: "A Flink key can do more than the README says.",
        },
        {
            id: "global-key-control-plane",
            statement:
                "A Global API key works at each API of the control plane: organization, IAM, Flink compute pools, Kafka clusters, Schema Registry, endpoints, quotas",
            source: "docs.confluent.io, *Best practices for API keys*, read in 2026; ccloud-sdk-go-v2 lists it for org/v2 and Flink only",
            dependsOn: ["emulator/access/authentication.ts"],
            otherwise:
                "A Global key does not replace a Cloud API key. Use the emulator with --global-key-apis org-and-flink.",
        },
        {
            id: "rate-limit-headers",
            statement:
                "X-RateLimit-Limit, -Remaining and -Reset, if sent, are numbers, and Reset is the number of seconds from now",
            source: published,
            dependsOn: ["confluent/rateLimiter.ts", "confluent/confluentApi.ts"],
            otherwise: "A window of more than 5 minutes is ignored; then only 429 and Retry-After count.",
        },
        {
            id: "rate-limit-refusal",
            statement: "A 429 has the header Retry-After, in seconds or as a date",
            source: published,
            dependsOn: ["confluent/retry.ts", "confluent/rateLimiter.ts"],
            otherwise:
                "The package chooses the pauses itself, from half a second to 15 s. A run may give up after a minute.",
            notChecked: "it would need a flood of requests; a 429 that occurs anyway is checked",
        },
        {
            id: "token-exchange",
            statement:
                "A token of the STS works with service accounts, role bindings and keys, for as long as expires_in says",
            source: `${stsYaml}; ${terraform} with OAuth`,
            dependsOn: ["confluent/oauthCredentials.ts", "docs/guides/keyless.md"],
            otherwise:
                "A run with OAuth may fail half-way. The key is in the state, and the next run continues.",
            notChecked: "needs an identity provider; run `preflight` with the pipeline's own token",
        },
    ],
};

/** All assumptions, by subject. `npm run assumptions` generates docs/assumptions.md from them. */
export const assumptions: readonly Assumption[] = Object.entries(entries).flatMap(([subject, group]) =>
    group.map((entry) => ({ source: noSource, ...entry, subject: subject as Subject })),
);

/** The assumption with this id. */
export function assumption(id: string): Assumption {
    const found = assumptions.find((one) => one.id === id);
    if (found === undefined) throw new Error(`There is no assumption ${id}.`);
    return found;
}
