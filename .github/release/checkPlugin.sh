#!/usr/bin/env bash
# Builds the archives of the Pulumi plugin that a release has, and checks them: .github/release/checkPlugin.sh FOLDER. The build of the
# package must have run. Each archive starts with nothing else of this repository, and the checksums are those of the files.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

folder=${1:?the folder}
version=$(jq --raw-output .version package.json)
node plugin/bundle.mjs "$folder"
fail() {
    echo "$*" >&2
    exit 1
}
(cd "$folder" && sha256sum --check --quiet SHA256SUMS)
[ "$(jq --raw-output .version "$folder/schema.json")" = "$version" ] ||
    fail "schema.json: got another version than $version, the one in package.json"
[ "$(jq --raw-output '.dependencies["pulumi-confluent-flink"]' deploy/plugin/package.json)" = "$version" ] ||
    fail "deploy/plugin/package.json: pulumi-confluent-flink: got another version than $version, the one in package.json"
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
for os in darwin linux windows; do
    for architecture in amd64 arm64; do
        archive=$folder/pulumi-resource-confluent-flink-v$version-$os-$architecture.tar.gz
        rm -rf "${unpacked:?}"/*
        tar --extract --gzip --file "$archive" --directory "$unpacked"
        [ -f "$unpacked/pulumi-resource-confluent-flink.cmd" ] || fail "$archive: got no command for Windows"
        "$unpacked/pulumi-resource-confluent-flink" --help | grep --quiet "version $version" ||
            fail "$archive: got a plugin that does not start, or has another version than $version"
    done
done
