// Which credentials a command uses for a stack file. Not proven here: that it connects (cli/preflight, cli/stacks).
import { connectForFile } from "../../cli/connect";
import { encrypted } from "../../cli/stacks/stackFile";

describe("connectForFile", () => {
    it("says so if the endpoint of the stack file is encrypted", () => {
        const env = { CONFLUENT_CLOUD_API_KEY: "ABCDEFGH12345678", CONFLUENT_CLOUD_API_SECRET: "secret" };
        expect(connectForFile({ "confluentcloud:endpoint": encrypted }, env)).toMatch(
            /^confluentcloud:endpoint: got an encrypted value, expected https:\/\/api\.confluent\.cloud, /,
        );
    });
});
