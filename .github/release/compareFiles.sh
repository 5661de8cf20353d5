#!/usr/bin/env bash
# Compares the files that npm would publish, of each package, with the committed list: nothing gets in or falls out unseen.
# After a change that is meant: .github/release/compareFiles.sh --update
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

differs=0
compare() { # compare FOLDER LIST
    local packed
    # The build has been made; its output would stand before the JSON.
    packed=$(npm pack "$1" --dry-run --ignore-scripts --json | jq --raw-output '.[0].files[].path' | LC_ALL=C sort)
    if [ "$update" = --update ]; then
        printf '%s\n' "$packed" >"$2"
    elif ! diff --unified=0 "$2" <(printf '%s\n' "$packed"); then
        echo "npm would publish other files than $2 names (+ more, - fewer). If it is meant: $0 --update" >&2
        differs=1
    fi
}
update=${1:-}
compare . .github/release/files.txt
compare ./dist/emulator .github/release/emulatorFiles.txt
exit "$differs"
