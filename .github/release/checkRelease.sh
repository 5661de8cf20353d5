#!/usr/bin/env bash
# Checks whether a tag may be released: .github/release/checkRelease.sh v1.2.3. The tag must be the version in package.json.
# CHANGELOG.md must have a section for it, and nothing under Unreleased. package.json must have repository, homepage and bugs:
# npm compares repository with where the package was built (provenance), and resolves README's relative links with it.
# Prints the section, for the notes of the release.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tag=${1:?the tag}
version=$(jq --raw-output .version package.json)
fail() {
    echo "$*" >&2
    exit 1
}
[ "$tag" = "v$version" ] || fail "tag: got $tag, expected v$version, the version in package.json"
section() { # section HEADING: the lines below it, up to the next heading of the same level
    awk -v heading="## $1" '$0 == heading || index($0, heading " ") == 1 { found = 1; next } /^## / { found = 0 } found' CHANGELOG.md |
        sed -e '/./,$!d'
}
notes=$(section "$version")
[ -n "$notes" ] || fail "CHANGELOG.md: got nothing below \"## $version\", expected what this release changes"
[ -z "$(section Unreleased)" ] || fail "CHANGELOG.md: got changes below \"## Unreleased\", expected them below \"## $version\""
missing=$(jq --raw-output '[if .repository.url then empty else "repository" end, (("homepage", "bugs") as $name | if .[$name] then empty else $name end)] | join(", ")' package.json)
[ -z "$missing" ] ||
    fail "package.json: got no $missing, expected the repository that publishes it: .github/release/nameRepository.sh OWNER/NAME"
printf '%s\n' "$notes"
