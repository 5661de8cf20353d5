import type { ComputeLocation } from "./sql/catalogs";
import type { Query } from "./sql/query";

/** What every resource has. Times are in milliseconds since the epoch. */
export interface Made {
    createdAt: number;
    updatedAt: number;
    /** Whether the emulator starts with it. */
    seeded: boolean;
}

export interface Environment extends Made {
    /** `env-abc123` */
    id: string;
    /** Unique in the organization. */
    displayName: string;
    /** `ESSENTIALS` or `ADVANCED`. */
    streamGovernancePackage: string | undefined;
}

/** A person. Seeded only: there is no API that creates users. */
export interface User extends Made {
    /** `u-111aaa` */
    id: string;
    email: string;
    fullName: string;
}

export interface ServiceAccount extends Made {
    /** `sa-111aaa` */
    id: string;
    /** Unique in the organization. */
    displayName: string;
    description: string;
}

/** An issuer whose external tokens are accepted. */
export interface IdentityProvider extends Made {
    /** `op-111aaa` */
    id: string;
    displayName: string;
    description: string;
    /** The claim `iss` of its tokens. */
    issuer: string;
    jwksUri: string;
    identityClaim: string | undefined;
}

/** An OAuth identity pool: a principal, as a service account is. */
export interface IdentityPool extends Made {
    /** `pool-111aaa` */
    id: string;
    /** `op-111aaa` */
    providerId: string;
    displayName: string;
    description: string;
    /** `claims.sub` */
    identityClaim: string;
    /** A CEL expression over the claims, `claims.iss=="https://example.com"`. Stored, not evaluated. */
    filter: string;
}

/** Seeded only: one in each seeded environment. */
export interface KafkaCluster extends Made {
    /** `lkc-abc123` */
    id: string;
    environmentId: string;
    displayName: string;
}

/** Seeded only: one in each seeded environment. */
export interface SchemaRegistry extends Made {
    /** `lsrc-abc123` */
    id: string;
    environmentId: string;
    /** `ESSENTIALS` or `ADVANCED`. */
    package: string;
}

export interface RoleBinding extends Made {
    /** `rb-abc123` */
    id: string;
    /** `sa-111aaa`, without the prefix `User:` of the API. */
    principalId: string;
    roleName: string;
    /** As the client sent it. */
    crnPattern: string;
    /** From then on the role is in effect. */
    effectiveAt: number;
}

/** The resource that an API key is for. */
export type KeyScope =
    | { kind: "cloud" }
    | { kind: "global" }
    /** For a Kafka cluster (`lkc-`), a Schema Registry (`lsrc-`) or Tableflow. No endpoint of the emulator accepts it. */
    | { kind: "kafka" | "schema-registry" | "tableflow"; id: string; environmentId: string | undefined }
    | {
          kind: "flink";
          environmentId: string;
          /** `aws.us-east-1` */
          regionId: string;
          /**
           * The form in which the client sent the resource, and reads it: `separate` id and environment, or `joined`,
           * `env-abc123.aws.us-east-1`.
           */
          form: "separate" | "joined";
      };

export interface ApiKey extends Made {
    /** `AK4NBR7MUYHVJMHW` */
    id: string;
    secret: string;
    displayName: string;
    description: string;
    /** `sa-111aaa` or `u-111aaa` */
    ownerId: string;
    scope: KeyScope;
    /** From then on the endpoints accept the key. */
    usableAt: number;
}

export interface ComputePool extends Made {
    /** `lfcp-abc123` */
    id: string;
    displayName: string;
    environmentId: string;
    /** `aws.us-east-1` */
    regionId: string;
    maxCfu: number;
    enableAi: boolean;
    defaultPool: boolean;
}

/** An external service that SQL functions call. Its credentials are not kept. */
export interface Connection extends Made {
    /** A UUID: a name is unique in its environment and region. */
    id: string;
    name: string;
    environmentId: string;
    /** Undefined where the client did not say which: at the emulator's bare URL. */
    regionId: string | undefined;
    /** `OPENAI` */
    type: string;
    endpoint: string;
    resourceVersion: number;
}

/** A file that a client may send, or has sent, to an upload URL. */
export interface Upload {
    /** A UUID. */
    id: string;
    /** `JAR` or `ZIP`. */
    contentFormat: string;
    /** Its size; undefined until it has arrived. */
    bytes: number | undefined;
    createdAt: number;
}

/** An archive of user-defined functions. */
export interface FlinkArtifact extends Made {
    /** `cfa-abc123` */
    id: string;
    /** Unique in its environment and region. */
    displayName: string;
    environmentId: string;
    /** `AWS` */
    cloudName: string;
    /** `us-east-1` */
    regionName: string;
    className: string | undefined;
    contentFormat: string;
    description: string;
    documentationLink: string;
    runtimeLanguage: string;
}

export interface Statement extends ComputeLocation, Made {
    /** `env-abc123/my-statement`: a name is unique in its environment. */
    id: string;
    name: string;
    uid: string;
    statement: string;
    query: Query;
    properties: Record<string, string>;
    labels: Record<string, string>;
    /** The principal that it runs as: `sa-111aaa`. */
    principalId: string;
    /** The principal that created it. */
    submitterId: string;
    /** Whether it was only checked: it has ended, and is not stored. */
    isDryRun: boolean;
    /** Whether the control API has set its phase to DEGRADED. */
    isDegraded: boolean;
    resourceVersion: number;
    /** When it was created or last resumed. */
    startedAt: number;
    stoppedAt: number | undefined;
    deletedAt: number | undefined;
}

/** A bearer token that the emulator issued. Its id is the token itself. */
export type Token =
    /** Issued by the stub identity provider. The STS accepts it, and with an identity pool the data plane. */
    | { id: string; kind: "external"; expiresAt: number; issuer: string }
    /** Issued by the STS. The control plane accepts it as the identity pool. */
    | { id: string; kind: "sts"; expiresAt: number; identityPoolId: string }
    /**
     * Issued to a logged-in user. The control plane accepts `session`, the data plane accepts `data-plane`, and `refresh`
     * starts another session.
     */
    | { id: string; kind: "session" | "data-plane" | "refresh"; expiresAt: number; principalId: string };
