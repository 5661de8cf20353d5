import { PolicyPack } from "@pulumi/policy";
import { flinkKeyAge, flinkKeyRotates, noOrganizationAdmin } from "./flinkPolicies";

new PolicyPack("confluent-flink", { policies: [noOrganizationAdmin, flinkKeyRotates, flinkKeyAge] });
