module.exports = globalThis.requireShared("fastify");
