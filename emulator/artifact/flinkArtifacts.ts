import { requireRole } from "../access/authorization";
import { alreadyExists, badRequest, invalidFilter, notFound } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { findRegions } from "../fcpm/regions";
import { listPage } from "../pagination";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { FlinkArtifact } from "../resources";
import { type ApiRequest, type ApiResponse, pathParameter, queryParameter, type Route } from "../route";

const managers = [
    "OrganizationAdmin",
    "EnvironmentAdmin",
    "FlinkAdmin",
    "FlinkDeveloper",
    "FlinkFunctionDeveloper",
];
/** How long an upload URL is valid. */
const uploadLifeMs = 60 * 60 * 1000;

/**
 * /artifact/v1: archives of user-defined functions. A client asks for an upload URL, sends the file there, and creates the artifact
 * from the upload. The emulator keeps the size of the file, and not the file.
 */
export function flinkArtifactRoutes(cloud: Cloud): Route[] {
    return [
        ...resourceRoutes(cloud, "/artifact/v1/flink-artifacts", { list, create, read, update, remove }),
        ...resourceRoutes(cloud, "/artifact/v1/presigned-upload-url", { create: createUpload }),
    ];
}

/** Notes that a file has arrived at an upload URL. False for an unknown or expired one. */
export function receiveUpload(cloud: Cloud, id: string, bytes: number): boolean {
    const upload = cloud.uploads.get(id);
    if (upload === undefined || upload.createdAt + uploadLifeMs <= cloud.now()) return false;
    upload.bytes = bytes;
    return true;
}

function createUpload(cloud: Cloud, request: ApiRequest): ApiResponse {
    const body = new RequestBody(request.body);
    const place = {
        environmentId: body.text("/environment"),
        cloudName: body.text("/cloud").toUpperCase(),
        regionName: body.text("/region"),
    };
    const contentFormat = body.text("/content_format").toUpperCase();
    requirePlace(cloud, request, place);
    const upload = cloud.uploads.add({
        id: cloud.random.uuid(),
        contentFormat,
        bytes: undefined,
        createdAt: cloud.now(),
    });
    return {
        status: 200,
        body: {
            api_version: "artifact/v1",
            kind: "PresignedUrl",
            content_format: contentFormat,
            cloud: place.cloudName,
            region: place.regionName,
            environment: place.environmentId,
            upload_id: upload.id,
            upload_url: `${cloud.url}/_emulator/uploads/${upload.id}`,
            // Clients send these fields with the file where the cloud is AWS.
            upload_form_data: place.cloudName === "AWS" ? { bucket: "emulator", key: upload.id } : {},
        },
    };
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    const place = placeOf(request);
    requirePlace(cloud, request, place);
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "artifact/v1",
            kind: "FlinkArtifactList",
            entries: cloud.flinkArtifacts.after(0).filter(({ item }) => isAt(item, place)),
            toBody: (artifact) => artifactBody(cloud, artifact),
        }),
    };
}

function create(cloud: Cloud, request: ApiRequest): ApiResponse {
    const body = new RequestBody(request.body);
    const place = {
        environmentId: body.text("/environment"),
        cloudName: body.text("/cloud").toUpperCase(),
        regionName: body.text("/region"),
    };
    const displayName = body.text("/display_name", { maxLength: 60 });
    const uploadId = body.text("/upload_source/upload_id");
    requirePlace(cloud, request, place);
    const upload = cloud.uploads.get(uploadId);
    if (upload?.bytes === undefined) {
        throw badRequest(`No file has been uploaded with the upload id '${uploadId}'.`, {
            pointer: "/upload_source/upload_id",
        });
    }
    const same = cloud.flinkArtifacts.find(
        (artifact) => artifact.displayName === displayName && isAt(artifact, place),
    );
    if (same !== undefined) {
        throw alreadyExists(`A Flink artifact '${displayName}' already exists.`, selfUrl(cloud, same.id));
    }
    const now = cloud.now();
    const artifact = cloud.flinkArtifacts.add({
        ...place,
        id: cloud.newId("cfa", cloud.flinkArtifacts),
        displayName,
        className: body.optionalText("/class", { maxLength: 150 }) ?? "",
        contentFormat: (body.optionalText("/content_format") ?? upload.contentFormat).toUpperCase(),
        description: body.optionalText("/description", { maxLength: 256 }) ?? "",
        documentationLink: body.optionalText("/documentation_link", { maxLength: 512 }) ?? "",
        runtimeLanguage: (body.optionalText("/runtime_language") ?? "JAVA").toUpperCase(),
        createdAt: now,
        updatedAt: now,
    });
    cloud.uploads.delete(uploadId);
    return {
        status: 201,
        body: artifactBody(cloud, artifact),
        headers: { location: selfUrl(cloud, artifact.id) },
    };
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    return { status: 200, body: artifactBody(cloud, find(cloud, request)) };
}

