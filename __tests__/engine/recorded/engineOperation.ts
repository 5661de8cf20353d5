import type { Properties, Script } from "./scriptedProvider";

/** A resource of the program. */
export interface DeclaredThing {
    readonly name: string;
    /** A difference is an update. */
    readonly note?: string;
    /** A difference is a replacement. */
    readonly place?: string;
    /** `note` is the id of this other resource, unknown in a preview that would make it. */
    readonly noteFrom?: string;
    readonly options?: ThingOptions;
}

/** Resource options, called as in Pulumi, but for `retries`. */
export interface ThingOptions {
    readonly retainOnDelete?: boolean;
    readonly protect?: boolean;
    readonly deleteBeforeReplace?: boolean;
    readonly ignoreChanges?: readonly string[];
    readonly replaceOnChanges?: readonly string[];
    readonly replacementTrigger?: string;
    /** Earlier names. */
    readonly aliases?: readonly string[];
    /** Names of other resources. */
    readonly dependsOn?: readonly string[];
    /** Names of other resources: this one is replaced with them. */
    readonly replaceWith?: readonly string[];
    /** Name of another resource: where that one is deleted, this one is not asked for. */
    readonly deletedWith?: string;
    /** An `onError` hook asks for another attempt so many times. */
    readonly retries?: number;
    /** Id of something that was made elsewhere. */
    readonly import?: string;
}

/** Flags of `up`, `preview`, `refresh` and `destroy`; resources by name. */
export interface RunFlags {
    readonly replace?: readonly string[];
    readonly targetReplace?: readonly string[];
    readonly target?: readonly string[];
    readonly exclude?: readonly string[];
    readonly targetDependents?: boolean;
    readonly refresh?: boolean;
    readonly runProgram?: boolean;
    readonly continueOnError?: boolean;
    readonly excludeProtected?: boolean;
    /** `pulumi refresh --clear-pending-creates`. */
    readonly clearPendingCreates?: boolean;
    /** The preview that `pulumi up` begins with unless it is told `--skip-preview`. */
    readonly withPreview?: boolean;
}

/** What a person asks of the engine. */
export type Command =
    | ({ readonly run: "up" | "preview" | "refresh" | "destroy" } & RunFlags)
    | { readonly run: "taint" | "untaint" | "unprotect" | "state delete"; readonly resource: string }
    /** `pulumi state rename`. */
    | { readonly run: "state rename"; readonly resource: string; readonly to: string }
    /** `pulumi state move` to another stack. */
    | { readonly run: "state move"; readonly resource: string; readonly toStack: string }
    | { readonly run: "stack rename"; readonly to: string }
    /** `pulumi import --file`. */
    | {
          readonly run: "import";
          readonly resource: string;
          readonly id: string;
          /** Without `__provider`, which the recorder adds. Default: none. */
          readonly inputs?: Properties;
          readonly outputs?: Properties;
      }
    | { readonly run: "cancel" }
    /** `pulumi stack export`, and `pulumi stack import` of what was exported. */
    | { readonly run: "export" | "restore" };

export interface EngineStep {
    readonly command: Command;
    /** The program from here on. Default: that of the step before. */
    readonly program?: readonly DeclaredThing[];
    /** What the provider is told. Default: nothing. */
    readonly script?: Script;
    /**
     * What happens to the engine while a call of the script is held. `interrupt`: one SIGINT, and when the engine has
     * said that it cancels, the call is answered. `interrupt twice`: two of them, no answer. `kill`: SIGKILL of
     * engine, program and provider; `kill the engine` and `kill the provider`: of one of them alone.
     */
    readonly stop?: "interrupt" | "interrupt twice" | "kill" | "kill the engine" | "kill the provider";
    /** Which stack. Default: that of the step before, `first` in the beginning. */
    readonly stack?: string;
}

/** Something that is recorded on a real engine and played to the simulated one, from an empty stack on. */
export interface EngineOperation {
    /** Name of its file. */
    readonly name: string;
    readonly steps: readonly EngineStep[];
}

/** A resource as a stack's state holds it. What is false or empty in it is left out. */
export interface StoredThing {
    readonly name: string;
    readonly id: string;
    readonly inputs: Properties;
    /** `secret` is `[encrypted]` where the state holds it encrypted. */
    readonly outputs: Properties;
    readonly initErrors?: readonly string[];
    /** To be deleted: replaced by another. */
    readonly delete?: true;
    /** Deleted already, to be made anew. */
    readonly pendingReplacement?: true;
    readonly taint?: true;
    readonly protect?: true;
    readonly retainOnDelete?: true;
}

/** What came of a step. */
export interface StepOutcome {
    /** True where `pulumi` ended with 0. */
    readonly succeeded: boolean;
    readonly calls: readonly RecordedCall[];
    readonly state: readonly StoredThing[];
    /** Operations that the engine had begun and not ended: `creating thing`. */
    readonly pending: readonly string[];
}

/** A call and its reply; null where there was none. */
export interface RecordedCall {
    /** Number of the provider process, from 1 in each operation. */
    readonly process: number;
    readonly method: string;
    readonly id?: string;
    readonly olds?: Properties;
    readonly news?: Properties;
    readonly reply: unknown;
}

/** One committed file. */
export interface Recording {
    readonly name: string;
    readonly steps: readonly (EngineStep & StepOutcome)[];
}

/** What stands for the resource's `__provider` in recordings. */
export const providerPlaceholder = "[provider]";

/** What stands for a value that the state holds encrypted. */
export const encryptedPlaceholder = "[encrypted]";
