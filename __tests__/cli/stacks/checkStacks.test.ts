// The functions that check stack files. Not proven here: that Pulumi itself reads the files in the same way, and how
// Confluent Cloud answers (the emulator is used).
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { providerKeys } from "../../../cli/stacks/checkFile";
import { type CheckReport, checkStacks, type ListRegions, offline } from "../../../cli/stacks/checkStacks";
import { findProject } from "../../../cli/stacks/project";
import { regionLister } from "../../../cli/stacks/regionLister";
import { type Emulator, startEmulator } from "../../../emulator";

const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";
const nobody: ListRegions = offline;

let root: string;

beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "confluent-flink-check-"));
    mkdirSync(join(root, "stacks"));
    copyFileSync(join(__dirname, "../../../Pulumi.yaml"), join(root, "Pulumi.yaml"));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes stack files, by stack name or file name, and checks them. */
function check(files: Record<string, string>, listRegions = nobody): Promise<CheckReport> {
    for (const [name, content] of Object.entries(files)) {
        writeFileSync(join(root, "stacks", name.includes(".") ? name : `Pulumi.${name}.yaml`), content);
    }
    return checkStacks(findProject(root), root, listRegions);
}

async function mistakesOf(files: Record<string, string>, listRegions = nobody): Promise<string[]> {
    const { mistakes } = await check(files, listRegions);
    return mistakes.map(({ file, line, message }) => `${file}:${line}: ${message}`);
}

/** A stack file: two lines before the settings, which begin at line 4 with two spaces. */
function stackFile(environmentId: string, region: string, ...more: string[]): string {
    return [
        "config:",
        `  confluent-flink:environmentId: ${environmentId}`,
        `  confluent-flink:regions: [${region}]`,
        ...more.map((line) => `  ${line}`),
        "",
    ].join("\n");
}

const sound = (...more: string[]): string => stackFile("env-abc123", "aws.us-east-2", ...more);

