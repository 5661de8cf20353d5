#!/usr/bin/env bash
# Writes repository, homepage and bugs into package.json: .github/release/nameRepository.sh OWNER/NAME. The plugin's schema gets the
# first two, and where engines download the plugin, and Go its SDK. In the documents that the package ships, links to files that it
# does not ship become links to this version on GitHub.
# This is the only place that sets them: the release passes the repository that it runs in. npm compares it with where a
# package was built (provenance), and resolves README's relative links with it. Run this before `npm ci`: the build copies the
# values into the emulator's package. If a package.json names another repository, this fails: to publish a fork, remove it first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

name=${1:-}
if ! [[ $name =~ ^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$ ]]; then
    echo "repository: got \"$name\", expected OWNER/NAME as on GitHub" >&2
    exit 2
fi
address=https://github.com/$name
url=$(jq --raw-output '.repository.url // empty' package.json)
if [ -n "$url" ] && [ "$url" != "git+$address.git" ]; then
    echo "package.json: repository: got $url, expected git+$address.git, the repository that this release runs in, or none" >&2
    exit 1
fi
named=$(jq --indent 4 --arg address "$address" '
    .repository = { type: "git", url: "git+\($address).git" }
    | .homepage = "\($address)#readme" | .bugs = "\($address)/issues"' package.json)
printf '%s\n' "$named" >package.json
# Pulumi's Registry requires publisher and pluginDownloadURL.
schema=$(jq --indent 4 --arg name "$name" --arg address "$address" '
    .homepage = $address | .repository = $address | .publisher = ($name | split("/")[0])
    | .pluginDownloadURL = "github://api.github.com/\($name)"
    | .language.go.importBasePath = "github.com/\($name)/sdk/go/confluentflink"' plugin/schema.json)
printf '%s\n' "$schema" >plugin/schema.json

node - "$address" <<'END'
const { existsSync, readFileSync, statSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path").posix;
const { files = [], version } = JSON.parse(readFileSync("package.json", "utf8"));
const shipped = ["README.md", ...files.filter((file) => file.endsWith(".md"))].filter((file) => existsSync(file));
for (const file of shipped) {
    const text = readFileSync(file, "utf8").replace(/\]\((?![a-z]+:|#)([^()\s#]+)/g, (link, target) => {
        const path = join(dirname(file), target);
        if (shipped.includes(path)) return link;
        const kind = existsSync(path) && statSync(path).isDirectory() ? "tree" : "blob";
        return `](${process.argv[2]}/${kind}/v${version}/${path}`;
    });
    writeFileSync(file, text);
}
END
