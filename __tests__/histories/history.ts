import type { ConfluentApiOptions } from "../../confluent/confluentApi";
import type { Properties } from "../provider/providerPort";
import { Protected, type UpOptions } from "../provider/simulatedEngine";
import type { World } from "../provider/world";
import { type Deployment, Ledger } from "./ledger";

/** The inputs that the program of a stack declares. */
export interface Declared {
    displayName: string;
    rotations: number;
    overlap: string;
    region: string;
    /** The tag depends on project, stack and resource name. */
    tag: string;
    /** Whether `readiness.restEndpoint` is an endpoint that rejects every key. */
    isElsewhere: boolean;
}

export class Stack implements Deployment {
    readonly declared: Declared = {
        displayName: "orders",
        rotations: 0,
        overlap: "2h",
        region: "us-east-1",
        tag: "pcf-0123456789abcdef",
        isElsewhere: false,
    };
    backup: string | undefined;
    other: Stack | undefined;

    constructor(
        readonly name: string,
        readonly world: World,
        readonly elsewhere: string,
    ) {}

    inputs(): Properties {
        const { displayName, rotations, overlap, region, tag, isElsewhere } = this.declared;
        return this.world.inputs({
            displayName,
            region,
            overlap,
            description: `Pulumi app/prod [${tag}]`,
            readiness: { timeout: "10s", ...(isElsewhere && { restEndpoint: this.elsewhere }) },
            ...(rotations > 0 && { rotationTrigger: `by hand ${rotations}` }),
        });
    }
}

/** An operation of the engine. */
export interface Operation {
    readonly name: string;
    /** The user asks for a key to be deleted, whether another one works or not. Default false. */
    readonly deletes?: boolean;
    run(stack: Stack, port: ReturnType<World["open"]>): Promise<unknown>;
}

export function up(
    options: UpOptions = {},
    change: (declared: Declared) => void = () => undefined,
    name = "",
): Operation {
    const flags = Object.entries(options).map(([key, value]) => `${key}=${value}`);
    return {
        name: ["up", name, ...flags].filter(Boolean).join(" "),
        deletes: options.deleteBeforeReplace === true,
        run: ({ world, declared, inputs, ...stack }, port) => {
            change(declared);
            return world.engine.up(port, inputs.call({ world, declared, ...stack } as Stack), options);
        },
    };
}

export const refresh: Operation = { name: "refresh", run: ({ world }, port) => world.engine.refresh(port) };

/** Replaces the stack's key by that of the other stack: its resource adopts it. */
export const adoption: Operation = {
    name: "adopt the other stack's key",
    run: async (stack, port) => {
        const { apiKey, apiSecret, scope, status } = stack.other?.world.engine.current?.outputs ?? {};
        const isLive = stack.world.keyIds().includes(String(apiKey));
        if (status !== "ready" || !isLive || stack.declared.isElsewhere) return;
        stack.declared.region = String(scope).split(".").at(-1) ?? "";
        const options = stack.world.engine.current === undefined ? {} : { replace: true };
        const inputs = { ...stack.inputs(), adopt: { apiKey, apiSecret } };
        await stack.world.engine.up(port, inputs, options);
    },
};

export class History {
    readonly stacks: readonly Stack[];
    readonly ledger: Ledger;
    hasRights = true;

    constructor(
        readonly world: World,
        elsewhere: string,
    ) {
        this.stacks = [new Stack("A", world, elsewhere), new Stack("B", world.withEmptyState(), elsewhere)];
        const [a, b] = this.stacks as [Stack, Stack];
        a.other = b;
        b.other = a;
        this.ledger = new Ledger(world, this.stacks);
    }

