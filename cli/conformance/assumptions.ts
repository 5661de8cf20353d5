/** What a fact is about: the section of docs/assumptions.md. */
export type Subject = "keys" | "lists" | "regions" | "accounts" | "roles" | "places" | "service";

export const subjectTitles: Readonly<Record<Subject, string>> = {
    keys: "API keys on the control plane",
    lists: "Lists",
    regions: "A region's Flink endpoint",
    accounts: "Service accounts",
    roles: "Role bindings",
    places: "Organization, environment, regions",
    service: "The service as a whole",
};

/** A fact about Confluent Cloud that the behaviour of this package rests on. */
export interface Assumption {
    /** `key-secret-once`; never changes its meaning. */
    readonly id: string;
    readonly subject: Subject;
    /** What is assumed, in the present tense. */
    readonly statement: string;
    /** Where the fact comes from. */
    readonly source: string;
    /** Files of this repository that rest on it. */
    readonly dependsOn: readonly string[];
    /** What happens if it is otherwise, and what the package would have to change. */
    readonly otherwise: string;
    /** Milliseconds within which it is assumed to happen, where it is a time. */
    readonly limitMs?: number;
    /** Why `confluent-flink conformance` does not check it. Absent: it does. */
    readonly notChecked?: string;
    /** Where and when it was last checked on the service itself. Absent: never, on the emulator only. */
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
const noSource = "no source found; the reading that is safe for a client";

/** Every fact, by subject. docs/assumptions.md is generated from it: `npm run assumptions`. */
export const assumptions: readonly Assumption[] = [
    {
        id: "key-create",
        subject: "keys",
        statement:
            "A POST of a Flink key is answered with 2xx (202 by the specification), its id, owner, creation time and secret",
        source: `${keysYaml}; ${terraform} fixtures answer 201, Confluent CLI fixtures 200`,
        dependsOn: ["confluent/apiKeys.ts", "provider/mintKey.ts"],
        otherwise:
            "No key can be made: each POST counts as lost, and what it made is removed again. confluent/apiKeys.ts has to read the other answer.",
    },
    {
        id: "key-id-form",
        subject: "keys",
        statement: "The id of a key is 16 upper-case letters and digits",
        source: `${terraform} internal/testdata/apikey`,
        dependsOn: ["cli/find/runFind.ts"],
        otherwise: "`find` refuses ids of the other form. Its pattern has to be widened.",
    },
    {
        id: "key-secret-length",
        subject: "keys",
        statement: "The secret of a key has 64 characters",
        source: `${terraform} internal/testdata/apikey`,
        dependsOn: ["emulator/seededRandom.ts", "docs/performance.md"],
        otherwise: "Nothing breaks; the size of a key in the state is another than documented.",
    },
    {
        id: "key-secret-once",
        subject: "keys",
        statement:
            "Only the answer to the POST shows the secret: GET, PATCH and lists leave it out or show it empty",
        source: keysYaml,
        dependsOn: ["confluent/apiKeys.ts", "provider/mintKey.ts", "docs/decisions/004-strays.md"],
        otherwise:
            "A key whose answer was lost need not be made again: its secret could be read. Rights to read keys are rights to use them.",
    },
    {
        id: "key-resource-form",
        subject: "keys",
        statement:
            "spec.resource of a Flink key names environment, cloud and region: apart, joined (env-abc123.aws.us-east-2), or in resource_name",
        source: `${keysYaml}; ${published}; ${terraform} internal/testdata/apikey`,
        dependsOn: ["confluent/flinkScope.ts", "confluent/apiKeys.ts"],
        otherwise:
            "Keys are not recognised as Flink keys: strays are overlooked and a rename is refused. confluent/flinkScope.ts has to read the other form.",
    },
    {
        id: "key-not-unique",
        subject: "keys",
        statement: "Owner, scope and name of a key need not be unique: the same POST makes another key",
        source: `${keysYaml} documents no idempotency key`,
        dependsOn: ["provider/mintKey.ts", "provider/rotateKey.ts", "confluent/retry.ts"],
        otherwise:
            "A rotation is refused, for its new key has the name of the old one. It needs names of its own.",
    },
    {
        id: "key-read-at-once",
        subject: "keys",
        statement: "A key that was just made can be read by its id at once",
        source: noSource,
        dependsOn: ["provider/keyExistence.ts", "provider/renameKey.ts", "provider/evidence.ts"],
        otherwise:
            "The PATCH that ends a creation may be refused and is taken for a deletion by hand until `settlingMs` is over. provider/renameKey.ts has to ask again.",
    },
    {
        id: "key-change-read-at-once",
        subject: "keys",
        statement: "A changed description is in the next GET of the key by its id",
        source: noSource,
        dependsOn: ["provider/strays.ts", "docs/decisions/004-strays.md"],
        otherwise:
            "A run that looks for strays may see a key as unfinished just after another run handed it out, and delete it. provider/strays.ts has to wait and read again.",
    },
    {
        id: "key-deletion-read-at-once",
        subject: "keys",
        statement: "A key that was just deleted can no longer be read by its id",
        source: noSource,
        dependsOn: ["provider/evidence.ts", "provider/retireKey.ts"],
        otherwise: "A refresh right after a deletion keeps the key in the state. The next one drops it.",
    },
    {
        id: "key-unknown",
        subject: "keys",
        statement: "A GET of a key that never existed is answered 403 or 404",
        source: `${terraform} internal/testdata/apikey (403); ${keysYaml} (404)`,
        dependsOn: [
            "confluent/confluentError.ts",
            "provider/keyExistence.ts",
            "docs/decisions/006-absence.md",
        ],
        otherwise:
            "A deleted key makes every run fail instead of being made anew. `mayBeGone` has to know the status.",
    },
    {
        id: "key-deleted",
        subject: "keys",
        statement: "A GET of a deleted key is answered as that of one that never existed",
        source: `${terraform} internal/testdata/apikey (403)`,
        dependsOn: ["confluent/confluentError.ts", "provider/keyExistence.ts"],
        otherwise:
            "Where the status is neither 403 nor 404 a refresh fails. Where it says more, absence is proven sooner.",
    },
    {
        id: "key-foreign",
        subject: "keys",
        statement: "A GET of another organization's key is answered 403 or 404",
        source: `${published}: "doesn't exist or you're unauthorized to know"`,
        dependsOn: ["provider/keyExistence.ts", "provider/adoptKey.ts"],
        otherwise: "`adopt` reports another error than that the key must not be seen.",
        notChecked: "needs the id of a key of another organization: --foreign-key",
    },
    {
        id: "key-delete",
        subject: "keys",
        statement: "A DELETE of a key is answered 2xx (204 by the specification)",
        source: keysYaml,
        dependsOn: ["confluent/apiKeys.ts", "provider/retireKey.ts"],
        otherwise:
            "A deletion counts as failed although it was done. confluent/apiKeys.ts has to accept the answer.",
    },
    {
        id: "key-delete-again",
        subject: "keys",
        statement: "A second DELETE of the same key is answered 403 or 404",
        source: `${terraform} internal/testdata/apikey; ${noSource}`,
        dependsOn: ["provider/retireKey.ts"],
        otherwise:
            "Where it is a success, nothing changes. Where it is another refusal, a destroy whose first answer was lost fails.",
    },
    {
        id: "key-unknown-owner",
        subject: "keys",
        statement: "A POST of a key for an owner that does not exist is refused with 4xx and makes nothing",
        source: `${keysYaml} documents 400, 403, 409 and 422`,
        dependsOn: ["provider/checkLocation.ts", "provider/mintKey.ts"],
        otherwise: "A key without an owner is made. provider/mintKey.ts has to look at the owner first.",
    },
    {
        id: "key-unknown-environment",
        subject: "keys",
        statement:
            "A POST of a key for an environment that does not exist is refused with 4xx and makes nothing",
        source: `${keysYaml} documents 400, 403, 409 and 422`,
        dependsOn: ["provider/checkLocation.ts", "provider/mintKey.ts"],
        otherwise: "A key that never becomes usable is made, and the run ends at its readiness timeout.",
    },
    {
        id: "key-patch",
        subject: "keys",
        statement: "PATCH changes display_name and description of a key and leaves the rest",
        source: `${keysYaml} ApiKeyUpdate`,
        dependsOn: ["confluent/apiKeys.ts", "provider/renameKey.ts", "provider/finishKey.ts"],
        otherwise:
            "The mark of an unfinished key cannot be taken away: no run ends. Decision 004 has to be taken anew.",
    },
    {
        id: "key-patch-keeps-validity",
        subject: "keys",
        statement:
            "A PATCH of the description does not touch the validity of a key: its region goes on accepting it",
        source: noSource,
        dependsOn: ["provider/finishKey.ts", "docs/decisions/004-strays.md"],
        otherwise:
            "A key may be refused for a moment after `up` has returned. provider/finishKey.ts has to prove the key after the PATCH.",
    },
    {
        id: "key-text-kept",
        subject: "keys",
        statement:
            "A description is given back as it was written, with the brackets and the space of the tag",
        source: noSource,
        dependsOn: ["provider/tag.ts", "components/tag.ts", "docs/decisions/004-strays.md"],
        otherwise: "No key is known by its tag: strays are kept for ever. The tag needs other characters.",
    },
    {
        id: "key-description-128",
        subject: "keys",
        statement: "A description of a key may have 128 characters",
        source: `no limit in ${keysYaml}; Confluent CLI 762b3ff77 names 128 for service accounts`,
        dependsOn: ["components/nameLimits.ts", "provider/keyInputs.ts"],
        otherwise:
            "A POST with a long description is refused. components/nameLimits.ts has to cut at the smaller limit.",
    },
    {
        id: "key-name-64",
        subject: "keys",
        statement: "A display name of a key may have 64 characters",
        source: `no limit in ${keysYaml}; Confluent CLI 762b3ff77 names 64 for service accounts`,
        dependsOn: ["components/nameLimits.ts", "provider/keyInputs.ts"],
        otherwise:
            "A POST with a long name is refused. components/nameLimits.ts has to cut at the smaller limit.",
    },
    {
        id: "key-created-at",
        subject: "keys",
        statement:
            "created_at of a key is the time in the header Date of the answer that made it, within a minute",
        source: `${keysYaml} (created_at); RFC 9110, 6.6.1 (Date)`,
        dependsOn: ["provider/rotation.ts", "provider/evidence.ts", "cli/report/buildReport.ts"],
        otherwise: "Ages are wrong by the difference: a young key may be taken for a settled one.",
        limitMs: 60_000,
    },
    {
        id: "list-owner-filter",
        subject: "lists",
        statement: "A list of keys with spec.owner has this owner's keys, all of them and no other's",
        source: `${keysYaml} ("exact match")`,
        dependsOn: ["confluent/apiKeys.ts", "provider/strays.ts"],
        otherwise:
            "Other owners' keys are passed over. Missing keys are taken for deleted: provider/evidence.ts must not believe the list.",
    },
    {
        id: "list-owner-gone",
        subject: "lists",
        statement:
            "A list of keys with the spec.owner of a deleted account is answered 200, without rows after 30 s at the latest",
        source: noSource,
        dependsOn: ["provider/keyExistence.ts", "provider/evidence.ts"],
        otherwise:
            "A refresh after the account was deleted fails, for the list is an error. confluent/apiKeys.ts has to read it as empty.",
    },
    {
        id: "list-paging",
        subject: "lists",
        statement: "A list that goes on has metadata.next with a page_token; the last page has none",
        source: `${keysYaml}; ${published}`,
        dependsOn: ["confluent/confluentApi.ts"],
        otherwise:
            "Lists are cut off or an error: rows that are missing count as deleted. confluent/confluentApi.ts has to page otherwise.",
    },
    {
        id: "list-page-size-100",
        subject: "lists",
        statement:
            "Every list that the package reads takes page_size=100: keys, accounts, bindings, environments, organizations, regions, endpoints, quotas",
        source: `${keysYaml}, iam-v2, mds-v2, org-v2, flink-v2, endpoint-v1, service-quota-v1: maximum 100 or more`,
        dependsOn: ["confluent/confluentApi.ts"],
        otherwise: "That list is refused with 400. Its client has to ask for smaller pages.",
    },
    {
        id: "list-lag-created",
        subject: "lists",
        statement: "A new key is in the list of its owner's keys within 30 s",
        source: noSource,
        dependsOn: ["provider/evidence.ts", "provider/mintKey.ts"],
        otherwise:
            "A stray is overlooked by the run that made it; the next one finds it. `listLagMs` in provider/evidence.ts has to grow.",
        limitMs: 30_000,
    },
    {
        id: "list-lag-changed",
        subject: "lists",
        statement: "A changed description is in the list of its owner's keys within 30 s",
        source: noSource,
        dependsOn: ["provider/strays.ts", "cli/report/buildReport.ts"],
        otherwise:
            "Nothing is deleted by it, for each key is read before. `report` shows a finished key as unfinished for longer.",
        limitMs: 30_000,
    },
    {
        id: "list-lag-deleted",
        subject: "lists",
        statement: "A deleted key is gone from the list of its owner's keys within 30 s",
        source: noSource,
        dependsOn: ["provider/evidence.ts", "provider/retireKey.ts"],
        otherwise:
            "A deleted key is believed to live: destroy and refresh fail. `listLagMs` in provider/evidence.ts has to grow.",
        limitMs: 30_000,
    },
    {
        id: "region-key-propagation",
        subject: "regions",
        statement: "A region knows a new key within 60 s",
        source: `${terraform} sleeps 60 s; its pull request #600 says 5 to 10 s`,
        dependsOn: ["provider/evidence.ts", "provider/readiness.ts"],
        otherwise:
            "`up` waits longer, up to readiness.timeout. `settlingMs` in provider/evidence.ts has to grow, or a young key may be taken for a deleted one.",
        limitMs: 60_000,
    },
    {
        id: "region-not-yet",
        subject: "regions",
        statement: "Until a region knows a key it answers 401 or 403",
        source: `${terraform} utils_wait.go flinkApiKeySyncStatus: 400, 401, 403, 404 are "not yet"`,
        dependsOn: ["provider/readiness.ts"],
        otherwise:
            "The wait goes on all the same; its status line and its error name the answer in place of the stage.",
    },
    {
        id: "region-without-role",
        subject: "regions",
        statement: "A key that the region knows and whose owner has no role there is answered 403",
        source: `${statementsYaml}; Confluent's documentation of predefined roles`,
        dependsOn: ["provider/readiness.ts", "provider/evidence.ts", "provider/adoptKey.ts"],
        otherwise:
            "The error at the limit names the wrong cause, and `adopt` takes a right secret for a wrong one. provider/readiness.ts has to tell the two apart otherwise.",
    },
    {
        id: "region-role-suffices",
        subject: "regions",
        statement: "FlinkDeveloper on the environment is enough to list statements",
        source: "Confluent's documentation of predefined roles; docs/roles.md",
        dependsOn: ["provider/readiness.ts", "components/roles.ts", "docs/roles.md"],
        otherwise:
            "A stack with the least-privilege preset never becomes ready. The probe has to ask for something that the role allows.",
    },
    {
        id: "region-role-propagation",
        subject: "regions",
        statement: "A new role binding counts at a region within 5 minutes",
        source: `${terraform} constants.go sleeps 90 s`,
        dependsOn: ["provider/keyInputs.ts", "provider/readiness.ts"],
        otherwise:
            "`up` fails at the default readiness.timeout and goes on in the next run. The default has to grow.",
        limitMs: 300_000,
    },
    {
        id: "region-role-removal",
        subject: "regions",
        statement: "A deleted role binding no longer counts at a region within 5 minutes",
        source: noSource,
        dependsOn: ["docs/roles.md"],
        otherwise:
            "A role that was taken away works for longer than people expect. docs/roles.md has to say so.",
        limitMs: 300_000,
    },
    {
        id: "region-gateways-agree",
        subject: "regions",
        statement: "After two 200 in a row, 25 ms apart, a region refuses the key no more",
        source: `${terraform} and Confluent CLI do not ask; ${noSource}`,
        dependsOn: ["provider/readiness.ts", "docs/decisions/002-probe.md"],
        otherwise:
            "A key may be refused after `up` has returned. provider/readiness.ts has to ask for more 200 in a row.",
    },
    {
        id: "region-revocation",
        subject: "regions",
        statement: "A region refuses a deleted key within 30 s",
        source: noSource,
        dependsOn: ["provider/evidence.ts", "docs/guides/rotation.md"],
        otherwise:
            "A leaked key works for longer; a deleted key is believed to live. `revocationMs` in provider/evidence.ts has to grow.",
        limitMs: 30_000,
    },
    {
        id: "region-deleted-key",
        subject: "regions",
        statement: "A deleted key is answered 401 by a region that has accepted it",
        source: `${published} (401 user_unauthenticated)`,
        dependsOn: ["provider/evidence.ts", "provider/keyExistence.ts", "docs/decisions/006-absence.md"],
        otherwise:
            "The strongest proof that a key is gone is lost: a refresh keeps it where lists are hidden. provider/evidence.ts has to know the other answer.",
    },
    {
        id: "region-wrong-secret",
        subject: "regions",
        statement: "A key with a wrong secret is answered 401",
        source: published,
        dependsOn: ["provider/adoptKey.ts", "cli/verify/verifyKeys.ts"],
        otherwise: "`adopt` takes a wrong secret for an endpoint out of reach, and keeps it.",
    },
    {
        id: "region-unknown-key",
        subject: "regions",
        statement: "A key that never existed is answered 401",
        source: published,
        dependsOn: ["provider/evidence.ts", "provider/readiness.ts"],
        otherwise:
            "An absent key is not known by its answer. provider/evidence.ts has to know the other one.",
    },
    {
        id: "region-other-environment",
        subject: "regions",
        statement: "A Flink key is refused for an environment that is not its own",
        source: `${published}: a Flink key is for a pair of environment and region`,
        dependsOn: ["components/flinkAccess.ts", "README.md"],
        otherwise: "A key opens more than the README says.",
    },
    {
        id: "account-create",
        subject: "accounts",
        statement: "A POST of a service account is answered 2xx (201 by the specification) with an id sa-…",
        source: iamYaml,
        dependsOn: ["components/principal.ts", "deploy/bootstrap/pipeline.ts"],
        otherwise: "The official provider reports it; this package only passes the id on.",
    },
    {
        id: "account-unique",
        subject: "accounts",
        statement: "A second service account of the same name is refused with 409",
        source: `${iamYaml}; Terraform provider's documentation`,
        dependsOn: ["components/conflictRemedy.ts", "components/nameLimits.ts"],
        otherwise: "Two stacks of one name get two accounts of one name; the remedy for 409 is never shown.",
    },
    {
        id: "account-name-64",
        subject: "accounts",
        statement: "The name of a service account may have 64 characters and no more",
        source: "Confluent CLI 762b3ff77; Terraform provider's documentation",
        dependsOn: ["components/nameLimits.ts"],
        otherwise:
            "Longer: names are cut without need. Shorter: a long name is refused at `up`. components/nameLimits.ts has to follow.",
    },
    {
        id: "account-description-128",
        subject: "accounts",
        statement: "The description of a service account may have 128 characters and no more",
        source: "Confluent CLI 762b3ff77",
        dependsOn: ["components/nameLimits.ts"],
        otherwise:
            "Longer: texts are refused without need. Shorter: a long text is refused at `up`. components/nameLimits.ts has to follow.",
    },
    {
        id: "account-unknown",
        subject: "accounts",
        statement: "A GET of a service account that never existed is answered 403 or 404",
        source: `${terraform} resource_service_account_test.go (403); ${iamYaml} (404)`,
        dependsOn: ["confluent/principals.ts", "provider/keyExistence.ts"],
        otherwise: "A refresh fails where the owner is gone. `mayBeGone` has to know the status.",
    },
    {
        id: "account-deleted",
        subject: "accounts",
        statement: "A GET of a deleted service account is answered 403 or 404 at once",
        source: `${terraform} resource_service_account_test.go`,
        dependsOn: ["confluent/principals.ts", "provider/keyExistence.ts"],
        otherwise: "The owner counts as there, and a key of it is not proven gone until it is not.",
    },
    {
        id: "account-takes-keys",
        subject: "accounts",
        statement: "Deleting a service account deletes its keys: within 30 s none can be read or used",
        source: `${iamYaml}, description of the DELETE; ${published}`,
        dependsOn: ["provider/evidence.ts", "docs/guarantees.md"],
        otherwise:
            'Keys of a deleted owner live on and are dropped from the state. The row "an owner takes its keys along" of provider/evidence.ts has to go.',
        limitMs: 30_000,
    },
    {
        id: "account-takes-bindings",
        subject: "accounts",
        statement: "Deleting a service account deletes its role bindings within 30 s",
        source: noSource,
        dependsOn: ["components/roleBinding.ts", "cli/report/buildReport.ts"],
        otherwise: "Bindings of no one are left, and count towards the quota. `report` has to name them.",
        limitMs: 30_000,
    },
    {
        id: "binding-create",
        subject: "roles",
        statement: "A POST of a role binding is answered 2xx (201 by the specification) with an id rb-…",
        source: rolesYaml,
        dependsOn: ["components/roleBinding.ts", "deploy/bootstrap/pipeline.ts"],
        otherwise: "The official provider reports it; this package only passes it on.",
    },
    {
        id: "binding-unique",
        subject: "roles",
        statement: "The same role binding a second time is refused with 409",
        source: rolesYaml,
        dependsOn: ["components/conflictRemedy.ts", "components/grantRegister.ts"],
        otherwise:
            "Two resources share one binding, and deleting one takes the right of the other. Where it makes a second, `report` shows the role twice.",
    },
    {
        id: "binding-list",
        subject: "roles",
        statement:
            "A list with crn_pattern of the organization, with and without /* at the end, shows bindings below it",
        source: `${rolesYaml} ("partial search"); Confluent CLI --inclusive appends /*`,
        dependsOn: ["confluent/roleBindings.ts", "cli/preflight/checkRights.ts"],
        otherwise:
            "`report` and `preflight` say that an owner has no role although it has. confluent/roleBindings.ts has to ask place by place.",
    },
    {
        id: "binding-delete",
        subject: "roles",
        statement: "A DELETE of a role binding is answered 2xx (200 by the specification)",
        source: `${rolesYaml}; ${terraform} fixtures answer 204`,
        dependsOn: ["components/roleBinding.ts"],
        otherwise: "The official provider reports it.",
    },
    {
        id: "binding-gone",
        subject: "roles",
        statement: "A GET of a deleted role binding is answered 403 or 404",
        source: `${terraform} fixtures (403, error_code 40301); ${rolesYaml} (404)`,
        dependsOn: ["components/roleBinding.ts"],
        otherwise: "A refresh of the official provider fails where a binding was deleted by hand.",
    },
    {
        id: "environment-organization",
        subject: "places",
        statement: "metadata.resource_name of an environment names the organization's id",
        source: `${orgYaml}; ${terraform} data_source_organization.go`,
        dependsOn: ["confluent/environments.ts"],
        otherwise:
            "No key can be proven: the URL of the region's Flink endpoint needs that id. confluent/environments.ts has to ask for the organization.",
    },
    {
        id: "environment-unknown",
        subject: "places",
        statement: "A GET of an environment that does not exist is answered 403 or 404",
        source: orgYaml,
        dependsOn: ["provider/checkLocation.ts", "provider/keyExistence.ts"],
        otherwise: "A mistake in environmentId is found by the POST and not in the preview.",
    },
    {
        id: "environment-takes-keys",
        subject: "places",
        statement: "Deleting an environment makes its Flink keys unusable",
        source: noSource,
        dependsOn: ["provider/keyExistence.ts", "docs/guarantees.md"],
        otherwise: "Nothing is dropped without other proof; keys that open nothing stay in the state.",
        notChecked: "it would delete an environment",
    },
    {
        id: "organization-list",
        subject: "places",
        statement: "The list of organizations has one row, with the id that environments name",
        source: orgYaml,
        dependsOn: ["confluent/organizations.ts"],
        otherwise: "Where an environment is gone, its keys cannot be asked about at their region.",
    },
    {
        id: "region-list",
        subject: "places",
        statement: "The list of Flink regions names cloud, region_name and http_endpoint of the region",
        source: regionsYaml,
        dependsOn: ["confluent/flinkRegions.ts", "provider/restEndpoint.ts"],
        otherwise:
            "No key can be proven without readiness.restEndpoint. confluent/flinkRegions.ts has to read the other field.",
    },
    {
        id: "endpoint-list",
        subject: "places",
        statement: "The list of endpoints of service FLINK is answered 200 for an environment and region",
        source: endpointYaml,
        dependsOn: [
            "confluent/flinkEndpoints.ts",
            "provider/restEndpoint.ts",
            "docs/guides/private-network.md",
        ],
        otherwise:
            "readiness.network: private finds nothing; the endpoint has to be named by readiness.restEndpoint.",
    },
    {
        id: "private-endpoint",
        subject: "places",
        statement: "The private endpoint of an environment accepts its keys as the public one does",
        source: endpointYaml,
        dependsOn: ["provider/restEndpoint.ts", "docs/guides/private-network.md"],
        otherwise: "A key is proven at an address that its users do not use.",
        notChecked: "needs a machine inside the private network: run it there with --endpoint",
    },
    {
        id: "quota-list",
        subject: "service",
        statement:
            "Applied quotas of scope SERVICE_ACCOUNT name the account, a limit and its usage for API keys",
        source: quotaYaml,
        dependsOn: ["confluent/appliedQuotas.ts", "provider/quota.ts"],
        otherwise: "A rotation without room is not seen before the POST, which then tells (402).",
    },
    {
        id: "quota-exceeded",
        subject: "service",
        statement:
            "Where there is no room for another key, the POST is answered 402 or 400 and makes nothing",
        source: `${keysYaml} (402); ${published}: some quota errors come as 400`,
        dependsOn: ["confluent/confluentError.ts", "provider/rotateKey.ts"],
        otherwise: "The message names another cause; the old key stays current all the same.",
        notChecked: "it would use up a quota of the organization",
    },
    {
        id: "date-header",
        subject: "service",
        statement: "Every answer of the control plane has the header Date",
        source: "RFC 9110, 6.6.1",
        dependsOn: ["confluent/confluentApi.ts", "provider/session.ts"],
        otherwise: "Ages go by this machine's clock, and are wrong where it is.",
    },
    {
        id: "clock-difference",
        subject: "service",
        statement: "This machine's clock and Confluent Cloud's differ by less than 5 minutes",
        source: "clocks are synchronised (NTP)",
        dependsOn: ["provider/rotation.ts", "components/rotation.ts"],
        otherwise: "A window of the rotation may exchange a key twice or late. Set the clock of the machine.",
        limitMs: 300_000,
    },
    {
        id: "error-shape",
        subject: "service",
        statement:
            "Every refusal has the body { errors: [...] } or { error_code, message }, or, with 401, a challenge of Confluent's",
        source: `${keysYaml} Failure; ${terraform} fixtures`,
        dependsOn: ["confluent/confluentApi.ts", "provider/evidence.ts"],
        otherwise:
            "It counts as a proxy's answer, and nothing is concluded from it. confluent/confluentApi.ts has to know the shape.",
    },
    {
        id: "wrong-credentials",
        subject: "service",
        statement: "The control plane answers 401 to an API key that does not exist",
        source: `${keysYaml} (401 user_unauthenticated)`,
        dependsOn: ["confluent/confluentError.ts"],
        otherwise: "The message for wrong credentials names another cause.",
    },
    {
        id: "flink-key-on-control-plane",
        subject: "service",
        statement: "The control plane answers 401 or 403 to a Flink key",
        source: `${published}: cloud-api-key`,
        dependsOn: ["confluent/confluentError.ts", "README.md"],
        otherwise: "A Flink key can do more than the README says.",
    },
    {
        id: "rate-limit-headers",
        subject: "service",
        statement:
            "X-RateLimit-Limit, -Remaining and -Reset, where they are sent, are numbers, and Reset is seconds from now",
        source: published,
        dependsOn: ["confluent/rateLimiter.ts", "confluent/confluentApi.ts"],
        otherwise: "A window of more than 5 minutes is left aside; a run goes by 429 and Retry-After alone.",
    },
    {
        id: "rate-limit-refusal",
        subject: "service",
        statement: "A 429 has Retry-After, in seconds or as a date",
        source: published,
        dependsOn: ["confluent/retry.ts", "confluent/rateLimiter.ts"],
        otherwise: "Pauses are our own, from half a second to 15 s: a run may give up after a minute.",
        notChecked: "it would take a flood of requests; a 429 that comes by itself is looked at",
    },
    {
        id: "token-exchange",
        subject: "service",
        statement:
            "A token of the STS works for accounts, role bindings and keys, for as long as expires_in says",
        source: `${stsYaml}; ${terraform} with OAuth`,
        dependsOn: ["confluent/oauthCredentials.ts", "docs/guides/keyless.md"],
        otherwise: "A run with OAuth fails half-way; the key is in the state, and the next run goes on.",
        notChecked: "needs an identity provider; `preflight` with the pipeline's own token shows it",
    },
];

/** The assumption of this id. */
export function assumption(id: string): Assumption {
    const found = assumptions.find((one) => one.id === id);
    if (found === undefined) throw new Error(`There is no assumption ${id}.`);
    return found;
}
