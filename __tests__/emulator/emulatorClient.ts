import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";

export interface Reply {
    status: number;
    headers: Headers;
    text: string;
    // biome-ignore lint/suspicious/noExplicitAny: each test looks at the few fields it is about.
    body: any;
}

export interface Sent {
    /** `id:secret`, or null to send no credentials. Default: the Cloud API key that the emulator starts with. */
    as?: string | null;
    body?: unknown;
    headers?: Record<string, string>;
}

/** An HTTP client with the credentials that the emulator starts with. */
export class EmulatorClient {
    emulator!: Emulator;

    constructor(emulator?: Emulator) {
        if (emulator !== undefined) this.emulator = emulator;
    }

    /** A client of a new emulator for each test of a block. */
    static forEach(options?: EmulatorOptions): EmulatorClient {
        const client = new EmulatorClient();
        beforeEach(async () => {
            client.emulator = await startEmulator(options);
        });
        afterEach(() => client.emulator.close());
        return client;
    }

    async send(method: string, path: string, { as, body, headers = {} }: Sent = {}): Promise<Reply> {
        const { cloudApiKey, cloudApiSecret, url } = this.emulator;
        const pair = as === undefined ? `${cloudApiKey}:${cloudApiSecret}` : as;
        const response = await fetch(path.startsWith("http") ? path : `${url}${path}`, {
            method,
            headers: {
                ...(pair === null ? {} : { authorization: `Basic ${Buffer.from(pair).toString("base64")}` }),
                ...(body === undefined ? {} : { "content-type": "application/json" }),
                ...headers,
            },
            ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        });
        const text = await response.text();
        const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
        return {
            status: response.status,
            headers: response.headers,
            text,
            body: isJson ? parse(text) : undefined,
        };
    }

    /** Sends a form without credentials. */
    async sendForm(path: string, form: Record<string, string>): Promise<Reply> {
        return this.send("POST", path, {
            as: null,
            body: new URLSearchParams(form).toString(),
            headers: { "content-type": "application/x-www-form-urlencoded" },
        });
    }

    /** Creates a service account and returns its id. */
    async makeAccount(displayName = "app"): Promise<string> {
        const reply = await this.send("POST", "/iam/v2/service-accounts", {
            body: { display_name: displayName },
        });
        return reply.body.id;
    }

    /** Binds a role. `scope` is the CRN after the organization: `/environment=env-abc123`. */
    async grant(principalId: string, roleName: string, scope = ""): Promise<Reply> {
        return this.send("POST", "/iam/v2/role-bindings", {
            body: { principal: `User:${principalId}`, role_name: roleName, crn_pattern: this.crn(scope) },
        });
    }

    crn(scope = ""): string {
        return `crn://confluent.cloud/organization=${this.emulator.organizationId}${scope}`;
    }

    /** Creates a key. Default: a Flink key for env-abc123 and aws.us-east-1. */
    async createKey(
        ownerId: string,
        resource: unknown = { id: "aws.us-east-1", environment: "env-abc123" },
        as?: string,
    ): Promise<Reply> {
        return this.send("POST", "/iam/v2/api-keys", {
            ...(as === undefined ? {} : { as }),
            body: { spec: { display_name: "key", owner: { id: ownerId }, resource } },
        });
    }

    /** Creates a key and returns its `id:secret`. */
    async makeKey(ownerId: string, resource?: unknown): Promise<string> {
        const { body } = await this.createKey(ownerId, resource);
        return `${body.id}:${body.spec.secret}`;
    }

    async makePool(regionName = "us-east-1", displayName = "pool"): Promise<string> {
        const { body } = await this.send("POST", "/fcpm/v2/compute-pools", {
            body: {
                spec: {
                    display_name: displayName,
                    cloud: "AWS",
                    region: regionName,
                    max_cfu: 5,
                    environment: { id: "env-abc123" },
                },
            },
        });
        return body.id;
    }

    statementsPath(environmentId = "env-abc123"): string {
        return `/sql/v1/organizations/${this.emulator.organizationId}/environments/${environmentId}/statements`;
    }

    /** Lists statements with this key and returns the status. */
    async probe(as: string, environmentId?: string): Promise<number> {
        return (await this.send("GET", this.statementsPath(environmentId), { as })).status;
    }
}

function parse(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
