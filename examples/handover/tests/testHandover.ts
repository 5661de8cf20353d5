// Shared by the tests of the hand-over programs. Not proven here: what AWS, Vault and the others do with the values.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Deployed, MockConfluentCloud, type MockedResource } from "pulumi-confluent-flink/testing";

/** A program that has run with mocks. */
export interface Handover extends Deployed {
    readonly cloud: MockConfluentCloud;
    /** The resources whose type ends with this: `:ActionsSecret`. */
    ofType(typeEnd: string): readonly MockedResource[];
}

/** The resources that receive keys. */
export interface Target {
    /** The end of their type: `:ActionsSecret`. */
    readonly typeEnd: string;
    /** How many the program creates. */
    readonly count: number;
    /** Their only secret input: `value`. */
    readonly secretInput: string;
}

/** Runs the program of this folder, `./index.js`, with mocks. `config` has its own settings: `{ environmentId }`. */
export async function deployHandover(
    project: string,
    config: Readonly<Record<string, unknown>>,
): Promise<Handover> {
    const cloud = new MockConfluentCloud({
        others: {
            newResource: ({ name, inputs }) => ({
                id: `${name}-id`,
                state: { ...inputs, arn: `arn:${name}`, path: inputs.name },
            }),
        },
    });
    const settings = Object.entries(config).map(([name, value]) => [`${project}:${name}`, value]);
    const deployed = await cloud.deploy(loadProgram, { project, config: Object.fromEntries(settings) });
    return {
        ...deployed,
        cloud,
        ofType: (typeEnd) => cloud.resources.filter(({ type }) => type.endsWith(typeEnd)),
    };
}

/** Loads the module again, because each run may have other config. */
function loadProgram(): unknown {
    const path = require.resolve("./index.js");
    delete require.cache[path];
    return require(path);
}

/**
 * Runs the program before the tests of the file, and adds the test that all programs have in common. The other tests
 * find the run in the returned object.
 */
export function testHandover(project: string, target: Target): { run: Handover } {
    const tested = {} as { run: Handover };
    before(async () => {
        tested.run = await deployHandover(project, { environmentId: "env-abc123" });
    });
    test("writes proven keys only, as secrets", () => assertHandsOverProvenKeys(tested.run, target));
    return tested;
}

/** Nothing is written before the keys are ready, an unproven key fails the deployment, and secrets stay secret. */
export function assertHandsOverProvenKeys(
    { cloud, ofType, outputs, secretOutputs }: Handover,
    { typeEnd, count, secretInput }: Target,
): void {
    const targets = ofType(typeEnd);
    assert.equal(targets.length, count);
    for (const { secretInputs } of targets) assert.deepEqual(secretInputs, [secretInput]);
    // No output is secret, and none contains a secret: those of the mocks begin with cfltMOCK.
    assert.deepEqual(secretOutputs, []);
    assert.doesNotMatch(JSON.stringify(outputs), /cfltMOCK/);

    const typesInOrder = cloud.resources.map(({ type }) => type);
    const firstKey = typesInOrder.findIndex((type) => type.endsWith(":FlinkApiKey"));
    const firstTarget = typesInOrder.findIndex((type) => type.endsWith(typeEnd));
    assert.ok(firstTarget > firstKey);
    assert.equal(cloud.apiKeys.length, 2);
    for (const { inputs } of cloud.apiKeys) assert.deepEqual(inputs.readiness, { unreachable: "fail" });
}
