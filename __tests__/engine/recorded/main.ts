// npm run record:engine [-- NAME…]: carries the operations out on the `pulumi` of the PATH and writes what it did.
// `--check` writes nothing and says where the engine does something else than the committed recordings.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineOperations } from "./engineOperations";
import { Recorder } from "./recorder";
import { fileOf, recordingsFolder, textOf } from "./recordings";

async function main(): Promise<void> {
    const args = process.argv.slice(2);
    const isCheck = args.includes("--check");
    const names = args.filter((arg) => arg !== "--check");
    const unknown = names.filter((name) => !engineOperations.some((one) => one.name === name));
    if (unknown.length > 0)
        throw new Error(`Operations: got ${unknown.join(", ")}, expected names of engineOperations.ts`);
    const chosen = engineOperations.filter(({ name }) => names.length === 0 || names.includes(name));
    mkdirSync(recordingsFolder, { recursive: true });
    let failures = 0;
    const recorder = new Recorder();
    for (const operation of chosen) {
        const file = join(recordingsFolder, fileOf(operation.name));
        try {
            const text = textOf(await recorder.record(operation));
            const isSame = existsSync(file) && readFileSync(file, "utf8") === text;
            console.log(`${isSame ? "as before" : "DIFFERENT"}: ${operation.name}`);
            if (isCheck && !isSame) failures++;
            if (!isCheck) writeFileSync(file, text);
        } catch (error) {
            console.error((error as Error).message);
            failures++;
        }
    }
    recorder.close();
    if (names.length === 0 && !isCheck) {
        const files = new Set(engineOperations.map(({ name }) => fileOf(name)));
        for (const file of readdirSync(recordingsFolder)) {
            if (!files.has(file)) rmSync(join(recordingsFolder, file));
        }
    }
    if (failures > 0) process.exitCode = 1;
}

main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
});
