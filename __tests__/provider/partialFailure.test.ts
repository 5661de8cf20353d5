// The error that carries a half-made key to the engine. Not proven here: that the SDK's process passes it on (plugin
// layer) and the engine stores it encrypted (engine layer).
import { PartialFailure } from "../../provider/partialFailure";
import { renderingsOf, sentinelSecret, showsSecret } from "./sentinel";

const properties = { apiKey: "AK4NBR7MUYHVJMHW", apiSecret: sentinelSecret(1) };

describe("PartialFailure", () => {
    const failure = new PartialFailure(
        "sa-111aaa/env-abc123.aws.us-east-1",
        properties,
        new Error("not ready"),
    );

    it("has the fields that the SDK's process reads: id, properties, reasons, message", () => {
        const { id, properties: handedOver, reasons, message } = failure;
        expect({ id, reasons, message }).toEqual({
            id: "sa-111aaa/env-abc123.aws.us-east-1",
            reasons: ["not ready"],
            message: "not ready",
        });
        expect(handedOver).toBe(properties);
    });

    it("shows its properties in no text form", () => {
        expect(showsSecret(renderingsOf(failure))).toBe(false);
        expect(showsSecret(renderingsOf({ nested: [failure] }))).toBe(false);
        expect(Object.keys(failure)).not.toContain("properties");
    });

    it("accepts anything that was thrown as a reason", () => {
        expect(new PartialFailure("id", {}, "just text").reasons).toEqual(["just text"]);
    });
});
