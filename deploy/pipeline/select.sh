#!/usr/bin/env bash
# The stacks of a run, as batches for a matrix: deploy/pipeline/select.sh prints [["dev","prod"]], at most 256 names in each,
# which is what GitHub takes; [] where there are none.
#
# BASE      only what a change since this commit touches; all where it is no commit of this checkout (first or forced push)
# PATTERN   only stacks of this name, with * and ?. One that fits nothing is an error, unless it is "*"
# BATCH     names in each batch, default 256
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

arguments=(stacks list --json)
if [ "${PATTERN:-*}" != '*' ]; then arguments+=("$PATTERN"); fi
if [ -n "${BASE:-}" ]; then
    # A forced push takes the commit away; the first push names one of zeros.
    if git merge-base "$BASE" HEAD >/dev/null 2>&1; then
        arguments+=(--changed-since "$BASE")
    else
        echo "note: $BASE is no commit that this one comes from: all stacks." >&2
    fi
fi
# Not inside of the next line: there a failure would be swallowed.
stacks=$(npx --no -- confluent-flink "${arguments[@]}")
jq --compact-output --argjson size "${BATCH:-256}" '. as $all | [range(0; length; $size) | $all[. : . + $size]]' <<<"$stacks"
