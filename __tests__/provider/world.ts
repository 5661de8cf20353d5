import { ConfluentApi, type ConfluentApiOptions } from "../../confluent/confluentApi";
import { apiKeyCredentials } from "../../confluent/credentials";
import { Secret } from "../../confluent/secret";
import { type Emulator, type EmulatorOptions, type EmulatorState, startEmulator } from "../../emulator";
import { FlinkApiKeyProvider } from "../../provider/flinkApiKeyProvider";
import { Session } from "../../provider/session";
import { EmulatorClient } from "../emulator/emulatorClient";
import { inProcess, type Properties, type ProviderPort } from "./providerPort";
import { renderingsOf, sentinelSecret, showsSecret } from "./sentinel";
import { SimulatedEngine, type UpOptions } from "./simulatedEngine";
import { VirtualClock } from "./virtualClock";

export const tag = "[pcf-0123456789abcdef]";
/** Of a key that was not handed out. */
export const unfinishedTag = "[pcf-0123456789abcdef unfinished]";

export type FlinkKey = EmulatorState["apiKeys"][number];

/** `id:secret` of the Cloud API key of an administrator, made when the first rights are taken away. */
const admins = new WeakMap<Emulator, string>();

/** An organization, an owner with OrganizationAdmin, one clock for all, and an engine with an empty state. */
export class World {
    readonly clock: VirtualClock;
    readonly emulator: Emulator;
    readonly client: EmulatorClient;
    /** A service account that owns nothing yet. */
    readonly owner: string;
    readonly engine = new SimulatedEngine();
    /** All that the provider told the user: `warn: …`. */
    readonly engineLog: string[] = [];
    /** Ids of the keys whose making was answered without a fault: whoever asked has id and secret. */
    readonly delivered: Set<string>;
    /** Whether the engine that started the provider is still there, asked each time. */
    isEngineAlive: () => boolean = () => true;
    /** All that was thrown at the user, as it would be rendered. */
    readonly thrown: string[] = [];

    #accounts = 0;

    private constructor(
        clock: VirtualClock,
        emulator: Emulator,
        client: EmulatorClient,
        owner: string,
        delivered: Set<string>,
    ) {
        this.delivered = delivered;
        this.clock = clock;
        this.emulator = emulator;
        this.client = client;
        this.owner = owner;
    }

    static async start(
        options: EmulatorOptions & { clock?: VirtualClock; role?: string | null } = {},
    ): Promise<World> {
        const { role = "OrganizationAdmin", clock = new VirtualClock(), ...rest } = options;
        let made = 0;
        const delivered = new Set<string>();
        const emulator = await startEmulator({
            makeSecret: () => sentinelSecret(++made),
            onExchange: ({ method, path, fault, status, responseBody }) => {
                const isMade = `${method} ${path} ${status}` === "POST /iam/v2/api-keys 202";
                if (isMade && fault === undefined) delivered.add((responseBody as { id: string }).id);
            },
            ...rest,
            clock,
        });
        const client = new EmulatorClient(emulator);
        const owner = await client.makeAccount();
        if (role !== null) await client.grant(owner, role);
        emulator.journal.clear();
        return new World(clock, emulator, client, owner, delivered);
    }

    /** The same organization with another owner, an empty state and no fault: cheaper than a new one. */
    async again(): Promise<World> {
        this.emulator.faults.clear();
        const owner = await this.client.makeAccount(`app-${++this.#accounts}`);
        await this.client.grant(owner, "OrganizationAdmin");
        this.emulator.journal.clear();
        const world = new World(this.clock, this.emulator, this.client, owner, this.delivered);
        world.#accounts = this.#accounts;
        return world;
    }

    /** The same organization and owner as another state sees it: a second backend, or one whose state was lost. */
    withEmptyState(): World {
        return new World(this.clock, this.emulator, this.client, this.owner, this.delivered);
    }

    close(): Promise<void> {
        return this.emulator.close();
    }

    /** A new run: provider, session and look-ups begin afresh. */
    open(options: Partial<ConfluentApiOptions> = {}): ProviderPort {
        return inProcess(new FlinkApiKeyProvider(this.sessions(options)));
    }

    /** The session of one run. */
    sessions(options: Partial<ConfluentApiOptions> = {}): () => Session {
        const { url, cloudApiKey, cloudApiSecret } = this.emulator;
        const api = new ConfluentApi({
            endpoint: url,
            credentials: apiKeyCredentials(cloudApiKey, new Secret(cloudApiSecret)),
            clock: this.clock,
            random: () => 0.5,
            ...options,
        });
        const log = {
            status: (text: string) => this.engineLog.push(`status: ${text}`),
            info: (text: string) => this.engineLog.push(`info: ${text}`),
            warn: (text: string) => this.engineLog.push(`warn: ${text}`),
        };
        const engine = { isAlive: async () => this.isEngineAlive() };
        const session = new Session(api, options.clock ?? this.clock, log, undefined, engine);
        return () => session;
    }

