#!/usr/bin/env bash
# Writes the child pipeline of a run: one job for each stack. JSON is YAML. FLINK_COMMAND, FLINK_STACKS (a pattern), BASE (a commit).
#
# Whatever changes a stack runs alone (resource_group), in the environment with the stack's name, whose rules protect it. So does unlock,
# so that no other run of this project can have the lock. Runs that only read block nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

case "$FLINK_COMMAND" in
    preview | up | drift | destroy | unlock) ;;
    *)
        echo "FLINK_COMMAND: got \"$FLINK_COMMAND\", expected preview, up, drift, destroy or unlock" >&2
        exit 2
        ;;
esac
if [[ $FLINK_COMMAND == destroy || $FLINK_COMMAND == unlock ]] && [[ ${FLINK_STACKS:-*} == *[*?]* ]]; then
    echo "FLINK_STACKS: got \"${FLINK_STACKS:-*}\", expected the name of one stack, because $FLINK_COMMAND is for one stack at a time" >&2
    exit 2
fi
batches=$(PATTERN=${FLINK_STACKS:-*} BATCH=100000 deploy/pipeline/select.sh)
jq --arg command "$FLINK_COMMAND" '
    (($command == "preview") or ($command == "drift")) as $reads
    | def job($stack):
        {
            extends: ".flink-stack",
            variables: {
                STACK: $stack,
                COMMAND: $command,
                READS: ($reads | tostring),
                IDENTITY_POOL: (if $reads then "$CONFLUENT_READ_POOL" else "$CONFLUENT_IDENTITY_POOL" end)
            }
        }
        + (if $reads then {} else { resource_group: "flink-stack-\($stack)", environment: { name: $stack } } end)
        + (if $command == "drift" then { allow_failure: { exit_codes: [5] } } else {} end);
    { include: [{ local: "deploy/gitlab/flink-stack.gitlab-ci.yml" }] }
    + (if length == 0 then { nothing: { script: ["echo No stack to run on."], variables: { GIT_STRATEGY: "none" } } }
       else reduce .[][] as $stack ({}; . + { "\($command) \($stack)": job($stack) }) end)
' <<<"$batches"
