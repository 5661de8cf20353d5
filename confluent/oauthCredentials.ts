import { readFileSync } from "node:fs";
import type { Clock } from "./clock";
import { ConfluentApi } from "./confluentApi";
import { ConfluentError } from "./confluentError";
import { type Credentials, redact } from "./credentials";
import { type OauthSettings, oauthKey, tokenFileVariable } from "./oauthSettings";
import { patientPolicy, type RetryPolicy } from "./retry";
import { Secret } from "./secret";

/** A token is renewed this long before it ends, or at half its life if that is later. */
const stsMarginMs = 60_000;
const externalMarginMs = 180_000;
/** How long to wait for a new token in the token file. */
const fileMarginMs = 10_000;
/** Used if an identity provider does not say how long its tokens live. */
const unknownLifeMs = 300_000;

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
const jwtType = "urn:ietf:params:oauth:token-type:jwt";
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

export interface OauthCredentialsOptions {
    readonly settings: OauthSettings;
    /** The control plane, which also exchanges tokens. Default `https://api.confluent.cloud`. */
    readonly endpoint?: string | undefined;
    readonly clock: Clock;
    /** Default `patientPolicy`. */
    readonly policy?: RetryPolicy;
}

interface Token {
    readonly value: Secret;
    /** The token is not used from this time on. */
    readonly renewAtMs: number;
}

/**
 * Access without a long-lived key: a token of the company's identity provider is exchanged for a token of Confluent
 * Cloud, which acts as an identity pool on the control plane. Both are kept, and renewed shortly before they end or
 * when Confluent Cloud refuses one.
 */
export class OauthCredentials implements Credentials {
    readonly remedies: NonNullable<Credentials["remedies"]>;
    readonly #settings: OauthSettings;
    readonly #clock: Clock;
    readonly #policy: RetryPolicy;
    readonly #sts: ConfluentApi;
    readonly #seen = new Set<Secret>();
    #token: Promise<Token> | undefined;
    #externalToken: Promise<Token> | undefined;

    constructor(options: OauthCredentialsOptions) {
        this.#settings = options.settings;
        this.#clock = options.clock;
        this.#policy = options.policy ?? patientPolicy;
        this.#sts = this.#client(options.endpoint);
        const pool = options.settings.identityPoolId;
        this.remedies = {
            unauthenticated: `Check identity pool ${pool} (${oauthKey}) and that its identity provider issues the token.`,
            forbidden: `Identity pool ${pool} needs OrganizationAdmin, or ResourceKeyAdmin for keys and AccountAdmin for service accounts: confluent iam rbac role-binding create --principal User:${pool} --role OrganizationAdmin. Confluent also answers 403 for a resource that does not exist.`,
        };
    }

    /** For the control plane: Confluent's own token. */
    async headers(): Promise<Record<string, string>> {
        const { value } = await this.#stsToken();
        return { Authorization: `Bearer ${value.reveal()}` };
    }

    /** For a region's data plane, as the identity pool: it accepts the external token together with the pool's id. */
    get dataPlane(): Credentials {
        return {
            headers: async () => ({
                Authorization: `Bearer ${(await this.#external()).value.reveal()}`,
                "confluent-identity-pool-id": this.#settings.identityPoolId,
            }),
            redact: (text) => this.redact(text),
        };
    }

    /** Discards a token that was refused early. Keeps a token that another request has renewed meanwhile. */
    async renew(refused: Readonly<Record<string, string>>): Promise<boolean> {
        const current = await this.#token?.catch(() => undefined);
        if (current && refused.Authorization === `Bearer ${current.value.reveal()}`) this.#token = undefined;
        return true;
    }

    redact(text: string): string {
        const { source } = this.#settings;
        const secrets = [...this.#seen, ...(source.kind === "client" ? [source.clientSecret] : [])];
        return redact(
            text,
            secrets.map((secret) => secret.reveal()),
        );
    }

    #stsToken(): Promise<Token> {
        this.#token = this.#kept(this.#token, () => this.#exchange());
        return this.#token;
    }

