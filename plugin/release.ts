import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Release } from "./schema";

// package.json is two folders above dist/plugin, in this repository and in an installed package. The bundle of a release has a file
// of its own in place of this one (`bundle.js`).
const { version, repository } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));

export const release: Release = {
    version,
    repository: repository?.url,
    confluentcloudVersion: require("@pulumi/confluentcloud/package.json").version,
};
