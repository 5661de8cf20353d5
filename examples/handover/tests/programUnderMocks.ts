// What the tests of the hand-over programs share. Not proven by them: what the target itself does with what it is given.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";

// biome-ignore lint/suspicious/noExplicitAny: each test looks at the few fields it is about.
export type Fields = Record<string, any>;

/** A resource that the program declared. */
export interface Declared {
    /** `github:index/actionsSecret:ActionsSecret` */
    readonly type: string;
    readonly name: string;
    readonly inputs: Fields;
}

/** The secret of every key. */
export const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";

/** What ran: the program's exports, and what it declared, in that order; a key counts when it is ready. */
export interface Run {
    readonly program: Fields;
    readonly declared: readonly Declared[];
    /** Inputs of the resources whose type ends so: `:ActionsSecret`. */
    inputsOf(typeEnd: string): Fields[];
}

/** The program of this folder, `./index.js`, under Pulumi's mocks, with config by its bare names: `{ environmentId }`. */
export async function runUnderMocks(
    project: string,
    config: Readonly<Record<string, unknown>>,
): Promise<Run> {
    const declared: Declared[] = [];
    const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
    pulumi.runtime.setAllConfig(
        Object.fromEntries(
            Object.entries(config).map(([name, value]) => [`${project}:${name}`, text(value)]),
        ),
    );
    await pulumi.runtime.setMocks(
        {
            newResource: async ({ type, name, inputs }) => {
                const isKey = type.endsWith(":FlinkApiKey");
                // Long enough for whatever does not wait for the key to be declared before it.
                for (let turn = 0; isKey && turn < 100; turn++) await new Promise(setImmediate);
                declared.push({ type, name, inputs });
                const state = isKey
                    ? {
                          ...inputs,
                          apiKey: `AK-${inputs.region}`,
                          apiSecret: pulumi.secret(sentinel),
                          scope: `${inputs.environmentId}.${inputs.cloud}.${inputs.region}`,
                          restEndpoint: `https://flink.${inputs.region}.${inputs.cloud}.confluent.cloud`,
                          createdAt: "2026-11-23T00:00:00Z",
                          readiness: "ready",
                          superseded: [],
                      }
                    : { ...inputs, arn: `arn:${name}`, path: inputs.name };
                return { id: type.endsWith(":ServiceAccount") ? "sa-111aaa" : `${name}-id`, state };
            },
            call: ({ inputs }) => ({
                ...inputs,
                resourceName: `crn://confluent.cloud/organization=1111aaaa/environment=${inputs.id}`,
            }),
        },
        project,
        "prod",
        false,
    );
    const path = require.resolve("./index.js");
    // Once for each run: a test may give another config.
    delete require.cache[path];
    const program: Fields = require(path);
    await pulumi.runtime.disconnect();
    return {
        program,
        declared,
        inputsOf: (typeEnd) =>
            declared.filter(({ type }) => type.endsWith(typeEnd)).map(({ inputs }) => inputs),
    };
}

/** The value of an input, where the engine is told to encrypt it. */
export function encrypted(input: Fields): Fields[string] {
    assert.equal(input["4dabf18193072939515e22adb298388d"], "1b47061264138c4ac30d75fd1eb44270");
    return input.value;
}

/**
 * Runs the program before the tests of the file, and declares the one that every hand-over has: `count` resources whose type
 * ends so, none of them before the keys. The other tests find the run in what this gives.
 */
export function testHandover(project: string, typeEnd: string, count: number): { run: Run } {
    const tested = {} as { run: Run };
    before(async () => {
        tested.run = await runUnderMocks(project, { environmentId: "env-abc123" });
    });
    test("hands over when the keys are ready, and fails rather than hand over one that is not proven", () => {
        assertHandedOverWhenReady(tested.run, typeEnd, count);
    });
    return tested;
}

/** `count` resources of this type, none of them before the keys, and no key that may be handed over unproven. */
export function assertHandedOverWhenReady({ declared, inputsOf }: Run, typeEnd: string, count: number): void {
    const indexes = declared.flatMap(({ type }, i) => (type.endsWith(typeEnd) ? [i] : []));
    const firstKey = declared.findIndex(({ type }) => type.endsWith(":FlinkApiKey"));
    assert.equal(inputsOf(":FlinkApiKey").length, 2);
    assert.equal(indexes.length, count);
    assert.ok(Math.min(...indexes) > firstKey);
    for (const { readiness } of inputsOf(":FlinkApiKey"))
        assert.deepEqual(readiness, { unreachable: "fail" });
}
