// What a failed look-up means, out of the words that the engine and the official provider (2.82) said in runs of wrong programs.
// Not proven here: that another version says the same; then the words stand as they came.
import { isAnswerAboutValue, lookUpError } from "../../components/lookUpError";

const invoked =
    "invocation of confluentcloud:index/getEnvironment:getEnvironment returned an error: invoking confluentcloud:index/getEnvironment:getEnvironment: 1 error occurred:\n\t* ";
const reading = `${invoked}error reading Environment "env-abc123": `;

describe("lookUpError", () => {
    it.each([
        [
            "a wrong Cloud API key",
            `${reading}401 Unauthorized: invalid API key: make sure you're using a valid API key and secret for this endpoint.`,
            /^confluentcloud:cloudApiKey: Confluent Cloud does not accept the Cloud API key \(401\); expected one that exists/,
        ],
        [
            "no credentials",
            `${reading}401 Unauthorized: Valid authentication credentials must be provided.`,
            /^confluentcloud:cloudApiKey: got nothing, expected a Cloud API key and its secret/,
        ],
        [
            "a proxy that wants a password",
            `${reading}Get "https://api.example.com/org/v2/environments/env-abc123": Proxy Authentication Required`,
            /^a proxy between here and Confluent Cloud refused the request; expected HTTPS_PROXY to let it through/,
        ],
        [
            "nobody there",
            `${reading}Get "http://127.0.0.1:9/org": dial tcp 127.0.0.1:9: connect: connection refused`,
            /^Confluent Cloud could not be reached; expected a way from here to confluentcloud:endpoint/,
        ],
        [
            "a web page",
            `${reading}invalid character '<' looking for beginning of value`,
            /^something between here and Confluent Cloud answered with a web page/,
        ],
        [
            "a plugin that is not installed",
            "no resource plugin 'pulumi-resource-confluentcloud' found in the workspace at version v2.82.0 or on your $PATH",
            /^provider confluentcloud: its plugin is not installed.+pulumi plugin install resource confluentcloud/,
        ],
    ])("tells %s from a mistake in the program", (_what, said, meaning) => {
        expect(lookUpError(said, { HTTPS_PROXY: "http://proxy.example.com" })).toMatch(meaning);
    });

    it("names the variables of another tool that are set, and those that are missing beside them", () => {
        const said = `${invoked}All 7 flink_api_key, flink_api_secret, flink_rest_endpoint, organization_id, environment_id, flink_compute_pool_id, flink_principal_id attributes should be set or not set in the provider block at the same time`;
        const env = { FLINK_API_KEY: "AK4NBR7MUYHVJMHW", FLINK_API_SECRET: "secret" };
        expect(lookUpError(said, env)).toMatch(
            /got FLINK_API_KEY, FLINK_API_SECRET without FLINK_REST_ENDPOINT.+unset FLINK_API_KEY FLINK_API_SECRET$/,
        );
    });

    it.each([
        `${reading}404 Not Found: The environment 'env-abc123' does not exist.`,
        `${reading}403 Forbidden: Forbidden Access`,
        'error reading flink region: there aren\'t any flink regions with "cloud"="AWS", "region"="us-east-2"',
    ])("leaves what Confluent Cloud said of the thing itself to the argument that names it: %s", (said) => {
        expect(lookUpError(said, {})).toBeUndefined();
        expect(isAnswerAboutValue(said)).toBe(true);
    });

    it("shows no value of a variable", () => {
        const env = {
            FLINK_API_KEY: "AK4NBR7MUYHVJMHW",
            FLINK_API_SECRET: "cfltSENTINEL",
            HTTPS_PROXY: "http://u:pw@p",
        };
        for (const said of ["All 7 flink_api_key, a", "407", "connection refused", "<html>"])
            expect(lookUpError(said, env)).not.toMatch(/AK4NBR7|SENTINEL|pw@/);
    });
});
