import { PolicyPack } from "@pulumi/policy";
import { flinkKeyAge, flinkKeyRetires, flinkKeyRotates, noOrganizationAdmin } from "./flinkPolicies";

new PolicyPack("confluent-flink", {
    policies: [noOrganizationAdmin, flinkKeyRotates, flinkKeyAge, flinkKeyRetires],
});
