// The pipeline's identity under Pulumi's mocks. Not proven here: that its roles suffice, and what the state holds
// (`bootstrap.test.ts`).
import * as pulumi from "@pulumi/pulumi";
import { declarePipeline } from "../../deploy/bootstrap/pipeline";
import { checkScope, type PipelineScope, pipelineGrants } from "../../deploy/bootstrap/pipelineGrants";

const organization = "crn://confluent.cloud/organization=1111aaaa-11aa-11aa-11aa-111111aaaaaa";
const scope: PipelineScope = {
    environmentIds: ["env-abc123", "env-def456"],
    ownedServiceAccountIds: [],
    grantOrganizationAdmin: false,
};

describe("pipelineGrants", () => {
    it("are AccountAdmin, ResourceKeyAdmin and EnvironmentAdmin of each environment", () => {
        expect(pipelineGrants(scope)).toEqual([
            { roleName: "AccountAdmin", below: "" },
            { roleName: "ResourceKeyAdmin", below: "" },
            { roleName: "EnvironmentAdmin", below: "/environment=env-abc123" },
            { roleName: "EnvironmentAdmin", below: "/environment=env-def456" },
        ]);
    });

    it("are ResourceOwner of each account that it owns, and nothing that makes accounts or grants roles", () => {
        const owned = { ...scope, environmentIds: ["env-abc123"], ownedServiceAccountIds: ["sa-111aaa"] };
        expect(pipelineGrants(owned)).toEqual([
            { roleName: "ResourceOwner", below: "/service-account=sa-111aaa" },
            { roleName: "Operator", below: "/environment=env-abc123" },
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
        [{ environmentIds: "env-abc123" }, 'boot:environmentIds: got "env-abc123", expected a list such as'],
        [{ environmentIds: ["prod"] }, 'boot:environmentIds: got ["prod"], expected a list such as'],
        [{ environmentIds: [] }, "boot:environmentIds: got none, expected at least one"],
        [
            { grantOrganizationAdmin: true },
            'boot:environmentIds: got ["env-abc123","env-def456"] together with grantOrganizationAdmin, expected only one of the two',
        ],
        [{ ownedServiceAccountIds: ["u-111aaa"] }, 'boot:ownedServiceAccountIds: got ["u-111aaa"]'],
        [
            { environmentIds: [], ownedServiceAccountIds: ["sa-111aaa"], grantOrganizationAdmin: true },
            "boot:grantOrganizationAdmin: got true together with ownedServiceAccountIds",
        ],
    ])("refuses %j", (changes, message) => {
        expect(() => checkScope({ ...scope, ...changes } as PipelineScope, "boot")).toThrow(message);
    });

    it("accepts an OrganizationAdmin without environments, as the README's third row has it", () => {
        expect(() =>
            checkScope({ ...scope, environmentIds: [], grantOrganizationAdmin: true }, "boot"),
        ).not.toThrow();
    });

    it("accepts one environment and nothing else", () => {
        expect(() => checkScope({ ...scope, environmentIds: ["env-abc123"] }, "boot")).not.toThrow();
    });
});

describe("declarePipeline", () => {
    it("makes the account, its roles without the provider's wait, and a Cloud API key whose secret is one", async () => {
        const declared: [string, string, Record<string, unknown>][] = [];
        await pulumi.runtime.setMocks(
            {
                newResource: ({ type, name, inputs }) => {
                    declared.push([type.split(":").at(-1) as string, name, inputs]);
                    const isKey = type.endsWith(":ApiKey");
                    const more = isKey
                        ? { secret: "SENTINELsecret" }
                        : { apiVersion: "iam/v2", kind: "ServiceAccount" };
                    return { id: isKey ? "AK4NBR7MUYHVJMHW" : "sa-111aaa", state: { ...inputs, ...more } };
                },
                call: () => ({ id: organization.split("=")[1] }),
            },
            "confluent-flink-bootstrap",
            "bootstrap",
        );
        const pipeline = declarePipeline("ci", { ...scope, environmentIds: ["env-abc123"] });
        const values = await new Promise((resolve) => pulumi.all({ ...pipeline }).apply(resolve));
        expect(values).toEqual({
            pipelineId: "sa-111aaa",
            cloudApiKey: "AK4NBR7MUYHVJMHW",
            cloudApiSecret: "SENTINELsecret",
        });
        expect(await pulumi.isSecret(pipeline.cloudApiSecret)).toBe(true);
        const role = (roleName: string, crnPattern: string) => ({
            principal: "User:sa-111aaa",
            roleName,
            crnPattern,
            disableWaitForReady: true,
        });
        expect(declared).toEqual([
            ["ServiceAccount", "pipeline", { displayName: "ci", description: expect.any(String) }],
            ["RoleBinding", "pipeline-AccountAdmin", role("AccountAdmin", organization)],
            ["RoleBinding", "pipeline-ResourceKeyAdmin", role("ResourceKeyAdmin", organization)],
            [
                "RoleBinding",
                "pipeline-EnvironmentAdmin-env-abc123",
                role("EnvironmentAdmin", `${organization}/environment=env-abc123`),
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
