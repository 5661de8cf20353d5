import * as pulumi from "@pulumi/pulumi";
import { readinessOfKey } from "./accessReadiness";
import type { AccessRegion } from "./accessRegion";
import type { ParsedAccessArgs } from "./flinkAccessArgs";
import {
    FlinkApiKey,
    type FlinkApiKeyArgs,
    type GlobalFlinkApiKeyArgs,
    type SupersededKey,
} from "./flinkApiKey";
import { rotationWindow } from "./rotation";

/** One region's key. */
export interface FlinkKey {
    /** Id of the key. */
    apiKey: pulumi.Output<string>;
    /** Its secret; a Pulumi secret. */
    apiSecret: pulumi.Output<string>;
    /** `env-abc123.aws.us-east-2`, or `global`. */
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
    extends Pick<
        ParsedAccessArgs,
        "environmentId" | "regions" | "keyScope" | "readiness" | "rotation" | "adopt"
    > {
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

/** Declares the keys: `<name>-<region>` for each region, or one `<name>-global`. */
export function declareKeys(
    name: string,
    settings: RegionKeySettings,
    opts: pulumi.CustomResourceOptions,
): RegionKey[] {
    const { regions, keyScope } = settings;
    if (keyScope === "region")
        return regions.flatMap((region) => declareKey(name, region.name, [region], settings, opts));
    return regions.length === 0 ? [] : declareKey(name, "global", regions, settings, opts);
}

/** One key, and what each of its `regions` gets of it. `keyName`: the region's name, or `global`. */
function declareKey(
    name: string,
    keyName: string,
    regions: readonly AccessRegion[],
    settings: RegionKeySettings,
    opts: pulumi.CustomResourceOptions,
): RegionKey[] {
    const { environmentId, principalId, rotation, adopt, nowMs, readiness } = settings;
    const isGlobal = settings.keyScope === "global";
    const [{ cloud, region }] = regions as [AccessRegion];
    const window = rotation && rotationWindow(rotation, keyName, nowMs);
    const placed = settings.regions.map((one) => ({ name: one.name, place: placeName(one) }));
    const args = {
        owner: principalId,
        environmentId,
        ...(isGlobal ? { scope: "global", regions: regions.map(placeName) } : { cloud, region }),
        ...(window?.rotationTrigger !== undefined && { rotationTrigger: window.rotationTrigger }),
        ...(rotation && { overlap: rotation.overlap }),
        ...(adopt[keyName] !== undefined && { adopt: adopt[keyName] }),
        ...(readiness !== undefined && {
            readiness: readinessOfKey(name, readiness, placed, isGlobal ? undefined : keyName),
        }),
    } as FlinkApiKeyArgs | GlobalFlinkApiKeyArgs;
    const resource = new FlinkApiKey(`${name}-${keyName}`, args, opts);
    return regions.map((one) => {
        const restEndpoint = isGlobal
            ? pulumi
                  .all([resource.restEndpoints, placeName(one)])
                  .apply(([endpoints, place]) => endpoints?.[place] as string)
            : resource.restEndpoint;
        return regionKey(one, resource, restEndpoint, window?.rotatesAt, settings);
    });
}

/** `aws.us-east-2` */
function placeName({ cloud, region }: AccessRegion): pulumi.Output<string> {
    return pulumi.interpolate`${cloud}.${region}`;
}

function regionKey(
    { name, cloud, region }: AccessRegion,
    resource: FlinkApiKey,
    restEndpoint: pulumi.Output<string>,
    rotatesAt: string | undefined,
    { principalId, organizationId, environmentId }: RegionKeySettings,
): RegionKey {
    const { apiKey, apiSecret, scope, createdAt, status, superseded } = resource;
    return {
        region: name,
        resource,
        key: { apiKey, apiSecret, scope, restEndpoint, createdAt, status, rotatesAt, superseded },
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
