import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { addedPackages } from "../../bench/scenarios/install";

let folder: string;

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "confluent-flink-installed-"));
    write("node_modules/sdk/index.js", 100);
    write("node_modules/shared/index.js", 20);
    write("node_modules/ours/index.js", 3);
    write("node_modules/ours/lib/deep.js", 4);
    write("node_modules/ours/node_modules/shared/index.js", 50);
    const packages = {
        "node_modules/sdk": { dependencies: { shared: "^1.0.0" } },
        "node_modules/shared": {},
        "node_modules/ours": {
            dependencies: { shared: "^2.0.0" },
            optionalDependencies: { absent: "^1.0.0" },
        },
        "node_modules/ours/node_modules/shared": {},
    };
    writeFileSync(join(folder, "node_modules", ".package-lock.json"), JSON.stringify({ packages }));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, bytes: number): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), "x".repeat(bytes));
}

describe("addedPackages", () => {
    it("counts each file once, for the package that it belongs to", () => {
        const bytes = addedPackages(folder, ["sdk", "shared", "ours"], []).map((found) => found.bytes);
        expect(bytes.reduce((sum, size) => sum + size, 0)).toBe(177);
    });

    it("leaves out packages of the base, and counts a second version of one", () => {
        expect(addedPackages(folder, ["ours", "shared"], ["sdk"])).toEqual([
            { name: "ours", bytes: 7 },
            { name: "shared", bytes: 50 },
        ]);
    });
});
