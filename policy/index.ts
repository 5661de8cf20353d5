import { PolicyPack } from "@pulumi/policy";
import { flinkKeyAge, flinkKeyOverlap, flinkKeyRotates, noOrganizationAdmin } from "./flinkPolicies";

new PolicyPack("confluent-flink", {
    policies: [noOrganizationAdmin, flinkKeyRotates, flinkKeyAge, flinkKeyOverlap],
});
