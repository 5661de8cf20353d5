import type { Cloud } from "../cloud";
import { numbered } from "../pagination";
import { resourceRoutes } from "../resourceRoutes";
import { queryParameter, type Route } from "../route";

export interface Region {
    /** `aws.us-east-1` */
    id: string;
    /** `AWS`, `GCP` or `AZURE`. */
    cloud: string;
    /** `us-east-1` */
    regionName: string;
    /** `N. Virginia` */
    location: string;
}

/** Regions that Confluent documents for Flink, as of late 2025. Complete for AWS, a selection for the other clouds. */
const locationsByCloud: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    AWS: {
        "ap-east-1": "Hong Kong",
        "ap-northeast-1": "Tokyo",
        "ap-northeast-2": "Seoul",
        "ap-south-1": "Mumbai",
        "ap-southeast-1": "Singapore",
        "ap-southeast-2": "Sydney",
        "ca-central-1": "Canada Central",
        "eu-central-1": "Frankfurt",
        "eu-north-1": "Stockholm",
        "eu-west-1": "Ireland",
        "eu-west-2": "London",
        "me-south-1": "Bahrain",
        "sa-east-1": "São Paulo",
        "us-east-1": "N. Virginia",
        "us-east-2": "Ohio",
        "us-west-2": "Oregon",
    },
    AZURE: {
        australiaeast: "Australia East",
        brazilsouth: "Brazil South",
        canadacentral: "Canada Central",
        centralindia: "Central India",
        centralus: "Central US",
        eastasia: "East Asia",
        eastus: "East US",
        eastus2: "East US 2",
        francecentral: "France Central",
        germanywestcentral: "Germany West Central",
        northeurope: "North Europe",
        southcentralus: "South Central US",
        southeastasia: "Southeast Asia",
        spaincentral: "Spain Central",
        uksouth: "UK South",
        westeurope: "West Europe",
        westus2: "West US 2",
        westus3: "West US 3",
    },
    GCP: {
        "asia-south1": "Mumbai",
        "asia-southeast1": "Singapore",
        "australia-southeast1": "Sydney",
        "europe-west1": "Belgium",
        "europe-west2": "London",
        "europe-west3": "Frankfurt",
        "europe-west4": "Netherlands",
        "northamerica-northeast2": "Toronto",
        "us-central1": "Iowa",
        "us-east1": "South Carolina",
        "us-east4": "N. Virginia",
        "us-west1": "Oregon",
        "us-west2": "Los Angeles",
        "us-west4": "Las Vegas",
    },
};

const regions: readonly Region[] = Object.entries(locationsByCloud).flatMap(([cloud, locations]) =>
    Object.entries(locations).map(([regionName, location]) => ({
        id: `${cloud.toLowerCase()}.${regionName}`,
        cloud,
        regionName,
        location,
    })),
);

/** GET /fcpm/v2/regions. Filters ignore case: the Confluent CLI sends `cloud=aws`, Terraform `cloud=AWS`. */
export function regionRoutes(cloud: Cloud): Route[] {
    return resourceRoutes<Region>(cloud, {
        path: "/fcpm/v2/regions",
        kind: "Region",
        list: (request) =>
            numbered(findRegions(queryParameter(request, "cloud"), queryParameter(request, "region_name"))),
        crn: ({ id }) => cloud.crn(["flink-region", id]),
        fields: (region) => ({
            display_name: `${region.location} (${region.regionName})`,
            cloud: region.cloud,
            region_name: region.regionName,
            http_endpoint: cloud.flinkUrl(region.id),
            private_http_endpoint: cloud.flinkUrl(region.id),
        }),
    });
}

/** By id, `aws.us-east-1`. */
export function findRegion(id: string): Region | undefined {
    return regions.find((region) => region.id === id.toLowerCase());
}

/** The region of a Flink endpoint's URL: `aws.us-east-1` of `/flink/aws.us-east-1/sql/v1/…`. */
export function flinkRegion(url: string): string | undefined {
    const id = /^\/flink\/([a-z0-9.-]+)(?=\/)/.exec(url)?.[1];
    return id === undefined ? undefined : findRegion(id)?.id;
}

/** By cloud and name, each optional. */
export function findRegions(cloud: string | undefined, regionName: string | undefined): Region[] {
    return regions.filter(
        (region) =>
            (cloud === undefined || region.cloud === cloud.toUpperCase()) &&
            (regionName === undefined || region.regionName === regionName.toLowerCase()),
    );
}