    /** Runs `operation` in a new provider process and checks the rules. Returns whether the operation succeeded. */
    async run(
        stack: Stack,
        operation: Operation,
        {
            api,
            isDead,
            engineDiesAt,
        }: {
            api?: Partial<ConfluentApiOptions>;
            isDead?: () => boolean;
            /** The fault rule of the request during which the engine alone is killed. */
            engineDiesAt?: string;
        } = {},
    ): Promise<boolean> {
        const { world } = stack;
        // Nobody starts a run within the second in which another one ended.
        world.clock.advance(2_000);
        world.delivered.clear();
        // After a kill, the user runs `pulumi cancel` first.
        world.engine.cancel();
        const before = world.engine.keys();
        const live = this.ledger.live();
        const dies = engineDiesAt === undefined ? "all" : "engine";
        if (dies === "engine") world.isEngineAlive = () => isDead?.() !== true;
        const port = this.ledger.watch(stack, world.open(api), isDead, dies);
        const ended = await operation.run(stack, port).then(
            () => true,
            async (error) => {
                await world.failureOf(Promise.reject(error));
                // The engine's refusal to delete a protected resource is no failure.
                return error instanceof Protected;
            },
        );
        world.isEngineAlive = () => true;
        if (engineDiesAt !== undefined) this.ledger.expectNoWritesAfter(engineDiesAt);
        this.ledger.retained(before, stack);
        this.ledger.expectRules({ isKilled: isDead?.() === true, ran: stack });
        if (operation.deletes !== true) this.ledger.expectProven(stack, live);
        return ended;
    }

    /** Runs `operation` without a fault: it must succeed. */
    async runWell(stack: Stack, operation: Operation): Promise<void> {
        if (await this.run(stack, operation)) return;
        const message = String(stack.world.thrown.at(-1));
        const named = (pattern: RegExp): string => pattern.exec(message)?.[1] ?? "";
        // The other stack has adopted the key that this one still has, or refuses to give up.
        const key = stack.world.engine.current?.outputs.apiKey;
        const isTaken = /is now managed by another resource/.test(message);
        if (isTaken && this.ledger.isTakenFrom(stack, key)) return;
        // A key that was deleted before a region accepted it, by hand or by a run that was killed: nothing proves that it is gone.
        const lost = named(/Could not find out whether (\w{16}) exists/);
        if (lost !== "" && !this.ledger.live().includes(lost) && !this.ledger.wasHandedOut(lost)) return;
        // The same while a list still shows it: the next run creates another.
        if (this.ledger.wasDeletedByHand(named(/key (\w{16}) .*Confluent Cloud does not show it either/)))
            return;
        // `deleteBeforeReplace` while a newer key has the tag, left by a killed run or in the other state: it may take the place.
        const sibling = named(/(\w{16}) has its tag too/);
        if (sibling !== "" && !stack.world.engine.keys().includes(sibling)) return;
        if (this.hasRights && !stack.declared.isElsewhere) {
            throw new Error(`${operation.name} of ${stack.name} failed without a fault: ${message}`);
        }
    }

    /** Ends all faults and lags, runs and refreshes every stack, and checks the rules for a state at rest. */
    async rest(): Promise<void> {
        const { emulator } = this.world;
        emulator.faults.clear();
        emulator.setLags({ listLagMs: 0, revocationMs: 0 });
        if (!this.hasRights) await this.world.regainRights();
        this.hasRights = true;
        this.world.clock.advance(10 * 60_000);
        // Twice: of a key that was deleted by hand before a region accepted it, another stack's new key is the proof.
        for (const stack of [...this.stacks, ...this.stacks]) {
            stack.declared.isElsewhere = false;
            await this.runWell(stack, refresh);
            const key = stack.world.engine.current?.outputs.apiKey;
            await this.runWell(stack, this.ledger.isTakenFrom(stack, key) ? up({ replace: true }) : up());
        }
        for (const { world } of this.stacks) world.engineLog.length = 0;
        for (const stack of this.stacks) await this.runWell(stack, refresh);
        this.ledger.expectRest(this.stacks.flatMap(({ world }) => world.warnings()));
    }
}