describe("checkStacks", () => {
    it("finds no mistakes in this repository's stack files", async () => {
        const project = findProject(join(__dirname, "../../.."));
        const { stacks, mistakes } = await checkStacks(project, project.root, nobody);
        // Developers may have other stack files next to them.
        const own = ["demo", "dev", "prod"];
        expect(mistakes.filter(({ stack }) => own.includes(stack))).toEqual([]);
        expect(stacks).toEqual(expect.arrayContaining(own));
    });

    it("finds no mistakes in a file that uses every key", async () => {
        const content = [
            "secretsprovider: awskms://alias/flink?region=us-east-2",
            "encryptedkey: AQICAHh",
            "environment: [flink/prod]",
            "config:",
            "  confluentcloud:endpoint: https://api.confluent.cloud",
            "  confluentcloud:oauth: { oauthIdentityPoolId: pool-111aaa, oauthExternalAccessToken: { secure: AAAB } }",
            "  aws:region: us-east-2",
            "  environmentId: ENV-abc123",
            "  confluent-flink:regions:",
            "    - AWS.us-east-2",
            "    - env-abc123.gcp.us-east1",
            "  confluent-flink:principal: { displayName: flink, description: Runs Flink }",
            "  confluent-flink:roles: [FlinkDeveloper, FlinkAdmin]",
            "  confluent-flink:rotation: { every: 90d }",
            "  confluent-flink:readiness: { timeout: 10m, unreachable: fail }",
            "",
        ].join("\n");
        expect(await mistakesOf({ prod: content })).toEqual([]);
    });

    const p = "stacks/Pulumi.prod.yaml";
    const wantedPrincipal =
        'an object such as { serviceAccountId: "sa-111aaa" }, with one of serviceAccountId, userId and stack';
    it.each<[what: string, content: string, message: string]>([
        [
            "text that is not YAML",
            "config:\n  a: [b\n",
            `${p}:3: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]`,
        ],
        [
            "a key written twice",
            sound("confluent-flink:regions: [aws.us-east-2]"),
            `${p}:4: not valid YAML: Map keys must be unique`,
        ],
        [
            "a key in its short and its long form",
            sound("regions: [aws.us-east-1]"),
            `${p}:4: confluent-flink:regions: set twice, the second time as regions; expected each key once`,
        ],
        [
            "a file that is a list",
            "- config\n",
            `${p}:1: got a file that is not a map, expected the key config: with keys and values`,
        ],
        [
            "config that is a list",
            "config:\n  - a\n",
            `${p}:1: config: got a value that is not a map, expected keys and values`,
        ],
        [
            "an unknown key of the file",
            `${sound()}secretprovider: passphrase\n`,
            `${p}:4: secretprovider: an unknown key of a stack file, expected one of config, environment, secretsprovider, encryptedkey, encryptionsalt; did you mean secretsprovider?`,
        ],
        [
            "an unknown key of the project",
            sound("confluent-flink:enviromentId: env-abc123"),
            `${p}:4: confluent-flink:enviromentId: an unknown key, expected one of environmentId, regions, keyScope, principal`,
        ],
        [
            "a misspelled namespace",
            sound("confluent-flnk:roles: [FlinkAdmin]"),
            `${p}:4: confluent-flnk:roles: an unknown namespace, did you mean confluent-flink:roles?`,
        ],
        [
            "a setting under a namespace that nobody reads",
            sound("flink:roles: [FlinkAdmin]"),
            `${p}:4: flink:roles: nothing reads this key, because this project's own config is confluent-flink:…; did you mean confluent-flink:roles?`,
        ],
        [
            "a misspelled setting of the provider",
            sound("confluentcloud:cloudApikey: ABC"),
            `${p}:4: confluentcloud:cloudApikey: an unknown setting of the confluentcloud provider; did you mean cloudApiKey?`,
        ],
        [
            "no environment",
            "config:\n  confluent-flink:regions: [aws.us-east-2]\n",
            `${p}:1: confluent-flink:environmentId: got nothing, expected an environment id such as env-abc123`,
        ],
        [
            "an environment of another shape",
            stackFile("prod", "aws.us-east-2"),
            `${p}:2: confluent-flink:environmentId: got "prod", expected an environment id such as env-abc123`,
        ],
        [
            "a number for an environment",
            stackFile("123", "aws.us-east-2"),
            `${p}:2: confluent-flink:environmentId: got 123, expected an environment id such as env-abc123`,
        ],
        [
            "no regions",
            "config:\n  confluent-flink:environmentId: env-abc123\n",
            `${p}:1: confluent-flink:regions: got nothing, expected a list of regions such as ["aws.us-east-2"]`,
        ],
        [
            "text for a list of regions",
            "config:\n  environmentId: env-abc123\n  regions: aws.us-east-2\n",
            `${p}:3: confluent-flink:regions: got "aws.us-east-2", expected a list of regions such as ["aws.us-east-2"]`,
        ],
        [
            "a region without its cloud",
            stackFile("env-abc123", "us-east-2"),
            `${p}:3: confluent-flink:regions[0]: got "us-east-2", expected a cloud and region such as "aws.us-east-2"`,
        ],
        [
            "an unknown cloud",
            "config:\n  environmentId: env-abc123\n  regions:\n    - aws.us-east-2\n    - ibm.us-east\n",
            `${p}:5: confluent-flink:regions[1]: got "ibm.us-east", expected a cloud and region`,
        ],
        [
            "a region twice",
            "config:\n  environmentId: env-abc123\n  regions:\n    - aws.us-east-2\n    - AWS.us-east-2\n",
            `${p}:5: confluent-flink:regions[1]: got "AWS.us-east-2", which confluent-flink:regions[0] names already`,
        ],
        [
            "a region as another cloud spells it",
            stackFile("env-abc123", "gcp.us-east-1"),
            `${p}:3: confluent-flink:regions[0]: got "gcp.us-east-1", expected a region as gcp spells it, such as "gcp.us-east1"`,
        ],
        [
            "a scope of another environment",
            stackFile("env-abc123", "env-def456.aws.us-east-2"),
            `${p}:3: confluent-flink:regions[0]: got "env-def456.aws.us-east-2", expected environment env-abc123`,
        ],
        [
            "an unknown field of the owner",
            sound("principal:", "  serviceAcountId: sa-111aaa"),
            `${p}:5: confluent-flink:principal.serviceAcountId: got a field of this name, expected ${wantedPrincipal}`,
        ],
        [
            "two owners",
            sound("principal: { serviceAccountId: sa-111aaa, userId: u-111aaa }"),
            `${p}:4: confluent-flink:principal: got an object with the fields serviceAccountId, userId, expected ${wantedPrincipal}`,
        ],
        [
            "an owner's name for its id",
            sound("principal:", "  serviceAccountId: flink-prod"),
            `${p}:5: confluent-flink:principal.serviceAccountId: got "flink-prod", expected the id of a service account such as sa-111aaa`,
        ],
        [
            "an unknown role",
            sound("roles: [FlinkDeveloper, FlinkSuperuser]"),
            `${p}:4: confluent-flink:roles[1]: got "FlinkSuperuser", expected one of OrganizationAdmin`,
        ],
        [
            "a role twice",
            sound("roles:", "  - FlinkAdmin", "  - FlinkAdmin"),
            `${p}:6: confluent-flink:roles[1]: got "FlinkAdmin" a second time`,
        ],
        [
            "text for an object",
            sound("readiness: 5m"),
            `${p}:4: confluent-flink:readiness: got "5m", expected an object with the fields timeout, unreachable`,
        ],
        [
            "a duration without its unit",
            sound("readiness:", "  unreachable: warn", "  timeout: 300"),
            `${p}:6: confluent-flink:readiness.timeout: got 300, expected a duration from 1ms to 1d such as "5m"`,
        ],
        [
            "an unknown word",
            sound("readiness: { unreachable: ignore }"),
            `${p}:4: confluent-flink:readiness.unreachable: got "ignore", expected "warn" or "trust" or "fail"`,
        ],
        [
            "an unknown network",
            sound("readiness: { network: vpn }"),
            `${p}:4: confluent-flink:readiness.network: got "vpn", expected "public" or "private"`,
        ],
        [
            "an endpoint that would get the key in clear",
            sound("readiness:", "  restEndpoint: http://flink.example.com"),
            `${p}:5: confluent-flink:readiness.restEndpoint: got "http://flink.example.com", expected a URL that begins with https://`,
        ],
        [
            "an endpoint for a region that is not the stack's",
            sound("readiness:", "  restEndpoint:", "    gcp.us-east1: https://flink.example.com"),
            `${p}:6: confluent-flink:readiness.restEndpoint["gcp.us-east1"]: got another region, expected one of regions: aws.us-east-2`,
        ],
        [
            "an overlap as long as the rotation",
            sound("rotation: { every: 7d, overlap: 7d }"),
            `${p}:4: confluent-flink:rotation.overlap: got "7d", expected less than every (7d)`,
        ],
        [
            "a secret in clear",
            sound(`confluentcloud:cloudApiSecret: ${sentinel}`),
            `${p}:4: confluentcloud:cloudApiSecret: got a secret in plain text, expected it encrypted: pulumi config set --secret confluentcloud:cloudApiSecret`,
        ],
        [
            "a token in clear",
            sound(
                "confluentcloud:oauth:",
                "  oauthIdentityPoolId: pool-111aaa",
                `  oauthExternalAccessToken: ${sentinel}`,
            ),
            `${p}:6: confluentcloud:oauth.oauthExternalAccessToken: got a secret in plain text, expected it encrypted`,
        ],
        [
            "an encrypted value that is no secret",
            sound("confluent-flink:roles: { secure: AAAB }"),
            `${p}:4: confluent-flink:roles: got an encrypted value, expected plain text`,
        ],
        [
            "an endpoint in clear text",
            sound("confluentcloud:endpoint: http://api.confluent.cloud"),
            `${p}:4: confluentcloud:endpoint: got http://api.confluent.cloud, expected a URL that begins with https://`,
        ],
        [
            "an identity pool that is none",
            sound("confluentcloud:oauth: { oauthIdentityPoolId: my-pool }"),
            `${p}:4: confluentcloud:oauth.oauthIdentityPoolId: got my-pool, expected the id of an identity pool such as pool-111aaa`,
        ],
        [
            "a token URL alone",
            sound(
                "confluentcloud:oauth:",
                "  oauthIdentityPoolId: pool-111aaa",
                "  oauthExternalTokenUrl: https://example.okta.com/token",
            ),
            `${p}:4: confluentcloud:oauth.oauthExternalClientId: got nothing, expected oauthExternalTokenUrl, oauthExternalClientId and oauthExternalClientSecret together`,
        ],
        [
            "two kinds of credentials",
            sound(
                "confluentcloud:cloudApiKey: ABCDEFGH",
                "confluentcloud:oauth: { oauthIdentityPoolId: pool-111aaa }",
            ),
            `${p}:4: confluentcloud:oauth: got confluentcloud:cloudApiKey as well, expected one kind of credentials`,
        ],
    ])("reports %s", async (_what, content, message) => {
        const mistakes = await mistakesOf({ prod: content });
        expect(mistakes).toEqual([expect.stringContaining(message)]);
        expect(mistakes.join()).not.toContain(sentinel);
    });

    it("reports all mistakes of a file, in the order of its lines", async () => {
        const mistakes = await mistakesOf({
            prod: stackFile("prod", "ibm.x, us-east-2", "roles: [X]", "other: 1"),
        });
        expect(mistakes.map((mistake) => /:(\d+): (\S+):/.exec(mistake)?.slice(1))).toEqual([
            ["2", "confluent-flink:environmentId"],
            ["3", "confluent-flink:regions[0]"],
            ["3", "confluent-flink:regions[1]"],
            ["4", "confluent-flink:roles[0]"],
            ["5", "confluent-flink:other"],
        ]);
    });

    it("reads YAML like Pulumi: merge keys, and anchors under a key of its own", async () => {
        const file = sound("readiness: { <<: *patient }").replace(
            /^/,
            "x-common: { readiness: &patient { timeout: 5m } }\n",
        );
        expect(await mistakesOf({ "Pulumi.prod.yaml": file })).toEqual([]);
    });

    it("reports one mistake in YAML once", async () => {
        expect(await mistakesOf({ "Pulumi.prod.yaml": "config:\n  a: [1\n  b: {\n" })).toHaveLength(1);
    });

    it("reports a file name that Pulumi ignores", async () => {
        const files = { "prod.yaml": sound(), "Pulumi.eu.yml": sound(), "Pulumi.x.deploy.yaml": "" };
        expect(await mistakesOf(files)).toEqual([
            expect.stringMatching(/^stacks\/Pulumi\.eu\.yml:1: got a file name that Pulumi ignores/),
            expect.stringMatching(/^stacks\/prod\.yaml:1: got a file name that Pulumi ignores/),
        ]);
    });

    it.each<[what: string, files: Record<string, string>, message: string | undefined]>([
        [
            "two stacks that make a key of the same owner for one scope",
            {
                a: sound("principal: { serviceAccountId: sa-111aaa }", "roles: []"),
                b: stackFile(
                    "env-abc123",
                    "gcp.us-east1, AWS.us-east-2",
                    "principal: { serviceAccountId: sa-111aaa }",
                    "roles: []",
                ),
            },
            "stacks/Pulumi.b.yaml:3: confluent-flink:regions[1]: got aws.us-east-2, for which stack a already creates a key with the same owner (env-abc123.aws.us-east-2, sa-111aaa)",
        ],
        [
            "two service accounts of one name",
            {
                a: sound("principal: { displayName: flink }"),
                b: stackFile("env-def456", "aws.us-east-2", "principal:", "  displayName: flink"),
            },
            "stacks/Pulumi.b.yaml:5: confluent-flink:principal.displayName: got flink, which stack a also uses for its service account",
        ],
        [
            "a name that is another stack's default",
            {
                a: sound(),
                b: stackFile(
                    "env-def456",
                    "aws.us-east-2",
                    "principal: { displayName: confluent-flink-a-flink }",
                ),
            },
            "stacks/Pulumi.b.yaml:4: confluent-flink:principal.displayName: got confluent-flink-a-flink, which stack a also uses",
        ],
        [
            "a role that two stacks grant to one owner",
            {
                a: sound("principal: { serviceAccountId: sa-111aaa }", "roles: [OrganizationAdmin]"),
                b: stackFile(
                    "env-def456",
                    "aws.us-east-2",
                    "principal: { serviceAccountId: sa-111aaa }",
                    "roles: [OrganizationAdmin]",
                ),
            },
            "stacks/Pulumi.b.yaml:5: confluent-flink:roles: got OrganizationAdmin, which stack a also grants to the same owner (sa-111aaa, on the organization)",
        ],
        [
            "an owner referred to that grants the same scope",
            { base: sound(), eu: sound("principal: { stack: org/confluent-flink/base }", "roles: []") },
            "stacks/Pulumi.eu.yaml:3: confluent-flink:regions[0]: got aws.us-east-2, for which stack base already creates a key with the same owner",
        ],
        [
            "a stack that refers to itself",
            { eu: sound("principal:", "  stack: org/confluent-flink/eu", "roles: []") },
            "stacks/Pulumi.eu.yaml:5: confluent-flink:principal.stack: got org/confluent-flink/eu, which is this stack itself",
        ],
        [
            "a reference to a stack that owns nothing",
            {
                base: sound(),
                eu: stackFile(
                    "env-def456",
                    "aws.us-east-2",
                    "principal: { stack: org/confluent-flink/base }",
                    "roles: []",
                ),
                us: stackFile(
                    "env-ghi789",
                    "aws.us-east-2",
                    "principal: { stack: org/confluent-flink/eu }",
                    "roles: []",
                ),
            },
            "stacks/Pulumi.us.yaml:4: confluent-flink:principal.stack: got org/confluent-flink/eu, which itself refers to org/confluent-flink/base",
        ],
        [
            "nothing where environments differ",
            { a: sound(), b: stackFile("env-def456", "aws.us-east-2") },
            undefined,
        ],
        ["nothing where owners differ", { a: sound(), b: sound() }, undefined],
        [
            "nothing where names repeat in two organizations",
            {
                a: sound("confluentcloud:cloudApiKey: AAAA", "principal: { displayName: flink }"),
                b: stackFile(
                    "env-def456",
                    "aws.us-east-2",
                    "confluentcloud:cloudApiKey: BBBB",
                    "principal: { displayName: flink }",
                ),
            },
            undefined,
        ],
    ])("reports %s", async (_what, files, message) => {
        expect(await mistakesOf(files)).toEqual(
            message === undefined ? [] : [expect.stringContaining(message)],
        );
    });

    it("knows the settings of the official provider", () => {
        // From the official package itself, so that new settings there are allowed here too.
        const declared = Object.keys(require("@pulumi/confluentcloud/config"));
        expect(providerKeys).toEqual(expect.arrayContaining(declared));
        expect(declared.length).toBeGreaterThan(20);
    });
});

