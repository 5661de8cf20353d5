// What a person who made a mistake in a stack's config reads, in `pulumi preview` and in `pulumi up --skip-preview`,
// under a real Pulumi engine with the official provider. Not proven here: every value that is refused, which the tests
// of the program and of the components have.
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, PulumiProject, writes } from "./pulumiProject";

jest.setTimeout(120_000);

const regions = ["aws.us-east-2"];

interface Mistake {
    readonly config?: Record<string, unknown>;
    /** Default: the emulator's credentials. */
    readonly env?: Record<string, string>;
    /**
     * What both commands say. `preview` and `up` stand where they differ, or where `preview` runs no further than for
     * the first mistake here: each run takes its seconds.
     */
    readonly says?: string;
    readonly preview?: string;
    readonly up?: string;
}

const mistakes: Record<string, Mistake> = {
    "an unknown cloud": {
        config: { regions: ["ibm.us-east-2"] },
        says: 'confluent-flink:regions[0]: got "ibm.us-east-2", expected a cloud and region such as "aws.us-east-2" (clouds: aws, azure, gcp)',
    },
    "an unknown region": {
        config: { regions: ["aws.us-east-2", "gcp.us-east9"] },
        preview:
            'got "us-east9", expected a region of gcp where Confluent Cloud runs Flink: asia-south1, asia-southeast1, australia-southeast1',
        up: 'FlinkAccess "flink": regions[1]: got "gcp.us-east9", expected a region where Confluent Cloud runs Flink (confluent flink region list)',
    },
    "a scope of another environment": {
        config: { regions: ["env-def456.aws.us-east-2"] },
        up: 'confluent-flink:regions[0]: got "env-def456.aws.us-east-2", expected environment env-abc123, which environmentId names; write "aws.us-east-2"',
    },
    "a region twice": {
        config: { regions: ["aws.us-east-2", "AWS.us-east-2"] },
        up: 'confluent-flink:regions[1]: got "AWS.us-east-2", which confluent-flink:regions[0] names already; expected each region once',
    },
    "an environment that does not exist": {
        config: { environmentId: "env-zzz999", regions },
        says: 'FlinkAccess "flink": environmentId: got "env-zzz999", expected an environment that exists (confluent environment list)',
    },
    "an owner that does not exist": {
        config: { regions, principal: { serviceAccountId: "sa-zzz999" }, roles: [] },
        says: 'FlinkAccess "flink": principal.serviceAccountId: got "sa-zzz999", expected a service account such as sa-111aaa that exists (confluent iam service-account list)',
    },
    "a base stack that does not exist": {
        config: { regions, principal: { stack: "organization/base/none" }, roles: [] },
        says: 'FlinkAccess "flink": principal.stack: got "organization/base/none", expected a stack that exists: org/project/stack.',
    },
    "a base stack without a principal": {
        config: { regions, principal: { stack: "organization/confluent-flink/previewed" }, roles: [] },
        up: 'FlinkAccess "flink": principal.stack: got "organization/confluent-flink/previewed", whose output principalId is missing, expected a stack that is deployed and exports principalId (sa-111aaa or u-111aaa)',
    },
    "no credentials": {
        config: { regions },
        env: {},
        up: "confluentcloud:cloudApiKey: got nothing, expected a Cloud API key and its secret: pulumi config set confluentcloud:cloudApiKey KEY;",
    },
    "a Cloud API key without its secret": {
        config: { regions },
        env: { CONFLUENT_CLOUD_API_KEY: "AAAABBBBCCCCDDDD" },
        up: "confluentcloud:cloudApiSecret: got nothing, expected a Cloud API key and its secret:",
    },
    "a service account's name that is taken": {
        config: { regions, principal: { displayName: "emulator-bootstrap" } },
        up: 'principal.displayName: got "emulator-bootstrap", which another service account of this organization already has; expected a name that is unique in the organization. If this stack created it under a former name',
    },
    "a role that the owner has already": {
        config: { regions, principal: { serviceAccountId: "sa-000aaa" }, roles: ["OrganizationAdmin"] },
        up: 'roles: got "OrganizationAdmin", which User:sa-000aaa already has at crn://confluent.cloud/organization=',
    },
};

describeWithEngine("bad input", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        emulator = await startEmulator();
        project = new PulumiProject(emulator);
        await project.init("previewed");
        await project.init("deployed");
    });

    afterAll(async () => {
        project?.remove();
        await emulator?.close();
    });

    it.each(Object.entries(mistakes))(
        "%s is named with its remedy, and nothing is created",
        async (_what, mistake) => {
            emulator.journal.clear();
            const entries = Object.entries({ environmentId: "env-abc123", ...mistake.config });
            const config = Object.fromEntries(
                entries.map(([key, value]) => [`confluent-flink:${key}`, value]),
            );
            for (const stack of ["previewed", "deployed"]) project.configure(stack, config);

            const inPreview = mistake.preview ?? mistake.says;
            const [preview, up] = await Promise.all([
                inPreview && project.run("previewed", ["preview"], mistake.env),
                project.run("deployed", ["up", "--yes", "--skip-preview"], mistake.env),
            ]);
            if (preview && inPreview) {
                expect(preview.code).not.toBe(0);
                expect(preview.text).toContain(inPreview);
            }
            expect(up.code).not.toBe(0);
            expect(up.text).toContain(mistake.up ?? mistake.says);
            expect(writes(emulator).filter((line) => !line.endsWith(" 409"))).toEqual([]);
        },
    );
});
