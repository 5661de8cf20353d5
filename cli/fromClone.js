// npm run --silent flink -- COMMAND: the command in a clone of this repository. It builds and installs nothing; npx would pack
// and build the clone for each call.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const main = join(__dirname, "..", "dist", "cli", "main.js");
if (existsSync(main)) {
    // npm runs scripts in the repository's root. Paths among the arguments are relative to the caller's folder.
    process.chdir(process.env.INIT_CWD ?? process.cwd());
    require(main);
} else {
    console.error(`${main} does not exist: build the command with npm ci, or npm run build after npm ci.`);
    process.exitCode = 1;
}
