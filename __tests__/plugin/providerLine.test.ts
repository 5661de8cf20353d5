// The contract of the provider line, in the SDK's own dynamic-provider process. Not proven here: package managers
// (`npm run test:consumers`, docs/compatibility.md).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { providerLine } from "../../components/flinkApiKey";
import { problemOf } from "../../components/installedProvider";
import { DynamicProviderProcess } from "./dynamicProviderProcess";
import type { Properties } from "./propertyStruct";

jest.setTimeout(30_000);

const repository = join(__dirname, "..", "..");
const inputs: Properties = {
    owner: "sa-000aaa",
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
    displayName: "orders",
    description: "For orders [pcf-0123456789abcdef]",
};

let folder: string;

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "confluent-flink-line-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the provider line", () => {
    it("has at most 200 characters, because every key stores it twice", () => {
        expect(providerLine.length).toBeLessThanOrEqual(200);
    });

    it("names the package.json and the dependency to add where the package is not installed", async () => {
        const provider = await DynamicProviderProcess.start({ cwd: folder });
        try {
            const added = `${folder}/package.json: add pulumi-confluent-flink`;
            await expect(provider.create(inputs)).rejects.toThrow(added);
        } finally {
            await provider.close();
        }
    });

    it("reports why an installed package does not load", async () => {
        const broken = join(folder, "node_modules", "pulumi-confluent-flink");
        mkdirSync(broken, { recursive: true });
        writeFileSync(join(broken, "provider.js"), 'throw new Error("half installed");');
        const provider = await DynamicProviderProcess.start({ cwd: folder });
        try {
            await expect(provider.create(inputs)).rejects.toThrow("half installed");
        } finally {
            await provider.close();
        }
    });
});

describe("problemOf", () => {
    it("returns undefined in this repository, which resolves its own package", () => {
        expect(problemOf(repository, false)).toBeUndefined();
    });

    it("names the folder and its package.json, and for an inline program the working directory to set", () => {
        expect(problemOf(folder, false)).toBe(
            `the provider of Flink API keys is loaded from ${folder}, where package pulumi-confluent-flink is not installed. Add it to the dependencies in ${join(folder, "package.json")}, whichever other package brings it along: npm install pulumi-confluent-flink, or pnpm add pulumi-confluent-flink`,
        );
        expect(problemOf(folder, true)).toContain("call process.chdir(__dirname) before the stack is made");
    });
});
