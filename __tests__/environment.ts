import { AsyncLocalStorage } from "node:async_hooks";
import { TestEnvironment } from "jest-environment-node";

declare global {
    /** Loads a module outside of Jest's registry: once for all test files of a worker. */
    var requireShared: (name: string) => unknown;
}

/**
 * Each test file has a storage of Jest's own, which stays enabled: before Node.js 24, each promise and each timer copies the values of
 * all of them, so that every further file of a worker would be slower.
 */
const storages = new Set<AsyncLocalStorage<unknown>>();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (
    this: AsyncLocalStorage<unknown>,
    ...args: Parameters<typeof run>
) {
    storages.add(this);
    return run.apply(this, args);
} as typeof run;

/**
 * Node.js as in every test file, but the modules of `sharedModules/` stay loaded: they keep nothing of a test, and much of the tests'
 * time is theirs until the runtime has optimized them.
 */
export default class SharingEnvironment extends TestEnvironment {
    override async setup(): Promise<void> {
        await super.setup();
        this.global.requireShared = require;
    }

    override async teardown(): Promise<void> {
        for (const storage of storages) storage.disable();
        storages.clear();
        await super.teardown();
    }
}
