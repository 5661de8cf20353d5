#!/usr/bin/env bash
# Compares the files of each package that npm would publish with the committed list, so that no file is added or lost unnoticed.
# If the change is intended: .github/release/compareFiles.sh --update
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

differs=0
compare() { # compare FOLDER LIST
    local packed
    # --ignore-scripts: the build must have run already. Its output would come before the JSON.
    packed=$(npm pack "$1" --dry-run --ignore-scripts --json | jq --raw-output '.[0].files[].path' | LC_ALL=C sort)
    if [ "$update" = --update ]; then
        printf '%s\n' "$packed" >"$2"
    elif ! diff --unified=0 "$2" <(printf '%s\n' "$packed"); then
        echo "npm would publish other files than $2 lists (+ added, - missing). If this is intended, run $0 --update" >&2
        differs=1
    fi
}
update=${1:-}
compare . .github/release/files.txt
compare ./dist/emulator .github/release/emulatorFiles.txt
exit "$differs"
