#!/usr/bin/env bash
# Compares the files that npm would publish with the committed list: nothing gets in or falls out unseen. After a change that
# is meant: .github/release/compareFiles.sh --update
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

list=.github/release/files.txt
# The build has been made; its output would stand before the JSON.
packed=$(npm pack --dry-run --ignore-scripts --json | jq --raw-output '.[0].files[].path' | LC_ALL=C sort)
if [ "${1:-}" = --update ]; then
    printf '%s\n' "$packed" >"$list"
elif ! diff --unified=0 "$list" <(printf '%s\n' "$packed"); then
    echo "npm would publish other files than $list names (+ more, - fewer). If it is meant: $0 --update" >&2
    exit 1
fi