    #external(): Promise<Token> {
        this.#externalToken = this.#kept(this.#externalToken, () => this.#fetchExternal());
        return this.#externalToken;
    }

    /** The present token, or a new one if it is about to end or could not be fetched; one request for all callers. */
    #kept(token: Promise<Token> | undefined, make: () => Promise<Token>): Promise<Token> {
        const renewed =
            token?.then(
                (known) => (known.renewAtMs > this.#clock.now() ? known : make()),
                () => make(),
            ) ?? make();
        // The caller gets the error. A later request tries again.
        renewed.catch(() => undefined);
        return renewed;
    }

    async #exchange(): Promise<Token> {
        try {
            return await this.#exchangeOnce();
        } catch (error) {
            const isRefusal =
                error instanceof ConfluentError && ["badRequest", "unauthenticated"].includes(error.kind);
            if (!isRefusal || !(await this.#hasAnotherExternal())) throw error;
            return this.#exchangeOnce();
        }
    }

    /**
     * After a refusal: whether there is another external token to try. The identity provider may have ended its token
     * early, clocks may differ, or the new token may reach the file a moment too late.
     */
    async #hasAnotherExternal(): Promise<boolean> {
        const { source } = this.#settings;
        if (source.kind === "client") {
            this.#externalToken = undefined;
            return true;
        }
        if (source.kind === "token") return false;
        const refused = (await this.#externalToken)?.value.reveal();
        const giveUpMs = this.#clock.now() + fileMarginMs;
        for (;;) {
            if (readTokenFile(source.path).reveal() !== refused) return true;
            if (this.#clock.now() >= giveUpMs) return false;
            await this.#clock.sleep(500);
        }
    }

    /**
     * `POST /sts/v1/oauth2/token` → 200, form-encoded, without authentication. 400: the external token is not valid
     * or has ended, or the pool is unknown.
     */
    async #exchangeOnce(): Promise<Token> {
        const external = await this.#external();
        const { identityPoolId, stsLifeSeconds } = this.#settings;
        const expiry = expiryOf(external.value);
        const ended = expiry !== undefined && expiry <= this.#clock.now();
        return this.#request(this.#sts, "/sts/v1/oauth2/token", stsMarginMs, {
            purpose: `exchanging the token of ${this.#sourceName()}${ended ? `, which ended ${new Date(expiry).toISOString()},` : ""} for one of identity pool ${identityPoolId}`,
            remedy: `Check that the token is valid now, that its issuer is registered with Confluent Cloud and that ${identityPoolId} (${oauthKey}.oauthIdentityPoolId) accepts its claims.`,
            form: {
                grant_type: grantType,
                subject_token: external.value.reveal(),
                subject_token_type: jwtType,
                requested_token_type: accessTokenType,
                identity_pool_id: identityPoolId,
                ...(stsLifeSeconds !== undefined && { expires_in: String(stsLifeSeconds) }),
            },
        });
    }

    async #fetchExternal(): Promise<Token> {
        const { source } = this.#settings;
        switch (source.kind) {
            case "token":
                return this.#remember(source.token, Number.POSITIVE_INFINITY);
            case "file":
                // Read every time, because nothing tells when the file changes.
                return this.#remember(readTokenFile(source.path), this.#clock.now());
            case "client": {
                const url = new URL(source.tokenUrl);
                const api = this.#client(url.origin);
                return this.#request(api, `${url.pathname}${url.search}`, externalMarginMs, {
                    purpose: `asking the identity provider for a token as client ${source.clientId}`,
                    remedy: `Check oauthExternalTokenUrl, oauthExternalClientId, oauthExternalClientSecret and, for Entra ID, oauthExternalTokenScope of ${oauthKey}.`,
                    form: {
                        grant_type: "client_credentials",
                        client_id: source.clientId,
                        client_secret: source.clientSecret.reveal(),
                        ...(source.scope !== undefined && { scope: source.scope }),
                    },
                });
            }
        }
    }

    async #request(
        api: ConfluentApi,
        path: string,
        marginMs: number,
        asking: { purpose: string; remedy: string; form: Record<string, string> },
    ): Promise<Token> {
        const askedMs = this.#clock.now();
        // Two requests make two tokens, which does no harm.
        const request = { method: "POST", path, isRepeatable: true, ...asking } as const;
        const answer = await api.send(request);
        const { access_token, expires_in } = answer.json as { access_token?: unknown; expires_in?: unknown };
        if (typeof access_token !== "string" || access_token === "")
            throw api.malformed(request, answer.status);
        const seconds = Number(expires_in);
        const lifeMs = seconds > 0 ? seconds * 1000 : unknownLifeMs;
        return this.#remember(new Secret(access_token), askedMs + lifeMs - Math.min(marginMs, lifeMs / 2));
    }

    /** Remembers the latest secrets, to remove them from messages of a server. */
    #remember(value: Secret, renewAtMs: number): Token {
        this.#seen.add(value);
        if (this.#seen.size > 8) this.#seen.delete(this.#seen.values().next().value as Secret);
        return { value, renewAtMs };
    }

    #client(endpoint: string | undefined): ConfluentApi {
        return new ConfluentApi({
            endpoint,
            credentials: { headers: async () => ({}), redact: (text) => this.redact(text) },
            clock: this.#clock,
            policy: this.#policy,
        });
    }

    #sourceName(): string {
        const { source } = this.#settings;
        switch (source.kind) {
            case "token":
                return `${oauthKey}.oauthExternalAccessToken`;
            case "file":
                return `${tokenFileVariable} (${source.path})`;
            case "client":
                return source.tokenUrl.replace(/\?.*$/, "");
        }
    }
}

function readTokenFile(path: string): Secret {
    let text: string;
    try {
        text = readFileSync(path, "utf8").trim();
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new Error(`${tokenFileVariable}: got ${path}, expected a file that can be read (${code})`);
    }
    if (!/^[\w.~+/=-]+$/.test(text)) {
        throw new Error(
            `${tokenFileVariable}: got ${path}, expected a file that contains one token and nothing else`,
        );
    }
    return new Secret(text);
}

/** When a token ends (the `exp` of a JWT), in milliseconds since 1970; undefined if the token does not say it. */
function expiryOf(token: Secret): number | undefined {
    try {
        const claims = JSON.parse(
            Buffer.from(token.reveal().split(".")[1] ?? "", "base64url").toString("utf8"),
        );
        return typeof claims.exp === "number" ? claims.exp * 1000 : undefined;
    } catch {
        return undefined;
    }
}
