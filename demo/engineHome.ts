import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The credentials with which a run reaches the emulator. */
interface CloudKey {
    readonly cloudApiKey: string;
    readonly cloudApiSecret: string;
}

/**
 * A home and a file backend of Pulumi in a temporary folder, beside a folder for the project, so that the user's own login, stacks and
 * workspaces are not touched.
 */
export class EngineHome {
    readonly folder: string;

    /** @param plugins the folder of the plugins that are installed already */
    constructor(plugins: string) {
        this.folder = mkdtempSync(join(tmpdir(), "confluent-flink-engine-"));
        for (const name of ["home", "state"]) mkdirSync(this.path(name));
        mkdirSync(this.path("project/stacks"), { recursive: true });
        symlinkSync(plugins, this.path("home/plugins"), "dir");
    }

    /** A path in the folder: `project/Pulumi.yaml`. */
    path(name: string): string {
        return join(this.folder, name);
    }

    /** Environment variables for Pulumi: its home, its backend, and the credentials, if any. */
    variables(key?: CloudKey): Record<string, string> {
        return {
            HOME: this.folder,
            PULUMI_HOME: this.path("home"),
            PULUMI_BACKEND_URL: `file://${this.path("state")}`,
            PULUMI_CONFIG_PASSPHRASE: "emulator",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            ...(key && {
                CONFLUENT_CLOUD_API_KEY: key.cloudApiKey,
                CONFLUENT_CLOUD_API_SECRET: key.cloudApiSecret,
            }),
        };
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}
