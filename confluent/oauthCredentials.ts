import { readFileSync } from "node:fs";
import type { Clock } from "./clock";
import { ConfluentApi } from "./confluentApi";
import { ConfluentError } from "./confluentError";
import { type Credentials, redact } from "./credentials";
import { type ExternalTokenSource, type OauthSettings, oauthKey, tokenFileVariable } from "./oauthSettings";
import { printableUrl } from "./printableUrl";
import { patientPolicy, type RetryPolicy } from "./retry";
import { Secret } from "./secret";

/** A token is renewed this long before it expires, or at half its lifetime if that is later. */
const stsMarginMs = 60_000;
const externalMarginMs = 180_000;
/** How long to wait for a new token in the token file. */
const fileMarginMs = 10_000;
/** Lifetime of a token if the identity provider does not return `expires_in`. */
const unknownLifeMs = 300_000;

const tokenUrlSetting = `${oauthKey}.oauthExternalTokenUrl`;
/** The usual remedies name the endpoint of Confluent Cloud. */
const identityProviderRemedies: Credentials["remedies"] = {
    unexpected: `This answer is not that of an identity provider: check ${tokenUrlSetting} and any proxy between it and this machine.`,
    malformed: `This answer has no token: check ${tokenUrlSetting} and any proxy between it and this machine.`,
    dns: `The host name does not resolve: check ${tokenUrlSetting}, DNS and proxy settings.`,
    refused: `Nothing accepts connections at this address: check ${tokenUrlSetting}, firewall and proxy settings.`,
    rateLimited: "The identity provider refuses so many requests: wait a minute and run again.",
    server: "The identity provider failed: run again later.",
};
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

/** Where external tokens come from. */
interface Source {
    /** For messages. */
    readonly name: string;
    fetch(): Promise<Token>;
    /**
     * After a rejected exchange: whether there is another token to try. The first may be revoked, or the new one late in the
     * file.
     */
    hasAnother(): Promise<boolean>;
}

/**
 * Access without a long-lived key: a token of the company's identity provider is exchanged for one of Confluent Cloud, which
 * acts as an identity pool on the control plane. Both are cached, and renewed shortly before they expire or after a 401.
 */
export class OauthCredentials implements Credentials {
    readonly remedies: NonNullable<Credentials["remedies"]>;
    readonly #settings: OauthSettings;
    readonly #clock: Clock;
    readonly #policy: RetryPolicy;
    readonly #sts: ConfluentApi;
    readonly #source: Source;
    readonly #seen = new Set<Secret>();
    #token: Promise<Token> | undefined;
    #externalToken: Promise<Token> | undefined;

    constructor(options: OauthCredentialsOptions) {
        this.#settings = options.settings;
        this.#clock = options.clock;
        this.#policy = options.policy ?? patientPolicy;
        this.#sts = this.#client(options.endpoint);
        this.#source = this.#sourceOf(options.settings.source);
        const pool = options.settings.identityPoolId;
        this.remedies = {
            unauthenticated: `Check identity pool ${pool} (${oauthKey}) and that its identity provider issues the token.`,
            forbidden: `Identity pool ${pool} needs OrganizationAdmin, or ResourceOwner on the service account for its keys and AccountAdmin for service accounts: confluent iam rbac role-binding create --principal User:${pool} --role OrganizationAdmin. Confluent also answers 403 for a resource that does not exist.`,
        };
    }

    /** For the control plane: Confluent's own token. */
    async headers(): Promise<Record<string, string>> {
        this.#token = this.#cached(this.#token, () => this.#exchange());
        const { value } = await this.#token;
        return { Authorization: `Bearer ${value.reveal()}` };
    }

    /** Discards a token that was rejected before it expired. Keeps one that another request has renewed meanwhile. */
    async renew(refused: Readonly<Record<string, string>>): Promise<boolean> {
        const current = await this.#token?.catch(() => undefined);
        if (current && refused.Authorization === `Bearer ${current.value.reveal()}`) this.#token = undefined;
        return true;
    }

