// The messages in docs/errors.md and README are those that the code prints: every table, and what each folder prints. The table of
// Confluent Cloud's errors is checked with the code that it describes (__tests__/confluent/confluentError.test.ts). Not proven
// here: that cause and cure are right, and what other programs print.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** Everything of this package that prints messages. */
const printing = [
    "cli/",
    "components/",
    "confluent/",
    "program/",
    "plugin/",
    "provider/",
    "deploy/pipeline/",
];
const code = execFileSync("git", ["ls-files", ...printing], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => /\.(ts|tsx|sh)$/.test(file))
    .map(read)
    .join("\n");

/** Messages of other programs. */
const printedByOthers: Readonly<Record<string, string>> = {
    "LookUp resource '…' has a problem": "Pulumi, around a message of components/lookUpError.ts",
    "the stack is currently locked by 1 lock(s)": "Pulumi",
    "passphrase must be set with PULUMI_CONFIG_PASSPHRASE": "Pulumi",
    "STS token exchange request failed": "the official provider",
    "policy pack not started: could not read policy pack port": "Pulumi",
    "Cannot find module 'pulumi-confluent-flink/provider'": "Node.js",
    "All 7 flink_api_key, … attributes should be set or not set": "the official provider",
    "409 Conflict: Service name is already in use": "Confluent Cloud, through the official provider",
};

/** The messages in the column Message of all tables of a document. */
function messagesIn(document: string): string[] {
    const messages: string[] = [];
    let isTable = false;
    for (const line of read(document).split("\n")) {
        if (/^\| Message \|/.test(line)) isTable = true;
        else if (!line.startsWith("|")) isTable = false;
        else if (isTable && !/^\|---/.test(line)) {
            const [, cell = ""] = line.split(" | ")[0]?.split("| ") ?? [];
            messages.push(...[...cell.matchAll(/`([^`]+)`/g)].map(([, message]) => message as string));
        }
    }
    return messages;
}

const messages = ["docs/errors.md", "README.md"].flatMap((document) =>
    messagesIn(document).map((message) => [document, message] as const),
);

describe("the messages in the documents", () => {
    it("are found in every table", () => {
        const sections = read("docs/errors.md").split(/^## /m).slice(1);
        expect(sections.length).toBeGreaterThan(3);
        for (const section of sections) expect(section).toMatch(/^\| Message \|/m);
        expect(messages.length).toBeGreaterThan(35);
    });

    it.each(messages.filter(([, message]) => !(message in printedByOthers)))(
        "%s quotes the code: %s",
        (_document, message) => {
            const parts = message.split("…").map((part) => part.trim());
            expect(parts.filter((part) => !code.includes(part))).toEqual([]);
        },
    );

    it("of other programs are listed here only if a document has them, and this package does not print them", () => {
        const shown = messages.map(([, message]) => message);
        for (const message of Object.keys(printedByOthers)) expect(shown).toContain(message);
    });
});
