// The short form of the benchmark, with the present build and node_modules; nothing is downloaded. Not proven here: what
// npm installs for a consumer (npm run bench -- install, and __tests__/package).
import { existsSync } from "node:fs";
import { join } from "node:path";
import { installLimits, pack, packagesAddedHere } from "../../bench/scenarios/install";

it("the dependencies add at most 29 packages and 10 MB to an installation of Pulumi's SDK", () => {
    const added = packagesAddedHere();
    expect(added.map(({ name }) => name)).toEqual(expect.arrayContaining(["axios", "commander"]));
    expect(added.filter(({ name }) => name.startsWith("@pulumi/"))).toEqual([]);
    // A consumer's npm install adds the package itself as well.
    expect(added.length).toBeLessThanOrEqual(installLimits.packages - 1);
    const megabytes = added.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
    expect(megabytes).toBeGreaterThan(0.5);
    expect(megabytes).toBeLessThanOrEqual(installLimits.megabytes);
});

it("the npm package has at most 310 kB, and contains no tests, no benchmarks and no emulator", () => {
    if (!existsSync(join(__dirname, "..", "..", "dist", "provider", "index.js"))) {
        throw new Error("dist/provider is missing: run npm run build first.");
    }
    const { size, files: packed } = pack();
    const files = packed.map(({ path }) => path);
    expect(size).toBeLessThanOrEqual(installLimits.tarballKilobytes * 1000);
    expect(files).toEqual(
        expect.arrayContaining(["dist/provider/index.js", "dist/components/index.js", "dist/cli/main.js"]),
    );
    expect(files.filter((file) => /^(dist\/)?(emulator|bench|demo|__tests__)\//.test(file))).toEqual([]);
}, 60_000);
