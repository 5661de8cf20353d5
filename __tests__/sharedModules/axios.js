module.exports = globalThis.requireShared("axios");
