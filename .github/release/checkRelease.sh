#!/usr/bin/env bash
# Whether a tag may be released: .github/release/checkRelease.sh v1.2.3. The tag is the version of package.json, CHANGELOG.md
# has a section of it, nothing is left under Unreleased, and both packages name the repository, which npm compares with the
# one that publishes (provenance). Prints the section, for the release's notes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tag=${1:?the tag}
version=$(jq --raw-output .version package.json)
fail() {
    echo "$*" >&2
    exit 1
}
[ "$tag" = "v$version" ] || fail "tag: got $tag, expected v$version, which package.json says"
section() { # section HEADING: the lines below it, up to the next heading of its level
    awk -v heading="## $1" '$0 == heading || index($0, heading " ") == 1 { found = 1; next } /^## / { found = 0 } found' CHANGELOG.md |
        sed -e '/./,$!d'
}
notes=$(section "$version")
[ -n "$notes" ] || fail "CHANGELOG.md: got nothing below \"## $version\", expected what this release changes"
[ -z "$(section Unreleased)" ] || fail "CHANGELOG.md: got changes below \"## Unreleased\", expected them below \"## $version\""
for package in package.json deploy/npm-placeholder/package.json; do
    jq --exit-status '.repository.url // empty' "$package" >/dev/null ||
        fail "$package: got no repository, expected the one that it is published from, with which npm compares it: .github/release/nameRepository.sh OWNER/NAME"
done
printf '%s\n' "$notes"
