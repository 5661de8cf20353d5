// Why a look-up failed, from what the engine and the official provider (2.82) said in runs of wrong programs. Not proven here: which
// argument is named, and the run that stops, which __tests__/engine/badInput.test.ts proves.
import { lookUpError } from "../../components/lookUpError";

const invoked =
    "invocation of confluentcloud:index/getEnvironment:getEnvironment returned an error: invoking confluentcloud:index/getEnvironment:getEnvironment: 1 error occurred:\n\t* ";
const reading = `${invoked}error reading Environment "env-abc123": `;
const elsewhere =
    /^nothing could be looked up; expected a way from here to confluentcloud:endpoint .+ HTTPS_PROXY and NO_PROXY of this shell count\), and the plugin of confluentcloud/;

describe("lookUpError", () => {
    it.each([
        [
            "a wrong Cloud API key, or none",
            `${reading}401 Unauthorized: invalid API key`,
            /^confluentcloud:cloudApiKey: got nothing, or nothing that/,
        ],
        [
            "a proxy that wants a password",
            `${reading}407 Proxy Authentication Required`,
            /^a proxy .+\(407\); expected HTTPS_PROXY to let it through/,
        ],
        ["nobody there", `${reading}dial tcp 127.0.0.1:9: connect: connection refused`, elsewhere],
        ["a web page", `${reading}invalid character '<' looking for beginning of value`, elsewhere],
        [
            "a plugin that is not installed",
            "no resource plugin 'pulumi-resource-confluentcloud' found in the workspace",
            elsewhere,
        ],
        ["words that nobody has seen yet", "a new message", elsewhere],
    ])("tells %s from a mistake in the program", (_what, said, meaning) => {
        expect(lookUpError(said, { HTTPS_PROXY: "http://proxy.example.com" })).toMatch(meaning);
    });

    it("names the variables of another tool that are set, and those that are missing beside them", () => {
        const env = { FLINK_API_KEY: "AK4NBR7MUYHVJMHW", FLINK_API_SECRET: "secret" };
        expect(lookUpError("attributes should be set or not set", env)).toMatch(
            /got FLINK_API_KEY, FLINK_API_SECRET without FLINK_REST_ENDPOINT.+unset FLINK_API_KEY FLINK_API_SECRET$/,
        );
    });

    it.each([
        `${reading}404 Not Found: The environment 'env-abc123' does not exist.`,
        `${reading}403 Forbidden: Forbidden Access`,
        'error reading flink region: there aren\'t any flink regions with "cloud"="AWS", "region"="us-east-2"',
    ])("leaves what Confluent Cloud said of the value to the argument that names it: %s", (said) => {
        expect(lookUpError(said, {})).toBeUndefined();
    });

    it("shows no value of a variable", () => {
        const env = { FLINK_API_KEY: "AK4NBR7MUYHVJMHW", HTTPS_PROXY: "http://u:pw@p" };
        expect(lookUpError("connection refused", env)).not.toMatch(/AK4NBR7|pw@/);
        for (const said of ["407", "401", "connection refused"])
            expect(lookUpError(said, { HTTPS_PROXY: env.HTTPS_PROXY })).not.toContain("pw@");
    });
});
