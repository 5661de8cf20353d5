// The program that the recorder runs: declares what program.json beside it says.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const pulumi = require("@pulumi/pulumi");

const line =
    'exports.handler = () => require("module").createRequire(process.cwd() + "/")("scripted-provider");';

class Thing extends pulumi.CustomResource {
    constructor(name, inputs, options) {
        const outputs = { serial: undefined, secret: undefined };
        super(
            "pulumi-nodejs:dynamic/recorded:Thing",
            name,
            { ...outputs, ...inputs, __provider: line },
            options,
        );
    }
}

/** A hook that asks for another attempt so many times. */
function retry(times) {
    let failures = 0;
    return new pulumi.ErrorHook(`retry ${times} times`, () => ++failures <= times);
}

const made = {};
for (const { name, note, place, noteFrom, options = {} } of JSON.parse(
    readFileSync(join(__dirname, "program.json"), "utf8"),
)) {
    const { retries, dependsOn, replaceWith, deletedWith, aliases, ...plain } = options;
    const inputs = {
        name,
        place,
        // The id of another resource, unknown while that one is not made.
        note: noteFrom === undefined ? note : made[noteFrom].id,
    };
    made[name] = new Thing(name, inputs, {
        additionalSecretOutputs: ["secret"],
        ...plain,
        ...(aliases && { aliases: aliases.map((alias) => ({ name: alias })) }),
        ...(dependsOn && { dependsOn: dependsOn.map((other) => made[other]) }),
        ...(replaceWith && { replaceWith: replaceWith.map((other) => made[other]) }),
        ...(deletedWith && { deletedWith: made[deletedWith] }),
        ...(retries !== undefined && { hooks: { onError: [retry(retries)] } }),
    });
}