    redact(text: string): string {
        const { source } = this.#settings;
        const secrets = [...this.#seen, ...(source.kind === "client" ? [source.clientSecret] : [])];
        const revealed = secrets.map((secret) => secret.reveal());
        return redact(text, revealed);
    }

    /** The cached token, or a new one if it is about to expire or could not be fetched. All callers share one request. */
    #cached(token: Promise<Token> | undefined, fetch: () => Promise<Token>): Promise<Token> {
        const renewed =
            token?.then(
                (known) => (known.renewAtMs > this.#clock.now() ? known : fetch()),
                () => fetch(),
            ) ?? fetch();
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
            if (!isRefusal || !(await this.#source.hasAnother())) throw error;
            return this.#exchangeOnce();
        }
    }

    /** `POST /sts/v1/oauth2/token` → 200, without authentication. 400: the external token or the pool is not valid. */
    async #exchangeOnce(): Promise<Token> {
        this.#externalToken = this.#cached(this.#externalToken, () => this.#source.fetch());
        const external = await this.#externalToken;
        const { identityPoolId, stsLifeSeconds } = this.#settings;
        const expiry = expiryOf(external.value);
        const hasExpired = expiry !== undefined && expiry <= this.#clock.now();
        return this.#request(this.#sts, "/sts/v1/oauth2/token", stsMarginMs, {
            purpose: `exchanging the token of ${this.#source.name}${hasExpired ? `, which expired at ${new Date(expiry).toISOString()},` : ""} for a token of identity pool ${identityPoolId}`,
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

    #sourceOf(source: OauthSettings["source"]): Source {
        switch (source.kind) {
            case "token":
                return {
                    name: `${oauthKey}.oauthExternalAccessToken`,
                    fetch: async () => this.#remember(source.token, Number.POSITIVE_INFINITY),
                    hasAnother: async () => false,
                };
            case "file":
                return {
                    name: `${tokenFileVariable} (${source.path})`,
                    // Read every time, because the file may have changed.
                    fetch: async () => this.#remember(readTokenFile(source.path), this.#clock.now()),
                    hasAnother: () => this.#awaitAnotherIn(source.path),
                };
            case "client":
                return {
                    name: printableUrl(source.tokenUrl),
                    fetch: () => this.#requestExternal(source),
                    hasAnother: async () => {
                        this.#externalToken = undefined;
                        return true;
                    },
                };
        }
    }

    async #awaitAnotherIn(path: string): Promise<boolean> {
        const refused = (await this.#externalToken)?.value.reveal();
        const giveUpMs = this.#clock.now() + fileMarginMs;
        for (;;) {
            if (readTokenFile(path).reveal() !== refused) return true;
            if (this.#clock.now() >= giveUpMs) return false;
            await this.#clock.sleep(500);
        }
    }

    #requestExternal(source: ExternalTokenSource & { kind: "client" }): Promise<Token> {
        const url = new URL(source.tokenUrl);
        const api = this.#client(url.origin, identityProviderRemedies);
        return this.#request(api, `${url.pathname}${url.search}`, externalMarginMs, {
            purpose: `requesting a token from the identity provider as client ${source.clientId}`,
            remedy: `Check oauthExternalTokenUrl, oauthExternalClientId, oauthExternalClientSecret and, for Entra ID, oauthExternalTokenScope of ${oauthKey}.`,
            form: {
                grant_type: "client_credentials",
                client_id: source.clientId,
                client_secret: source.clientSecret.reveal(),
                ...(source.scope !== undefined && { scope: source.scope }),
            },
        });
    }

    async #request(
        api: ConfluentApi,
        path: string,
        marginMs: number,
        details: { purpose: string; remedy: string; form: Record<string, string> },
    ): Promise<Token> {
        const sentMs = this.#clock.now();
        // A repeated request creates a second token, which is harmless.
        const request = { method: "POST", path, isRepeatable: true, ...details } as const;
        return api.ask(request, (json) => {
            const { access_token, expires_in } = json as { access_token?: unknown; expires_in?: unknown };
            if (typeof access_token !== "string" || access_token === "") return undefined;
            const seconds = Number(expires_in);
            const lifeMs = seconds > 0 ? seconds * 1000 : unknownLifeMs;
            return this.#remember(new Secret(access_token), sentMs + lifeMs - Math.min(marginMs, lifeMs / 2));
        });
    }

    /** Remembers the latest secrets, to redact them in a server's messages. */
    #remember(value: Secret, renewAtMs: number): Token {
        this.#seen.add(value);
        if (this.#seen.size > 8) this.#seen.delete(this.#seen.values().next().value as Secret);
        return { value, renewAtMs };
    }

    #client(endpoint: string | undefined, endpointRemedies: Credentials["remedies"] = {}): ConfluentApi {
        return new ConfluentApi({
            endpoint,
            credentials: {
                headers: async () => ({}),
                redact: (text) => this.redact(text),
                remedies: endpointRemedies,
            },
            clock: this.#clock,
            policy: this.#policy,
        });
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

/** When a token expires (the `exp` of a JWT), in milliseconds since 1970; undefined if it has no such claim. */
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