    inputs(changes: Properties = {}): Properties {
        return {
            owner: this.owner,
            environmentId: "env-abc123",
            cloud: "aws",
            region: "us-east-1",
            displayName: "orders",
            description: `For orders ${tag}`,
            ...changes,
        };
    }

    up(changes: Properties = {}, options: UpOptions = {}): Promise<string> {
        return this.engine.up(this.open(), this.inputs(changes), options);
    }

    /** The error that `run` ends with; it is remembered for `leaks`. */
    async failureOf(run: Promise<unknown>): Promise<Error> {
        const error = await run.then(
            () => undefined,
            (thrown: unknown) => thrown,
        );
        if (!(error instanceof Error)) throw new Error(`expected an error, got ${String(error)}`);
        this.thrown.push(renderingsOf(error));
        return error;
    }

    /** The Flink keys that live now, of whatever owner this world has had. */
    keys(): FlinkKey[] {
        return this.emulator.state().apiKeys.filter(({ kind }) => kind === "flink");
    }

    keyIds(): string[] {
        return this.keys().map(({ id }) => id);
    }

    /** A key that somebody else made, of the declared owner and scope unless told otherwise. */
    async foreignKey(
        changes: { owner?: string; resource?: unknown; displayName?: string; description?: string } = {},
    ): Promise<{ id: string; secret: string }> {
        const { owner = this.owner, displayName = "made elsewhere", description = "" } = changes;
        const resource = changes.resource ?? { id: "aws.us-east-1", environment: "env-abc123" };
        const { body } = await this.client.send("POST", "/iam/v2/api-keys", {
            body: { spec: { display_name: displayName, description, owner: { id: owner }, resource } },
        });
        return { id: body.id, secret: body.spec.secret };
    }

    /** Somebody else, who always has every right. */
    async asAdmin(method: string, path: string, body?: unknown): Promise<void> {
        const admin = admins.get(this.emulator);
        const { status, text } = await this.client.send(method, path, {
            ...(admin !== undefined && { as: admin }),
            ...(body !== undefined && { body }),
        });
        if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
    }

    deleteByHand(id: string): Promise<void> {
        return this.asAdmin("DELETE", `/iam/v2/api-keys/${id}`);
    }

    /** Takes the role from the Cloud API key's owner: it is known, and sees nothing any more. */
    async loseRights(): Promise<void> {
        if (!admins.has(this.emulator)) {
            const admin = await this.client.makeAccount("admin");
            await this.client.grant(admin, "OrganizationAdmin");
            admins.set(this.emulator, await this.client.makeKey(admin, { id: "cloud" }));
            // Until that key has propagated.
            this.clock.advance(5_000);
        }
        const list = await this.client.send(
            "GET",
            `/iam/v2/role-bindings?crn_pattern=${encodeURIComponent(`${this.client.crn()}*`)}&principal=User:sa-000aaa`,
        );
        for (const { id } of list.body.data) await this.client.send("DELETE", `/iam/v2/role-bindings/${id}`);
    }

    async regainRights(): Promise<void> {
        await this.asAdmin("POST", "/iam/v2/role-bindings", {
            principal: "User:sa-000aaa",
            role_name: "OrganizationAdmin",
            crn_pattern: this.client.crn(),
        });
    }

    /** `GET /iam/v2/api-keys` of what was asked since the journal was last cleared, probes left out. */
    requests(): string[] {
        return this.emulator.journal
            .entries()
            .filter(({ path }) => !path.startsWith("/sql/"))
            .map(({ method, path }) => `${method} ${path}`);
    }

    count(request: string): number {
        return this.requests().filter((one) => one === request).length;
    }

    warnings(): string[] {
        return this.engineLog.filter((text) => text.startsWith("warn: "));
    }

    /** Where a secret shows outside the encrypted fields of the state. */
    leaks(): string[] {
        const places = {
            errors: this.thrown.join("\n"),
            engineLog: this.engineLog.join("\n"),
            journal: JSON.stringify(this.emulator.journal.entries()),
            state: this.engine.plainState(),
        };
        return Object.entries(places)
            .filter(([, text]) => showsSecret(text, this.emulator.cloudApiSecret))
            .map(([place]) => place);
    }
}
