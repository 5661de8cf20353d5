import { unauthenticated, unusualError } from "../apiError";
import type { Cloud } from "../cloud";
import { newJwt } from "../jwt";
import type { Token, User } from "../resources";
import { type ApiRequest, bodyRoute, type Route } from "../route";
import { accountBody, organizationBody, userBody } from "./unversionedApi";

/** How long a session lasts. */
const sessionS = 24 * 3600;
/** How long a data-plane token lasts. */
const dataPlaneS = 600;

/**
 * The requests of `confluent login`: Confluent Cloud's oldest, unversioned API, which has no specification. The shapes are those
 * of ccloud-sdk-go-v1-public and of the CLI's test server. The emulator stores no passwords: any non-empty password is accepted
 * for the email address of a user.
 */
export function sessionRoutes(cloud: Cloud): Route[] {
    return [
        bodyRoute("GET", "/api/login/realm", "none", () => ({
            is_sso: false,
            realm: "",
            mfa_required: false,
        })),
        bodyRoute("POST", "/api/sessions", "none", (request) => logIn(cloud, request)),
        bodyRoute("DELETE", "/api/sessions", "session", ({ headers }) => {
            cloud.tokens.delete(headers.authorization?.split(" ")[1] ?? "");
            return {};
        }),
        bodyRoute("GET", "/api/me", "session", (request) => meBody(cloud, caller(cloud, request))),
        bodyRoute("POST", "/api/access_tokens", "session", (request) => ({
            token: newToken(cloud, "data-plane", caller(cloud, request).id, dataPlaneS),
            error: "",
        })),
        // The organization is not on a free trial.
        bodyRoute("GET", "/api/growth/v1/free-trial-info", "session", () => ({})),
    ];
}

function logIn(cloud: Cloud, request: ApiRequest): object {
    const { email, password, org_resource_id, refresh_token } = (request.body ?? {}) as Readonly<
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
        throw unusualError(403, { error: { code: 403, message } });
    }
    return {
        ...meBody(cloud, user),
        token: newToken(cloud, "session", user.id, sessionS),
        refresh_token: newToken(cloud, "refresh", user.id, sessionS),
        error: null,
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
    const organizationResourceId = cloud.organizationId;
    const claims = { iss: "Confluent", sub: principalId, organizationResourceId, jti: cloud.random.hex(16) };
    const jwt = newJwt(cloud, "HS256", claims, lifeS);
    // Without the prefix `v1.`, the CLI takes the token for one that it encrypted itself, and cannot read its config again.
    const id = kind === "refresh" ? `v1.${jwt}` : jwt;
    cloud.redactor.learn(id);
    cloud.tokens.add({ id, kind, principalId, expiresAt: cloud.now() + lifeS * 1000 });
    return id;
}

function caller(cloud: Cloud, request: ApiRequest): User {
    const user = cloud.users.get(request.caller.principalId);
    if (user === undefined) throw unauthenticated("The session's user does not exist.", "Bearer");
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
