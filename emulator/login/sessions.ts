import { ApiError, unauthenticated } from "../apiError";
import type { Cloud } from "../cloud";
import { formatJwt } from "../jwt";
import type { Token, User } from "../resources";
import type { Answer, Call, Route } from "../route";
import { accountBody, organizationBody, userBody } from "./firstApi";

/** How long a login lasts. */
const SESSION_S = 24 * 3600;
/** How long a token for the data plane lasts. */
const DATA_PLANE_S = 600;

/**
 * What `confluent login` asks for: the first, unversioned API of Confluent Cloud, which no specification describes. The shapes
 * are those of ccloud-sdk-go-v1-public and of the test server of the CLI. Any password opens a user's account, for the
 * emulator keeps none; an address that no user has does not.
 */
export function sessionRoutes(cloud: Cloud): Route[] {
    return [
        {
            method: "GET",
            path: "/api/login/realm",
            authentication: "none",
            answer: () => ({ status: 200, body: { is_sso: false, realm: "", mfa_required: false } }),
        },
        {
            method: "POST",
            path: "/api/sessions",
            authentication: "none",
            answer: (call) => logIn(cloud, call),
        },
        {
            method: "DELETE",
            path: "/api/sessions",
            authentication: "session",
            answer: (call) => {
                cloud.tokens.delete(call.headers.authorization?.split(" ")[1] ?? "");
                return { status: 200, body: {} };
            },
        },
        {
            method: "GET",
            path: "/api/me",
            authentication: "session",
            answer: (call) => ({ status: 200, body: meBody(cloud, caller(cloud, call)) }),
        },
        {
            method: "POST",
            path: "/api/access_tokens",
            authentication: "session",
            answer: (call) => ({
                status: 200,
                body: {
                    token: newToken(cloud, "data-plane", caller(cloud, call).id, DATA_PLANE_S),
                    error: "",
                },
            }),
        },
        {
            // Whether the organization is on a free trial: it is not.
            method: "GET",
            path: "/api/growth/v1/free-trial-info",
            authentication: "session",
            answer: () => ({ status: 200, body: {} }),
        },
    ];
}

function logIn(cloud: Cloud, call: Call): Answer {
    const { email, password, org_resource_id, refresh_token } = (call.body ?? {}) as Readonly<
        Record<string, unknown>
    >;
    const session =
        typeof refresh_token === "string" && refresh_token !== ""
            ? refreshed(cloud, refresh_token)
            : undefined;
    const user = cloud.users.find(
        (one) =>
            one.id === session || (one.email === email && typeof password === "string" && password !== ""),
    );
    const organization = org_resource_id ?? "";
    if (user === undefined || (organization !== "" && organization !== cloud.organizationId)) {
        const message = "incorrect email, password, or organization ID";
        throw new ApiError(
            403,
            "forbidden",
            "Forbidden",
            message,
            undefined,
            {},
            { error: { code: 403, message } },
        );
    }
    return {
        status: 200,
        body: {
            ...meBody(cloud, user),
            token: newToken(cloud, "session", user.id, SESSION_S),
            refresh_token: newToken(cloud, "refresh", user.id, SESSION_S),
            error: null,
        },
    };
}

function refreshed(cloud: Cloud, token: string): string | undefined {
    const found = cloud.tokens.get(token);
    return found?.kind === "refresh" && found.expiresAt > cloud.now() ? found.principalId : undefined;
}

function newToken(
    cloud: Cloud,
    kind: Extract<Token, { principalId: string }>["kind"],
    principalId: string,
    lifeS: number,
): string {
    const issuedAtS = Math.floor(cloud.now() / 1000);
    const jwt = formatJwt(
        { alg: "HS256", typ: "JWT" },
        {
            iss: "Confluent",
            sub: principalId,
            organizationResourceId: cloud.organizationId,
            jti: cloud.random.hex(16),
            iat: issuedAtS,
            exp: issuedAtS + lifeS,
        },
        cloud.random.hex(43),
    );
    // The CLI takes anything else for a refresh token that it has encrypted itself, and reads its own config no more.
    const id = kind === "refresh" ? `v1.${jwt}` : jwt;
    cloud.redactor.learn(id);
    cloud.tokens.add({ id, kind, principalId, expiresAt: cloud.now() + lifeS * 1000 });
    return id;
}

function caller(cloud: Cloud, call: Call): User {
    const user = cloud.users.get(call.caller.principalId);
    if (user === undefined) {
        throw unauthenticated("The session's user does not exist.", "Bearer");
    }
    return user;
}

function meBody(cloud: Cloud, user: User): object {
    const environments = cloud.environments.values();
    const accounts = environments.map((environment) => accountBody(cloud, environment));
    return {
        user: userBody(cloud, user),
        account: accounts[0] ?? null,
        accounts,
        organization: organizationBody(cloud),
    };
}
