// What the error itself shows. Not proven here: how the SDK prints it, which __tests__/engine/badInput.test.ts proves.
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { programError } from "../../components/programError";

describe("programError", () => {
    it("is an error that the SDK prints as one line", () => {
        expect(pulumi.RunError.isInstance(programError("regions: got [], expected one"))).toBe(true);
    });

    it("keeps its message when the SDK puts words before it", () => {
        const error = programError("regions: got [], expected one");
        error.message = `error serializing property "displayName": ${error.message}`;
        expect(error.message).toBe("regions: got [], expected one");
    });

    it("holds no stack frames, over which Node's formatter may run for half a minute", () => {
        expect(inspect(programError("regions: got [], expected one"), { colors: true })).not.toMatch(
            /\n\s+at /,
        );
    });
});