describe("regionLister", () => {
    let emulator: Emulator;

    beforeEach(async () => {
        emulator = await startEmulator();
    });

    afterEach(() => emulator.close());

    function environment(): NodeJS.ProcessEnv {
        return {
            CONFLUENT_CLOUD_API_KEY: emulator.cloudApiKey,
            CONFLUENT_CLOUD_API_SECRET: emulator.cloudApiSecret,
            CONFLUENT_CLOUD_ENDPOINT: emulator.url,
        };
    }

    it("reports a region that does not exist, with the existing ones", async () => {
        const endpoint = `confluentcloud:endpoint: ${emulator.url}`;
        const files = {
            prod: stackFile("env-abc123", "aws.us-east-9", endpoint),
            eu: stackFile("env-def456", "gcp.us-east1", endpoint),
        };
        const report = await check(files, regionLister(environment()));
        expect(report.mistakes.map(({ message }) => message)).toEqual([
            expect.stringMatching(
                /regions\[0\]: got "aws\.us-east-9", expected a region where Confluent Cloud runs Flink: .*aws\.us-east-2/,
            ),
        ]);
        expect(report.regionsConfirmed).toEqual(["eu", "prod"]);
        // One request for two stacks.
        expect(emulator.journal.entries()).toHaveLength(1);
    });

    it("sends credentials only to their own endpoint", async () => {
        const files = { prod: sound(`confluentcloud:endpoint: ${emulator.url}`) };
        const elsewhere = { ...environment(), CONFLUENT_CLOUD_ENDPOINT: "https://api.confluent.cloud" };
        expect((await check(files, regionLister(elsewhere))).regionsConfirmed).toEqual([]);
        expect(emulator.journal.entries()).toHaveLength(0);
    });

    it("uses a pipeline's token file with the stack's identity pool", async () => {
        const form = { grant_type: "client_credentials", client_id: "ci", client_secret: sentinel };
        const answer = await fetch(`${emulator.url}/_emulator/idp/token`, {
            method: "POST",
            body: new URLSearchParams(form),
        });
        const { access_token: token } = (await answer.json()) as { access_token: string };
        const file = join(root, "token");
        writeFileSync(file, `${token}\n`);
        const files = {
            prod: sound(
                `confluentcloud:endpoint: ${emulator.url}`,
                "confluentcloud:oauth: { oauthIdentityPoolId: pool-111aaa }",
            ),
        };
        const env = { CONFLUENT_FLINK_TOKEN_FILE: file, CONFLUENT_CLOUD_ENDPOINT: emulator.url };
        expect((await check(files, regionLister(env))).regionsConfirmed).toEqual(["prod"]);
    });
});

