import type { KeyInputs } from "./keyInputs";
import type { KeyState } from "./keyState";
import { tagOf } from "./tag";

/** What this run knows of a key that the program declares. */
export interface DeclaredKey {
    /** The declared description, with the tag that the resource's keys get. */
    readonly description: string;
    /** False while its inputs are being checked, and if they were refused. */
    areInputsValid: boolean;
    isCreated: boolean;
    /** Of the resource's current key. It follows what the run does to the key. */
    state: KeyState | undefined;
    isTrusted: boolean;
}

/**
 * The keys that the program of this run declares, by tag. `delete` gets outputs only, whether its resource is destroyed or
 * replaced; the program declares only the latter in the same run. What a refresh asks before is not remembered.
 */
export class DeclaredKeys {
    readonly #byTag = new Map<string, DeclaredKey>();
    /** By the key that the engine compared with the inputs. Under an alias, its tag is an earlier one. */
    readonly #byKey = new Map<string, DeclaredKey>();

    check({ description }: Pick<KeyInputs, "description">, areInputsValid: boolean): void {
        const tag = tagOf(String(description));
        if (tag === undefined) return;
        const declared = this.#byTag.get(tag);
        const unknown = {
            description: String(description),
            isCreated: false,
            state: undefined,
            isTrusted: false,
        };
        this.#byTag.set(tag, Object.assign(declared ?? unknown, { areInputsValid }));
    }

    /** `diff` was called: `state` is the current one. A later call may be for a key that a refresh still finds. */
    compare(inputs: KeyInputs, state: KeyState): void {
        const declared = this.#byTag.get(tagOf(String(inputs.description)) ?? "");
        if (declared === undefined) return;
        this.#byKey.set(state.apiKey, declared);
        if (declared.state === undefined && !declared.isCreated) this.#hold(declared, inputs, state);
    }

    /** `create` was called. `state` is undefined until there is a key. */
    create(inputs: KeyInputs, state?: KeyState): void {
        const declared = this.#byTag.get(tagOf(inputs.description) ?? "");
        if (declared === undefined) return;
        declared.isCreated = true;
        this.#hold(declared, inputs, state);
    }

    update(inputs: KeyInputs, state: KeyState): void {
        const declared = this.#byTag.get(tagOf(inputs.description) ?? "");
        if (declared !== undefined) this.#hold(declared, inputs, state);
    }

    /** What the program declares in the place of this key; undefined if it declares nothing. */
    inPlaceOf({ apiKey, tag }: KeyState): DeclaredKey | undefined {
        return this.#byKey.get(apiKey) ?? this.#byTag.get(tag ?? "");
    }

    #hold(declared: DeclaredKey, inputs: KeyInputs, state: KeyState | undefined): void {
        declared.state = state;
        declared.isTrusted = isTrusted(inputs);
    }
}

/** Whether a key whose region cannot be reached counts as verified. */
export function isTrusted({ readiness }: KeyInputs): boolean {
    return readiness?.unreachable === "trust";
}
