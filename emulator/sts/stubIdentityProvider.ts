import { type ApiError, unusualError } from "../apiError";
import type { Cloud } from "../cloud";
import { newJwt } from "../jwt";
import { type ApiRequest, bodyRoute, type Route } from "../route";

const lifeS = 3600;

/** The issuer of its tokens, unless a request sets another `issuer`. Only a name: there is no server at this URL. */
export const stubIssuer = "https://idp.emulator.invalid";

/**
 * POST /_emulator/idp/token: a stub of the customer's identity provider (Okta, Entra ID). It supports the client credentials
 * grant and accepts any non-empty client id and secret. The field `issuer` sets the issuer of the token.
 */
export function stubIdentityProviderRoutes(cloud: Cloud): Route[] {
    return [bodyRoute("POST", "/_emulator/idp/token", "none", (request) => issue(cloud, request))];
}

function issue(cloud: Cloud, request: ApiRequest) {
    const form = (request.body ?? {}) as Readonly<Record<string, unknown>>;
    if (form.grant_type !== "client_credentials")
        throw tokenError(400, "unsupported_grant_type", "grant_type must be client_credentials.");
    if (!form.client_id || !form.client_secret)
        throw tokenError(401, "invalid_client", "client_id and client_secret are required.");
    const issuer = typeof form.issuer === "string" && form.issuer !== "" ? form.issuer : stubIssuer;
    const id = newJwt(cloud, "none", { iss: issuer, sub: form.client_id }, lifeS);
    cloud.redactor.learn(id);
    cloud.tokens.add({ id, kind: "external", issuer, expiresAt: cloud.now() + lifeS * 1000 });
    return { access_token: id, token_type: "Bearer", expires_in: lifeS };
}

/** The error shape of RFC 6749 §5.2, not Confluent's. */
function tokenError(status: number, error: string, description: string): ApiError {
    return unusualError(status, { error, error_description: description });
}
