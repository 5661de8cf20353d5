#!/usr/bin/env bash
# The child pipeline of a run: a job for each stack. JSON is YAML. FLINK_COMMAND, FLINK_STACKS (a pattern), BASE (a commit).
#
# What changes a stack runs alone (resource_group) and in the environment of its name, whose rules protect it; unlock as well,
# so that no other run of this project can hold the lock. What only reads holds up nothing.
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
    echo "FLINK_STACKS: got \"${FLINK_STACKS:-*}\", expected the name of one stack, for $FLINK_COMMAND is not done to several at once" >&2
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
                IDENTITY_POOL: (if $reads then "$CONFLUENT_READ_POOL" else "$CONFLUENT_IDENTITY_POOL" end)
            }
        }
        + (if $reads then {} else { resource_group: "flink-stack-\($stack)", environment: { name: $stack } } end)
        + (if $command == "drift" then { allow_failure: { exit_codes: [5] } } else {} end);
    { include: [{ local: "deploy/gitlab/flink-stack.gitlab-ci.yml" }] }
    + (if length == 0 then { nothing: { script: ["echo No stack to run on."], variables: { GIT_STRATEGY: "none" } } }
       else reduce .[][] as $stack ({}; . + { "\($command) \($stack)": job($stack) }) end)
' <<<"$batches"
