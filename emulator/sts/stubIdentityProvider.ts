import { ApiError } from "../apiError";
import type { Cloud } from "../cloud";
import { formatJwt } from "../jwt";
import type { Call, Route } from "../route";
import type { TokenBody } from "../schemas";

const LIFE_S = 3600;

/** Whose tokens it hands out, unless a request names another `issuer`. A name only: nothing is there. */
export const STUB_ISSUER = "https://idp.emulator.invalid";

/**
 * POST /_emulator/idp/token: a stand-in for the customer's identity provider (Okta, Entra ID). Client
 * credentials grant; any non-empty client id and secret will do. With `issuer` it stands for the provider of that issuer.
 */
export function stubIdentityProviderRoutes(cloud: Cloud): Route[] {
    return [
        {
            method: "POST",
            path: "/_emulator/idp/token",
            authentication: "none",
            answer: (call) => ({ status: 200, body: issue(cloud, call) }),
        },
    ];
}

function issue(cloud: Cloud, call: Call): TokenBody {
    const form = (call.body ?? {}) as Readonly<Record<string, unknown>>;
    if (form.grant_type !== "client_credentials") {
        throw refusal(400, "unsupported_grant_type", "grant_type must be client_credentials.");
    }
    if (!form.client_id || !form.client_secret) {
        throw refusal(401, "invalid_client", "client_id and client_secret are required.");
    }
    const issuer = typeof form.issuer === "string" && form.issuer !== "" ? form.issuer : STUB_ISSUER;
    const issuedAtS = Math.floor(cloud.now() / 1000);
    const claims = {
        iss: issuer,
        sub: form.client_id,
        iat: issuedAtS,
        exp: issuedAtS + LIFE_S,
    };
    const id = formatJwt({ alg: "none", typ: "JWT" }, claims, cloud.random.hex(43));
    cloud.redactor.learn(id);
    cloud.tokens.add({ id, kind: "external", issuer, expiresAt: cloud.now() + LIFE_S * 1000 });
    return { access_token: id, token_type: "Bearer", expires_in: LIFE_S };
}

/** RFC 6749 §5.2, not Confluent's error shape. */
function refusal(status: number, error: string, description: string): ApiError {
    return new ApiError(
        status,
        error,
        error,
        description,
        undefined,
        {},
        { error, error_description: description },
    );
}