describe("a stack file that cannot be read", () => {
    /** Each of eight anchors lists the one before ten times. */
    const aliases = [
        "x-0: &a0 [x]",
        ...Array.from(
            { length: 8 },
            (_, i) => `x-${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(", ")}]`,
        ),
    ];

    it.each<[string, (path: string) => void, RegExp]>([
        [
            "a folder",
            (path) => mkdirSync(path),
            /yaml:1: got a folder, expected a stack file that can be read$/,
        ],
        [
            "a dangling link",
            (path) => symlinkSync(join(root, "nowhere"), path),
            /yaml:1: got a link to a file that does not exist, expected a stack file/,
        ],
        [
            "too many aliases",
            (path) => writeFileSync(path, [...aliases, sound("confluent-flink:roles: *a8")].join("\n")),
            /yaml:13: confluent-flink:roles: got a value that cannot be read \(Excessive alias count/,
        ],
        ["bytes that are not YAML", (path) => writeFileSync(path, "config: {\0"), /yaml:1: not valid YAML/],
    ])(
        "is %s: it is named with its line, and the other stacks are checked",
        async (_what, write, mistake) => {
            write(join(root, "stacks", "Pulumi.broken.yaml"));
            const mistakes = await mistakesOf({ prod: sound("confluent-flink:roles: [X]") });
            expect(mistakes).toHaveLength(2);
            expect(mistakes[0]).toMatch(/^stacks\/Pulumi\.broken\.yaml:\d+: /);
            expect(mistakes[0]).toMatch(mistake);
            expect(mistakes[1]).toMatch(/^stacks\/Pulumi\.prod\.yaml:4: confluent-flink:roles\[0\]: got "X"/);
        },
    );
});
