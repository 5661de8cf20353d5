// The comparison of file times. Not proven here: that the compiler writes dist/.tsbuildinfo with every build.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { assertFreshBuild } from "../../program/assertFreshBuild";

const built = new Date("2026-08-01T12:00:00Z");
const earlier = new Date("2026-08-01T11:59:00Z");
const later = new Date("2026-08-01T12:01:00Z");

let root: string;

function write(name: string, time: Date): void {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
    utimesSync(path, time, time);
}

beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "confluent-flink-build-"));
    write("dist/.tsbuildinfo", built);
    for (const name of [
        "index.ts",
        "components/flinkAccess.ts",
        "provider/index.ts",
        "confluent/deep/api.ts",
    ]) {
        write(name, earlier);
    }
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("assertFreshBuild", () => {
    it("accepts a build that is newer than all sources", () => {
        expect(() => assertFreshBuild(root)).not.toThrow();
    });

    it.each([
        "index.ts",
        "program/readStackConfig.ts",
        "components/flinkAccess.ts",
        "provider/index.ts",
        "confluent/deep/api.ts",
    ])("refuses a newer %s, in one line that says what to run", (name) => {
        write(name, later);
        expect(() => assertFreshBuild(root)).toThrow(
            new Error(`${join(name)} is newer than its build: run npm run build, then deploy again.`),
        );
    });

    it("ignores files that a deployment does not run", () => {
        for (const name of [
            "__tests__/a.test.ts",
            "emulator/main.ts",
            "demo/main.ts",
            "components/notes.md",
        ]) {
            write(name, later);
        }
        expect(() => assertFreshBuild(root)).not.toThrow();
    });

    it("rejects sources that were never built", () => {
        rmSync(join(root, "dist"), { recursive: true });
        expect(() => assertFreshBuild(root)).toThrow("run npm run build");
    });

    it("accepts a folder without sources, such as an installed package", () => {
        for (const name of ["index.ts", "components", "provider", "confluent"]) {
            rmSync(join(root, name), { recursive: true });
        }
        expect(() => assertFreshBuild(root)).not.toThrow();
    });
});
