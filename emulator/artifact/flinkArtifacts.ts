import { requireRole } from "../access/authorization";
import { badRequest, notFound, requireNoOther } from "../apiError";
import type { Cloud } from "../cloud";
import { findRegions } from "../fcpm/regions";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { FlinkArtifact } from "../resources";
import { type ApiRequest, bodyRoute, type Route, requiredParameter } from "../route";

const path = "/artifact/v1/flink-artifacts";
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
    const artifacts = resourceRoutes<FlinkArtifact>(cloud, {
        path,
        kind: "FlinkArtifact",
        list(request) {
            const place = readPlace(cloud, request);
            return cloud.flinkArtifacts.entries((artifact) => isAt(artifact, place));
        },
        find(request, id) {
            const place = readPlace(cloud, request);
            const artifact = cloud.flinkArtifacts.get(id);
            if (artifact !== undefined && isAt(artifact, place)) return artifact;
            throw notFound(`The Flink artifact '${id}' does not exist.`);
        },
        create(body, request) {
            const place = readPlace(cloud, request, body);
            const displayName = body.text("/display_name", { maxLength: 60 });
            const uploadId = body.text("/upload_source/upload_id");
            const upload = cloud.uploads.get(uploadId);
            if (upload?.bytes === undefined) {
                const pointer = "/upload_source/upload_id";
                throw badRequest(`No file has been uploaded with the upload id '${uploadId}'.`, { pointer });
            }
            requireNoOther(
                cloud.flinkArtifacts.find((one) => one.displayName === displayName && isAt(one, place)),
                `A Flink artifact '${displayName}' already exists.`,
                `${cloud.url}${path}`,
            );
            const artifact = cloud.flinkArtifacts.add({
                ...place,
                id: cloud.newId("cfa", cloud.flinkArtifacts),
                displayName,
                className: body.optionalText("/class", { maxLength: 150 }),
                contentFormat: (body.optionalText("/content_format") ?? upload.contentFormat).toUpperCase(),
                description: body.optionalText("/description", { maxLength: 256 }) ?? "",
                documentationLink: body.optionalText("/documentation_link", { maxLength: 512 }) ?? "",
                runtimeLanguage: (body.optionalText("/runtime_language") ?? "JAVA").toUpperCase(),
                ...cloud.madeNow(),
            });
            cloud.uploads.delete(uploadId);
            return artifact;
        },
        update(artifact, body) {
            Object.assign(artifact, {
                displayName: body.optionalText("/display_name", { maxLength: 60 }) ?? artifact.displayName,
                description: body.optionalText("/description", { maxLength: 256 }) ?? artifact.description,
                documentationLink: body.optionalText("/documentation_link") ?? artifact.documentationLink,
                updatedAt: cloud.now(),
            });
        },
        remove: ({ id }) => cloud.flinkArtifacts.delete(id),
        crn: ({ id }) => cloud.crn(["flink-artifact", id]),
        fields: (artifact) => ({
            cloud: artifact.cloudName,
            region: artifact.regionName,
            environment: artifact.environmentId,
            display_name: artifact.displayName,
            ...(artifact.className !== undefined && { class: artifact.className }),
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
        }),
    });
    const uploads = "/artifact/v1/presigned-upload-url";
    return [...artifacts, bodyRoute("POST", uploads, "control", (request) => createUpload(cloud, request))];
}

/** Notes that a file has arrived at an upload URL. False for an unknown or expired one. */
export function receiveUpload(cloud: Cloud, id: string, bytes: number): boolean {
    const upload = cloud.uploads.get(id);
    if (upload === undefined || upload.createdAt + uploadLifeMs <= cloud.now()) return false;
    upload.bytes = bytes;
    return true;
}

function createUpload(cloud: Cloud, request: ApiRequest): object {
    const body = new RequestBody(request.body);
    const contentFormat = body.text("/content_format").toUpperCase();
    const place = readPlace(cloud, request, body);
    const upload = cloud.uploads.add({
        id: cloud.random.uuid(),
        contentFormat,
        bytes: undefined,
        createdAt: cloud.now(),
    });
    return {
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
    };
}

type Place = Pick<FlinkArtifact, "environmentId" | "cloudName" | "regionName">;

/**
 * The place in the body of a POST, or in the query of another request. A 404 for an unknown environment or region, a 403 without a
 * role there.
 */
function readPlace(cloud: Cloud, request: ApiRequest, body?: RequestBody): Place {
    const [environmentId = "", cloudName = "", regionName = ""] = ["environment", "cloud", "region"].map(
        (name) => body?.text(`/${name}`) ?? requiredParameter(request, name),
    );
    const place = { environmentId, cloudName: cloudName.toUpperCase(), regionName };
    const [region] = findRegions(cloudName, regionName);
    if (region === undefined || !cloud.environments.has(environmentId))
        throw notFound(`There is no '${environmentId}' with the region '${place.cloudName} ${regionName}'.`);
    requireRole(cloud, request.caller, managers, cloud.flinkCrn({ environmentId, regionId: region.id }));
    return place;
}

function isAt(artifact: Place, place: Place): boolean {
    return (
        artifact.environmentId === place.environmentId &&
        artifact.cloudName === place.cloudName &&
        artifact.regionName === place.regionName
    );
}
