// `conformance` against the emulator as it is. Not proven here: that it finds a service that is otherwise
// (faults.test.ts), what signals do (stopping.test.ts), and anything of Confluent Cloud itself.
import { assumptions } from "../../cli/conformance/assumptions";
import { exitCodes } from "../../cli/exitCodes";
import { leftIn, runAgainst } from "./conformanceWorld";

jest.setTimeout(60_000);

const neverChecked = assumptions.filter(({ notChecked }) => notChecked !== undefined).map(({ id }) => id);

describe("confluent-flink conformance", () => {
    it("finds every assumption true on the emulator, and leaves nothing", async () => {
        const { exitCode, err, ...outcome } = await runAgainst({
            samples: 5,
            after: (emulator) => expect(leftIn(emulator)).toEqual([]),
        });
        expect([outcome.with("false"), outcome.with("not checked"), err]).toEqual([[], neverChecked, ""]);
        expect(exitCode).toBe(exitCodes.ok);
        expect(outcome.report).toMatchObject({
            format: "confluent-flink/conformance/1",
            version: "1.2.3",
            ended: "whole",
            left: [],
            service: { endpoint: "another", region: "aws.us-east-2", role: "FlinkDeveloper" },
        });
    });
});
