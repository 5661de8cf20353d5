// Run before each test file. Node builds this set anew at each access to Jest's copy of `process`, and axios looks at it in each request.
Object.defineProperty(process, "allowedNodeEnvironmentFlags", { value: process.allowedNodeEnvironmentFlags });
// Jest sets 100, and maps each frame of each error back to its source.
Error.stackTraceLimit = 15;
