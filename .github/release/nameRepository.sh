#!/usr/bin/env bash
# Writes into every package that is published where its source is: .github/release/nameRepository.sh OWNER/NAME. The release
# gives the repository that it runs in, so the address stands nowhere else; npm compares it with where a package was built
# (provenance), and leads README's links there. Before `npm ci`, whose build takes it over for the emulator's package. A
# package.json that names another repository is refused: whoever publishes a fork takes it out first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

name=${1:-}
if ! [[ $name =~ ^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$ ]]; then
    echo "repository: got \"$name\", expected OWNER/NAME, as GitHub writes it" >&2
    exit 2
fi
address=https://github.com/$name
for package in package.json deploy/npm-placeholder/package.json; do
    url=$(jq --raw-output '.repository.url // empty' "$package")
    if [ -n "$url" ] && [ "$url" != "git+$address.git" ]; then
        echo "$package: repository: got $url, expected git+$address.git, which this release runs in, or nothing" >&2
        exit 1
    fi
    folder=$(dirname "$package")
    named=$(jq --indent 4 --arg address "$address" --arg folder "${folder#.}" '
        .repository = ({ type: "git", url: "git+\($address).git" } + if $folder == "" then {} else { directory: $folder } end)
        | .homepage = "\($address)#readme" | .bugs = "\($address)/issues"' "$package")
    printf '%s\n' "$named" >"$package"
done