function update(cloud: Cloud, request: ApiRequest): ApiResponse {
    const artifact = find(cloud, request);
    const body = new RequestBody(request.body);
    artifact.displayName = body.optionalText("/display_name", { maxLength: 60 }) ?? artifact.displayName;
    artifact.description = body.optionalText("/description", { maxLength: 256 }) ?? artifact.description;
    artifact.documentationLink = body.optionalText("/documentation_link") ?? artifact.documentationLink;
    artifact.updatedAt = cloud.now();
    return { status: 200, body: artifactBody(cloud, artifact) };
}

function remove(cloud: Cloud, request: ApiRequest): ApiResponse {
    cloud.flinkArtifacts.delete(find(cloud, request).id);
    return { status: 204 };
}

type Place = Pick<FlinkArtifact, "environmentId" | "cloudName" | "regionName">;

/** GET, PATCH and DELETE name the place in the query. */
function placeOf(request: ApiRequest): Place {
    const required = (name: string): string => {
        const value = queryParameter(request, name);
        if (value === undefined) throw invalidFilter(`${name} is required.`, name);
        return value;
    };
    return {
        environmentId: required("environment"),
        cloudName: required("cloud").toUpperCase(),
        regionName: required("region"),
    };
}

/** A 404 for an unknown environment or region, a 403 without a role there. */
function requirePlace(cloud: Cloud, request: ApiRequest, place: Place): void {
    const { environmentId, cloudName, regionName } = place;
    const [region] = findRegions(cloudName, regionName);
    if (region === undefined || !cloud.environments.has(environmentId)) {
        throw notFound(`There is no '${environmentId}' with the region '${cloudName} ${regionName}'.`);
    }
    const crn = cloud.crn(["environment", environmentId], ["flink-region", region.id]);
    requireRole(cloud, request.caller.principalId, managers, crn);
}

function find(cloud: Cloud, request: ApiRequest): FlinkArtifact {
    const place = placeOf(request);
    requirePlace(cloud, request, place);
    const id = pathParameter(request, "id");
    const artifact = cloud.flinkArtifacts.get(id);
    if (artifact === undefined || !isAt(artifact, place)) {
        throw notFound(`The Flink artifact '${id}' does not exist.`);
    }
    return artifact;
}

function isAt(artifact: Place, place: Place): boolean {
    return (
        artifact.environmentId === place.environmentId &&
        artifact.cloudName === place.cloudName &&
        artifact.regionName === place.regionName
    );
}

function selfUrl(cloud: Cloud, id: string): string {
    return `${cloud.url}/artifact/v1/flink-artifacts/${id}`;
}

function artifactBody(cloud: Cloud, artifact: FlinkArtifact) {
    return {
        api_version: "artifact/v1",
        kind: "FlinkArtifact",
        id: artifact.id,
        metadata: {
            self: selfUrl(cloud, artifact.id),
            resource_name: cloud.crn(["flink-artifact", artifact.id]),
            created_at: timestamp(artifact.createdAt),
            updated_at: timestamp(artifact.updatedAt),
        },
        cloud: artifact.cloudName,
        region: artifact.regionName,
        environment: artifact.environmentId,
        display_name: artifact.displayName,
        ...(artifact.className === "" ? {} : { class: artifact.className }),
        content_format: artifact.contentFormat,
        description: artifact.description,
        documentation_link: artifact.documentationLink,
        runtime_language: artifact.runtimeLanguage,
        versions: [
            {
                version: "ver-000001",
                release_notes: "",
                is_beta: false,
                artifact_id: {},
                upload_source: { location: "PRESIGNED_URL_LOCATION", upload_id: "" },
            },
        ],
    };
}
