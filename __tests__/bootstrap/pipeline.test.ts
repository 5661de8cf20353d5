// The pipeline's identity under Pulumi's mocks. Not proven here: that its roles suffice, and what the state holds
// (`bootstrap.test.ts`).
import * as pulumi from "@pulumi/pulumi";
import { declarePipeline } from "../../deploy/bootstrap/pipeline";
import { checkScope, type PipelineScope, pipelineGrants } from "../../deploy/bootstrap/pipelineGrants";

const organization = "crn://confluent.cloud/organization=1111aaaa-11aa-11aa-11aa-111111aaaaaa";
const scope: PipelineScope = {
    environmentIds: ["env-abc123", "env-def456"],
    serviceAccounts: ["flink-orders"],
    ownedServiceAccountIds: [],
    createServiceAccounts: false,
    grantOrganizationAdmin: false,
};

describe("pipelineGrants", () => {
    it("are, for accounts that this program creates, Operator of each environment", () => {
        expect(pipelineGrants(scope)).toEqual([
            { roleName: "Operator", below: "/environment=env-abc123" },
            { roleName: "Operator", below: "/environment=env-def456" },
        ]);
    });

    it("are ResourceOwner of each existing account too, and nothing that makes accounts or grants roles", () => {
        const owned = { ...scope, environmentIds: ["env-abc123"], ownedServiceAccountIds: ["sa-111aaa"] };
        expect(pipelineGrants(owned)).toEqual([
            { roleName: "ResourceOwner", below: "/service-account=sa-111aaa" },
            { roleName: "Operator", below: "/environment=env-abc123" },
        ]);
    });

    it("are AccountAdmin, ResourceKeyAdmin and EnvironmentAdmin where it creates accounts", () => {
        const creating = { ...scope, serviceAccounts: [], createServiceAccounts: true };
        expect(pipelineGrants(creating)).toEqual([
            { roleName: "AccountAdmin", below: "" },
            { roleName: "ResourceKeyAdmin", below: "" },
            { roleName: "EnvironmentAdmin", below: "/environment=env-abc123" },
            { roleName: "EnvironmentAdmin", below: "/environment=env-def456" },
        ]);
    });

    it("are OrganizationAdmin alone where it grants that", () => {
        expect(pipelineGrants({ ...scope, grantOrganizationAdmin: true })).toEqual([
            { roleName: "OrganizationAdmin", below: "" },
        ]);
    });
});

describe("checkScope", () => {
    it.each<[Partial<Record<keyof PipelineScope, unknown>>, string]>([
        [
            { environmentIds: "env-abc123" },
            'boot:environmentIds: got "env-abc123", expected a list without repetitions such as',
        ],
        [
            { environmentIds: ["prod"] },
            'boot:environmentIds: got ["prod"], expected a list without repetitions such as',
        ],
        [{ environmentIds: [] }, "boot:environmentIds: got none, expected at least one"],
        [{ serviceAccounts: [] }, "boot:serviceAccounts: got none, expected the name of at least one"],
        [
            { serviceAccounts: ["flink orders"] },
            'boot:serviceAccounts: got ["flink orders"], expected a list',
        ],
        [{ serviceAccounts: ["a", "a"] }, "expected a list without repetitions"],
        [
            { grantOrganizationAdmin: true, serviceAccounts: [] },
            'boot:environmentIds: got ["env-abc123","env-def456"] together with grantOrganizationAdmin, expected only one of the two',
        ],
        [{ ownedServiceAccountIds: ["u-111aaa"] }, 'boot:ownedServiceAccountIds: got ["u-111aaa"]'],
        [
            { environmentIds: [], ownedServiceAccountIds: ["sa-111aaa"], grantOrganizationAdmin: true },
            "boot:grantOrganizationAdmin: got grantOrganizationAdmin: true together with serviceAccounts together with ownedServiceAccountIds",
        ],
        [
            { createServiceAccounts: true },
            "boot:createServiceAccounts: got createServiceAccounts: true together with serviceAccounts, expected only one",
        ],
    ])("refuses %j", (changes, message) => {
        expect(() => checkScope({ ...scope, ...changes } as PipelineScope, "boot")).toThrow(message);
    });

    it("accepts an OrganizationAdmin without environments, as the README's second way has it", () => {
        expect(() =>
            checkScope(
                { ...scope, environmentIds: [], serviceAccounts: [], grantOrganizationAdmin: true },
                "boot",
            ),
        ).not.toThrow();
    });

    it("accepts a pipeline that creates its own accounts", () => {
        expect(() =>
            checkScope({ ...scope, serviceAccounts: [], createServiceAccounts: true }, "boot"),
        ).not.toThrow();
    });

    it("accepts one environment and the name of an account", () => {
        expect(() => checkScope({ ...scope, environmentIds: ["env-abc123"] }, "boot")).not.toThrow();
    });
});

describe("declarePipeline", () => {
    it("makes both accounts, their roles without the provider's wait, and a Cloud API key whose secret is one", async () => {
        const declared: [string, string, Record<string, unknown>][] = [];
        await pulumi.runtime.setMocks(
            {
                newResource: ({ type, name, inputs }) => {
                    declared.push([type.split(":").at(-1) as string, name, inputs]);
                    const isKey = type.endsWith(":ApiKey");
                    const more = isKey
                        ? { secret: "SENTINELsecret" }
                        : { apiVersion: "iam/v2", kind: "ServiceAccount" };
                    const id = isKey
                        ? "AK4NBR7MUYHVJMHW"
                        : name === "flink-orders"
                          ? "sa-222bbb"
                          : "sa-111aaa";
                    return { id, state: { ...inputs, ...more } };
                },
                call: () => ({ id: organization.split("=")[1] }),
            },
            "confluent-flink-bootstrap",
            "bootstrap",
        );
        const pipeline = declarePipeline("ci", { ...scope, environmentIds: ["env-abc123"] });
        const values = await new Promise((resolve) => pulumi.output({ ...pipeline }).apply(resolve));
        expect(values).toEqual({
            pipelineId: "sa-111aaa",
            cloudApiKey: "AK4NBR7MUYHVJMHW",
            cloudApiSecret: "SENTINELsecret",
            serviceAccountIds: { "flink-orders": "sa-222bbb" },
        });
        expect(await pulumi.isSecret(pipeline.cloudApiSecret)).toBe(true);
        const role = (roleName: string, crnPattern: string, principalId = "sa-111aaa") => ({
            principal: `User:${principalId}`,
            roleName,
            crnPattern,
            disableWaitForReady: true,
        });
        const environment = `${organization}/environment=env-abc123`;
        expect(declared).toEqual([
            ["ServiceAccount", "pipeline", { displayName: "ci", description: expect.any(String) }],
            [
                "ServiceAccount",
                "flink-orders",
                { displayName: "flink-orders", description: expect.any(String) },
            ],
            ["RoleBinding", "pipeline-Operator-env-abc123", role("Operator", environment)],
            [
                "RoleBinding",
                "flink-orders-FlinkDeveloper-env-abc123",
                role("FlinkDeveloper", environment, "sa-222bbb"),
            ],
            [
                "RoleBinding",
                "pipeline-ResourceOwner-flink-orders",
                role("ResourceOwner", `${organization}/service-account=sa-222bbb`),
            ],
            [
                "ApiKey",
                "pipeline-key",
                {
                    displayName: "ci",
                    description: expect.any(String),
                    owner: { id: "sa-111aaa", apiVersion: "iam/v2", kind: "ServiceAccount" },
                },
            ],
        ]);
    });
});
