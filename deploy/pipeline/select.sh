#!/usr/bin/env bash
# The stacks of a run, as batches for a matrix: deploy/pipeline/select.sh prints [["dev","prod"]], at most 256 names in each,
# which is GitHub's limit; [] if there are none.
#
# BASE      only stacks that a change since this commit affects; all if this checkout does not have it (first or forced push)
# PATTERN   only stacks with this name, with * and ?. A pattern without a match is an error, unless it is "*"
# BATCH     names in each batch, default 256
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

arguments=(stacks list --json)
if [ "${PATTERN:-*}" != '*' ]; then arguments+=("$PATTERN"); fi
if [ -n "${BASE:-}" ]; then
    # After a forced push the commit is gone; for a first push it is all zeros.
    if git merge-base "$BASE" HEAD >/dev/null 2>&1; then
        arguments+=(--changed-since "$BASE")
    else
        echo "note: this checkout has no ancestor $BASE: all stacks are selected." >&2
    fi
fi
# Not inside the next line, where a failure would be ignored.
stacks=$(npm run --silent flink -- "${arguments[@]}")
jq --compact-output --argjson size "${BATCH:-256}" '. as $all | [range(0; length; $size) | $all[. : . + $size]]' <<<"$stacks"
