/** A provider that does nothing, but has the inputs and outputs of a key: shows the cost of storing them. */
module.exports = {
    check: async (_olds, inputs) => ({ inputs, failures: [] }),
    diff: async () => ({ changes: false }),
    create: async ({ owner, environmentId, cloud, region, displayName, description }) => {
        const scope = `${environmentId}.${cloud}.${region}`;
        const key = {
            apiKey: "AAAABBBBCCCCDDDD",
            apiSecret: "s".repeat(64),
            createdAt: new Date(0).toISOString(),
        };
        const found = { scope, restEndpoint: "http://127.0.0.1:12345", status: "ready", superseded: [] };
        return { id: `${owner}/${scope}`, outs: { ...key, ...found, owner, displayName, description } };
    },
    read: async (id, props) => ({ id, props }),
    update: async (_id, outs) => ({ outs }),
    delete: async () => undefined,
};
