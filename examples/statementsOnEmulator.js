// npm run demo:statements: packs this package, installs examples/statements like a user, and deploys it with a real engine
// to the emulator. Its key rotates by a trigger and by a window, and the statements must not change. Without an engine, it
// runs the example's test with mocks instead.
const { join } = require("node:path");
const { findEngine } = require("../dist/demo/engineDeployment");
const { credentialsOf, EngineHome } = require("../dist/demo/engineHome");
const { parseRotation, rotationWindow } = require("../dist/components/rotation");
const { leftBehind } = require("../dist/demo/printing");
const { shiftedClock } = require("../dist/demo/shiftedClock");
const { startEmulator } = require("../dist/emulator");
const { installExample, packPackage, run } = require("./installExample");

const dayMs = 24 * 60 * 60 * 1000;
/** How long keys and roles take to propagate. */
const propagation = { minMs: 1000, maxMs: 1000 };

main().catch((error) => {
    console.error(`\nThe demo failed: ${error.message}`);
    process.exitCode = 1;
});

async function main() {
    const engine = findEngine();
    const home = new EngineHome(engine.plugins);
    try {
        const app = home.path("app");
        console.log("Installing examples/statements");
        installExample(join(__dirname, "statements"), app, packPackage(home.folder), {
            "@pulumi/confluentcloud": require("@pulumi/confluentcloud/package.json").version,
        });
        if (engine.missing) {
            console.log(
                `\nNo engine: ${engine.missing}. Running the example's test with mocks instead; no key is created.\n`,
            );
            run("npm", ["test"], app);
            return;
        }
        const emulator = await startEmulator({ keyPropagation: propagation, rolePropagation: propagation });
        try {
            await runDemo(new Deployment(home, app, emulator));
        } finally {
            await emulator.close();
        }
    } finally {
        home.remove();
    }
}

async function runDemo(deployment) {
    // One day after the start of a window, so that the next one does not begin by itself.
    const { rotatesAt } = rotationWindow(parseRotation({ every: "90d" }), "aws.us-east-2", Date.now());
    deployment.wait((Date.parse(rotatesAt) - Date.now()) / dayMs + 1);
    await deployment.init();
    const names = ["large-orders", "orders-per-minute"];

    await deployment.step(
        "pulumi up creates an account, its roles, a key, a pool and a statement for each file",
        {
            keys: 1,
            statements: names.length,
        },
    );
    deployment.expectRunning(names);

    await deployment.pulumi("config", "set", "rotationTrigger", "rotate now");
    await deployment.preview("Changed trigger");
    await deployment.step("pulumi up rotates", { keys: 2 });

    deployment.wait(8);
    await deployment.step("8 days later, pulumi up retires the old key", { keys: 1 });

    deployment.wait(91);
    await deployment.preview("91 days later, in a new window");
    await deployment.step("pulumi up rotates", { keys: 2 });

    deployment.wait(8);
    await deployment.step("8 days later, pulumi up retires the old key", { keys: 1 });

    await deployment.pulumi("refresh", "--yes", "--skip-preview");
    await deployment.pulumi("preview", "--expect-no-changes");
    console.log("  pulumi refresh, pulumi preview: no changes");
    deployment.expectRunning(names);

    const stop = deployment.in("stop");
    await stop.init("deployment", "organization/flink-statements/prod", "statement", "large-orders");
    await stop.step("stop/: pulumi up imports large-orders", { keys: 1 });
    await stop.pulumi("config", "set", "stopped", "true");
    await stop.step("stop/: stopped true, pulumi up", { keys: 1, statements: 1 });
    deployment.expectRunning(["orders-per-minute"]);
    await deployment.step(
        "pulumi up --refresh of the first program keeps it stopped",
        { keys: 1 },
        "--refresh",
    );
    deployment.expectRunning(["orders-per-minute"]);
    await stop.pulumi("config", "set", "stopped", "false");
    await stop.step("stop/: stopped false, pulumi up", { keys: 1, statements: 1 });
    deployment.expectRunning(names);

    await stop.pulumi("destroy", "--yes", "--skip-preview");
    deployment.expectRunning(names);
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    const left = leftBehind(deployment.emulator.state());
    if (left.length > 0) throw new Error(`pulumi destroy left behind: ${left.join(", ")}`);
    console.log("  pulumi destroy of both: nothing left behind");
    console.log(
        "\nThe demo succeeded: two rotations, and no statement was replaced, updated or stopped by them.",
    );
}

