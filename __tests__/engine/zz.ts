import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { releaseArchives, StrangerProject } from "/peer/wt/pluginu/__tests__/engine/strangerProject";
import { startEmulator } from "/peer/wt/pluginu/emulator";

const out = "/tmp/pu/transcript.txt";
writeFileSync(out, "");
const readme = readFileSync("/peer/wt/pluginu/README.md", "utf8");
const prog = (l: string) => new RegExp("^```" + l + "\\n([^]*?)^```", "m").exec(readme)![1];
async function main() {
    const archives = releaseArchives();
    for (const lang of ["yaml", "python"]) {
        const emulator = await startEmulator();
        const p = new StrangerProject(emulator, lang === "python" ? { PATH: "/tmp/pu/py/bin" } : {});
        await p.install(archives);
        const file = lang === "yaml" ? "Pulumi.yaml" : "__main__.py";
        let text = prog(lang);
        if (lang === "python") {
            p.write("Pulumi.yaml", "name: shop\nruntime: python\n");
            await p.do("package", "gen-sdk", "confluent-flink", "--language", "python", "--out", "sdk");
            execFileSync("mv", [
                p.path("sdk/python/pulumi_confluent_flink"),
                p.path("pulumi_confluent_flink"),
            ]);
            p.write(
                "pulumi_confluent_flink-0.2.0.dist-info/METADATA",
                "Metadata-Version: 2.1\nName: pulumi-confluent-flink\nVersion: 0.2.0\n",
            );
        }
        p.write(file, text);
        await p.init();
        const say = async (what: string, ...args: string[]) => {
            const r = await p.run(...args);
            appendFileSync(out, `\n##### ${lang}: ${what}: pulumi ${args.join(" ")} -> ${r.code}\n${r.text}`);
        };
        await say("preview", "preview");
        await say("up", "up", "--yes", "--skip-preview");
        await say("no-op", "up", "--yes", "--skip-preview");
        const ch = (a: string, b: string) => {
            text = text.replace(a, b);
            p.write(file, text);
        };
        if (lang === "yaml")
            ch(
                "      roles: [FlinkDeveloper]\n",
                '      roles: [FlinkDeveloper]\n      rotation: { trigger: "leak 1" }\n',
            );
        else
            ch(
                '    roles=["FlinkDeveloper"],\n',
                '    roles=["FlinkDeveloper"],\n    rotation={"trigger": "leak 1"},\n',
            );
        await say("rotation", "up", "--yes", "--skip-preview");
        ch("gcp.us-east1", "azure.eastus2");
        await say("region", "up", "--yes", "--skip-preview");
        await say("refresh", "refresh", "--yes", "--skip-preview");
        const good = text;
        ch("aws.us-east-2", "useast2");
        await say("wrong region", "preview");
        text = good;
        if (lang === "python") {
            ch('roles=["FlinkDeveloper"]', 'role=["FlinkDeveloper"]');
            await say("misspelt", "preview");
            text = good;
            ch('rotation={"trigger": "leak 1"}', 'rotation={"evry": "90d"}');
            await say("misspelt nested", "preview");
            text = good;
            ch('regions=["aws.us-east-2", "azure.eastus2"]', "regions=7");
            await say("wrong type", "preview");
            text = good;
            ch('environment_id="env-abc123"', "environment_id=7");
            await say("wrong type", "preview");
            text = good;
            ch('environment_id="env-abc123"', 'environment_id="env-zzz999"');
            await say("no env", "preview");
            text = good;
        } else {
            ch("roles:", "role:");
            await say("misspelt", "preview");
            text = good;
            ch("trigger:", "tigger:");
            await say("misspelt nested", "preview");
            text = good;
            ch("env-abc123", "env-zzz999");
            await say("no env", "preview");
            text = good;
        }
        p.write(file, text);
        await say("destroy", "destroy", "--yes", "--skip-preview");
        p.remove();
        await emulator.close();
    }
}
main();
