import type { Query } from "./sql/query";

/**
 * What lives in the organization. The routes make and change these; everything else only reads them, so they stand
 * below both and know neither.
 */

export interface Environment {
    /** `env-abc123` */
    id: string;
    /** Unique in the organization. */
    displayName: string;
    /** `ESSENTIALS` or `ADVANCED`. */
    streamGovernancePackage: string | undefined;
    createdAt: number;
    updatedAt: number;
    seeded: boolean;
}

/** A person. Seeded only: real users come by invitation. */
export interface User {
    /** `u-111aaa` */
    id: string;
    email: string;
    fullName: string;
    createdAt: number;
    seeded: boolean;
}

export interface ServiceAccount {
    /** `sa-111aaa` */
    id: string;
    /** Unique in the organization. */
    displayName: string;
    description: string;
    createdAt: number;
    updatedAt: number;
    /** The emulator started with it. */
    seeded: boolean;
}

/** Whose external tokens are taken. */
export interface IdentityProvider {
    /** `op-111aaa` */
    id: string;
    displayName: string;
    description: string;
    /** The `iss` of its tokens. */
    issuer: string;
    jwksUri: string;
    identityClaim: string | undefined;
    createdAt: number;
    updatedAt: number;
    seeded: boolean;
}

/** An OAuth identity pool, a principal like an account. */
export interface IdentityPool {
    /** `pool-111aaa` */
    id: string;
    /** `op-111aaa` */
    providerId: string;
    displayName: string;
    description: string;
    /** `claims.sub` */
    identityClaim: string;
    /** A CEL expression over the claims, `claims.iss=="https://example.com"`. Stored only. */
    filter: string;
    createdAt: number;
    updatedAt: number;
    seeded: boolean;
}

/** Seeded only, one in each environment. */
export interface KafkaCluster {
    /** `lkc-abc123` */
    id: string;
    environmentId: string;
    displayName: string;
    createdAt: number;
}

/** Seeded only, one in each environment. */
export interface SchemaRegistry {
    /** `lsrc-abc123` */
    id: string;
    environmentId: string;
    /** `ESSENTIALS` or `ADVANCED`. */
    package: string;
    createdAt: number;
}

export interface RoleBinding {
    /** `rb-abc123` */
    id: string;
    /** `sa-111aaa`, without the `User:` of the wire. */
    principalId: string;
    roleName: string;
    /** As the client wrote it. */
    crnPattern: string;
    createdAt: number;
    /** From when on the role counts. */
    effectiveAt: number;
    seeded: boolean;
}

/** What a key opens. */
export type KeyScope =
    | { kind: "cloud" }
    | { kind: "global" }
    /** Of a Kafka cluster (`lkc-`), a Schema Registry (`lsrc-`) or Tableflow. No endpoint here takes it. */
    | { kind: "kafka" | "schema-registry" | "tableflow"; id: string; environmentId: string | undefined }
    | {
          kind: "flink";
          environmentId: string;
          /** `aws.us-east-1` */
          regionId: string;
          /** How the client wrote it, and reads it back: id and environment apart, or `env-abc123.aws.us-east-1`. */
          form: "apart" | "joined";
      };

export interface ApiKey {
    /** `AK4NBR7MUYHVJMHW` */
    id: string;
    secret: string;
    displayName: string;
    description: string;
    /** `sa-111aaa` or `u-111aaa` */
    ownerId: string;
    scope: KeyScope;
    createdAt: number;
    updatedAt: number;
    /** From when on the endpoints know the key. */
    usableAt: number;
    seeded: boolean;
}

export interface ComputePool {
    /** `lfcp-abc123` */
    id: string;
    displayName: string;
    environmentId: string;
    /** `aws.us-east-1` */
    regionId: string;
    maxCfu: number;
    enableAi: boolean;
    defaultPool: boolean;
    createdAt: number;
    updatedAt: number;
    seeded: boolean;
}

/** The part of the environment that a statement runs in. */
export interface Workplace {
    environmentId: string;
    regionId: string;
    /** Empty for the default pool. */
    computePoolId: string;
}

export interface Statement extends Workplace {
    /** `env-abc123/my-statement`: a name is unique in its environment. */
    id: string;
    name: string;
    uid: string;
    statement: string;
    query: Query;
    properties: Record<string, string>;
    labels: Record<string, string>;
    /** `sa-111aaa`: whom it runs as. */
    principalId: string;
    resourceVersion: number;
    createdAt: number;
    updatedAt: number;
    /** Created or last resumed. */
    startedAt: number;
    stoppedAt: number | undefined;
    deletedAt: number | undefined;
}

/** A bearer token the emulator has handed out; its id is the token itself. */
export type Token =
    /** From the stub identity provider; goes to the STS and, with a pool, to the data plane. */
    | { id: string; kind: "external"; expiresAt: number; issuer: string }
    /** From the STS; opens the control plane as the pool. */
    | { id: string; kind: "sts"; expiresAt: number; identityPoolId: string }
    /**
     * Of a user who logged in: `session` opens the control plane, `data-plane` the data plane, and `refresh` is for another
     * session.
     */
    | { id: string; kind: "session" | "data-plane" | "refresh"; expiresAt: number; principalId: string };
