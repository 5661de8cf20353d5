import * as pulumi from "@pulumi/pulumi";
import { readinessOfRegion } from "./accessReadiness";
import type { AccessRegion } from "./accessRegion";
import type { ParsedAccessArgs } from "./flinkAccessArgs";
import { FlinkApiKey, type SupersededKey } from "./flinkApiKey";
import { rotationWindow } from "./rotation";

/** One region's key. */
export interface FlinkKey {
    /** Id of the key. */
    apiKey: pulumi.Output<string>;
    /** Its secret; a Pulumi secret. */
    apiSecret: pulumi.Output<string>;
    /** `env-abc123.aws.us-east-2` */
    scope: pulumi.Output<string>;
    /** `https://flink.us-east-2.aws.confluent.cloud` */
    restEndpoint: pulumi.Output<string>;
    /** ISO 8601. */
    createdAt: pulumi.Output<string>;
    /** `ready`, `pending`, `unverified` if the region's endpoint could not be reached, or `gone`. */
    status: pulumi.Output<string>;
    /** When the next rotation is due, ISO 8601; undefined without `rotation.every`. */
    rotatesAt: string | undefined;
    /** Earlier keys that are still valid until their overlap ends. */
    superseded: pulumi.Output<SupersededKey[]>;
}

/** The environment variables that Confluent's own clients read: the Table API, the Terraform provider, the CLI. */
export interface FlinkEnvironmentVariables {
    /** Id of the key. */
    FLINK_API_KEY: string;
    /** Its secret. */
    FLINK_API_SECRET: string;
    /** `https://flink.us-east-2.aws.confluent.cloud` */
    FLINK_REST_ENDPOINT: string;
    /** `1111aaaa-0000-4000-8000-000000000000` */
    CONFLUENT_ORGANIZATION_ID: string;
    /** `env-abc123` */
    CONFLUENT_ENVIRONMENT_ID: string;
    /** The owner of the key: `sa-111aaa`. */
    FLINK_PRINCIPAL_ID: string;
    /** `aws` */
    CLOUD_PROVIDER: string;
    /** `us-east-2` */
    CLOUD_REGION: string;
}

/** What the keys of one `FlinkAccess` have in common. */
export interface RegionKeySettings
    extends Pick<ParsedAccessArgs, "environmentId" | "regions" | "readiness" | "rotation" | "adopt"> {
    readonly principalId: pulumi.Output<string>;
    readonly organizationId: pulumi.Output<string>;
    /** The time that rotation windows are computed for. */
    readonly nowMs: number;
}

export interface RegionKey {
    readonly region: string;
    readonly resource: FlinkApiKey;
    readonly key: FlinkKey;
    readonly environmentVariables: pulumi.Output<FlinkEnvironmentVariables>;
}

/** Declares the key of one region, `<name>-<region>`. */
export function declareRegionKey(
    name: string,
    { cloud, region, name: regionName }: AccessRegion,
    {
        principalId,
        organizationId,
        environmentId,
        readiness: wait,
        rotation,
        adopt,
        regions,
        nowMs,
    }: RegionKeySettings,
    opts: pulumi.CustomResourceOptions,
): RegionKey {
    const regionNames = regions.map((one) => one.name);
    const window = rotation && rotationWindow(rotation, regionName, nowMs);
    const resource = new FlinkApiKey(
        `${name}-${regionName}`,
        {
            owner: principalId,
            environmentId,
            cloud,
            region,
            ...(wait !== undefined && { readiness: readinessOfRegion(name, wait, regionName, regionNames) }),
            ...(window?.rotationTrigger !== undefined && { rotationTrigger: window.rotationTrigger }),
            ...(rotation && { overlap: rotation.overlap }),
            ...(adopt[regionName] !== undefined && { adopt: adopt[regionName] }),
        },
        opts,
    );
    const { apiKey, apiSecret, scope, restEndpoint, createdAt, status, superseded } = resource;
    return {
        region: regionName,
        resource,
        key: {
            apiKey,
            apiSecret,
            scope,
            restEndpoint,
            createdAt,
            status,
            rotatesAt: window?.rotatesAt,
            superseded,
        },
        environmentVariables: pulumi.secret({
            FLINK_API_KEY: apiKey,
            FLINK_API_SECRET: apiSecret,
            FLINK_REST_ENDPOINT: restEndpoint,
            CONFLUENT_ORGANIZATION_ID: organizationId,
            CONFLUENT_ENVIRONMENT_ID: environmentId,
            FLINK_PRINCIPAL_ID: principalId,
            CLOUD_PROVIDER: cloud,
            CLOUD_REGION: region,
        }),
    };
}
