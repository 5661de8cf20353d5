// Preloaded by the processes of the SDK that tests start: ../notLoaded.js says what it spares them.
const Module = require("node:module");

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
    const isSpared = request === "@npmcli/arborist" || request.endsWith("/typescript-shim");
    return resolve.call(this, isSpared ? require.resolve("../notLoaded.js") : request, ...rest);
};
