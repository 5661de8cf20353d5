// Published types: one declaration file for each entry point, without what only other files of this repository need.
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

const bundles = {
    "dist/components/index.d.ts": "dist/types/index.d.ts",
    "dist/testing/index.d.ts": "dist/types/testing.d.ts",
    "dist/emulator/index.d.ts": "dist/emulator/types.d.ts",
};

for (const [input, file] of Object.entries(bundles)) {
    const bundle = await rollup({ input, plugins: [dts()], external: /^[^./]/ });
    await bundle.write({ file });
    await bundle.close();
}
