const keyType = "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey";
const accessType = "confluent-flink:index:FlinkAccess";
const secretMark = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A FlinkApiKey in a stack's state. */
export interface StateKeySpec {
    readonly resource: string;
    readonly apiKey: string;
    readonly scope: string;
    readonly owner: string;
    readonly createdAt: string;
    readonly displayName?: string;
    readonly description: string;
    /** The number in the tag of an adopted key. */
    readonly adoption?: string;
    readonly status?: string;
    readonly rotatesAt?: string;
    readonly superseded?: readonly { apiKey: string; retireAt: string }[];
    readonly restEndpoint?: string;
    /** Of a global key, with the environment that its scope does not name. */
    readonly restEndpoints?: Readonly<Record<string, string>>;
    readonly environmentId?: string;
    /** As plain text, as after an export with --show-secrets; default: encrypted. */
    readonly apiSecret?: string;
    readonly delete?: boolean;
}

/** The output of `pulumi stack export`, as far as the report reads it. */
export function stackExport(
    stack: string,
    keys: readonly StateKeySpec[],
    roleBindings: readonly { id: string; principal: string; roleName: string; crnPattern?: string }[] = [],
    /** When the state was written. A newer state may contain keys that were created later. */
    time = "2026-08-29T00:00:00Z",
): object {
    const urn = (type: string, name: string): string =>
        `urn:pulumi:${stack}::confluent-flink::${type}::${name}`;
    const access = `${accessType}$`;
    return {
        version: 3,
        deployment: {
            manifest: { time, magic: "", version: "v3.248.0" },
            secrets_providers: { type: "passphrase", state: { salt: "v1:…" } },
            resources: [
                {
                    urn: urn("pulumi:pulumi:Stack", `confluent-flink-${stack}`),
                    type: "pulumi:pulumi:Stack",
                },
                {
                    urn: urn(accessType, "flink"),
                    type: accessType,
                    outputs: {
                        keys: Object.fromEntries(
                            keys.map(({ apiKey, apiSecret, resource, rotatesAt }) => [
                                resource,
                                { apiKey, apiSecret: secret(apiSecret), ...(rotatesAt && { rotatesAt }) },
                            ]),
                        ),
                    },
                },
                ...roleBindings.map(({ id, principal, roleName, crnPattern }) => ({
                    urn: urn(`${access}confluentcloud:index/roleBinding:RoleBinding`, `flink-${roleName}`),
                    type: "confluentcloud:index/roleBinding:RoleBinding",
                    id,
                    outputs: { principal, roleName, ...(crnPattern && { crnPattern }) },
                })),
                ...keys.map((key) => ({
                    urn: urn(`${access}${keyType}`, key.resource),
                    type: keyType,
                    id: key.apiKey,
                    ...(key.delete && { delete: true }),
                    outputs: {
                        apiKey: key.apiKey,
                        apiSecret: secret(key.apiSecret),
                        createdAt: key.createdAt,
                        scope: key.scope,
                        ...(key.restEndpoints
                            ? { restEndpoints: key.restEndpoints, environmentId: key.environmentId }
                            : { restEndpoint: key.restEndpoint ?? "" }),
                        status: key.status ?? "ready",
                        superseded: key.superseded ?? [],
                        owner: key.owner,
                        displayName: key.displayName ?? key.resource,
                        description: key.description,
                        ...(key.adoption && { adoption: key.adoption }),
                    },
                })),
            ],
        },
    };
}

function secret(plain: string | undefined): object {
    return {
        [secretMark]: secretSignature,
        ...(plain === undefined ? { ciphertext: "v1:abc=" } : { plaintext: JSON.stringify(plain) }),
    };
}
