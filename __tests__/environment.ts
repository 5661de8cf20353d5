import { TestEnvironment } from "jest-environment-node";

declare global {
    /** Loads a module outside of Jest's registry: once for all test files of a worker. */
    var requireShared: (name: string) => unknown;
}

/**
 * Node.js as in every test file, but the modules of `sharedModules/` stay loaded: they keep nothing of a test, and much of the tests'
 * time is theirs until the runtime has optimized them.
 */
export default class SharingEnvironment extends TestEnvironment {
    override async setup(): Promise<void> {
        await super.setup();
        this.global.requireShared = require;
    }
}
