#!/usr/bin/env bash
# Fails if npm would publish a file that no line of the package's list allows. Each line is an extended regular expression of whole
# paths, so that a new source file needs no change of the list, and a key, a state or a test never goes out unnoticed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

status=0
check() { # check FOLDER LIST
    local packed
    # --ignore-scripts: the build must have run already. Its output would come before the JSON.
    packed=$(npm pack "$1" --dry-run --ignore-scripts --json | jq --raw-output '.[0].files[].path')
    if grep --invert-match --line-regexp --extended-regexp --file "$2" <<<"$packed"; then
        echo "npm would publish these files, which $2 does not allow" >&2
        status=1
    fi
}
check . .github/release/files.txt
check ./dist/emulator .github/release/emulatorFiles.txt
exit "$status"