/** A program of the example, deployed by a real engine with its state in a temporary folder. */
class Deployment {
    constructor(home, program, emulator) {
        Object.assign(this, { home, program, emulator, offset: { ms: 0 } });
    }

    /** The second program. It needs no Cloud API key and gets none. */
    in(name) {
        const other = new Deployment(this.home, join(this.program, name), this.emulator);
        return Object.assign(other, { offset: this.offset, isWithoutCloudKey: true });
    }

    async init(...settings) {
        const { url, environmentIds } = this.emulator;
        const config = this.isWithoutCloudKey
            ? settings
            : [
                  "confluentcloud:endpoint",
                  url,
                  "environmentId",
                  environmentIds[0],
                  "kafkaClusterId",
                  "lkc-abc123",
              ];
        await this.pulumi("stack", "init", "prod");
        for (let i = 0; i < config.length; i += 2)
            await this.pulumi("config", "set", config[i], config[i + 1]);
    }

    /** Moves the clocks of the program, the key's provider and the emulator forward. */
    wait(days) {
        this.offset.ms += days * dayMs;
        this.emulator.clock.advance(days * dayMs);
    }

    /** Runs pulumi preview, which must show a rotation and no replacement. */
    async preview(title) {
        const text = await this.pulumi("preview", "--diff");
        if (text.includes("replace")) throw new Error(`pulumi preview shows a replacement:\n${text}`);
        const trigger = /^.*rotationTrigger.*$/m.exec(text)?.[0].trim();
        if (!trigger?.includes("=>")) throw new Error(`pulumi preview shows no rotation:\n${text}`);
        console.log(`  ${title}: pulumi preview shows ${trigger}, and no replacement`);
    }

    /** Runs pulumi up. Afterwards there must be `keys` keys, and it must have changed `statements` statements. */
    async step(title, { keys, statements = 0 }, ...args) {
        this.emulator.journal.clear();
        const startMs = Date.now();
        await this.pulumi("up", "--yes", "--skip-preview", ...args);
        const writes = this.emulator.journal
            .entries()
            .filter(({ method, path }) => method !== "GET" && path.includes("/statements"));
        const live = this.emulator.state().apiKeys.filter(({ seeded }) => !seeded).length;
        const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
        console.log(
            `  ${title}: ${live} ${live === 1 ? "key" : "keys"}, ${writes.length} ${writes.length === 1 ? "statement" : "statements"} changed  ${seconds} s`,
        );
        if (live !== keys) throw new Error(`${title}: got ${live} keys, expected ${keys}`);
        if (writes.length !== statements) {
            const list = writes.map(({ method, path, status }) => `${method} ${path} ${status}`).join(", ");
            throw new Error(`${title}: got ${list || "no changed statement"}, expected ${statements}`);
        }
    }

    expectRunning(names) {
        const running = this.emulator
            .state()
            .statements.filter(({ phase }) => phase === "RUNNING")
            .map(({ name }) => name)
            .sort();
        if (running.join() !== names.join())
            throw new Error(`got running statements ${running.join(", ")}, expected ${names.join(", ")}`);
    }

    /** Runs pulumi <args> and returns its output. Throws if it fails. */
    async pulumi(...args) {
        const env = {
            ...(this.isWithoutCloudKey ? {} : credentialsOf(this.emulator)),
            ...shiftedClock(this.offset.ms),
        };
        return (await this.home.pulumi(args, { cwd: this.program, env })).text;
    }
}
