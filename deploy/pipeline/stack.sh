#!/usr/bin/env bash
# One command on one stack, for every CI system: deploy/pipeline/stack.sh COMMAND STACK, in a fresh checkout in which
# npm ci has run.
#
#   check     checks the stack's own file; errors in other files are only printed
#   preview   previews pulumi up, into preview.txt. A stack that does not exist yet is previewed in a temporary backend
#   up        creates the stack if it does not exist, and deploys it
#   drift     writes drift or due rotations into drift.txt, and label=none|rotation-due|drift into $GITHUB_OUTPUT
#   destroy   destroys the stack, even if its environment is gone
#   unlock    removes the lock of a killed run. Use it only if nothing else runs (docs/guides/pipelines.md)
#
# PULUMI_BACKEND_URL, PULUMI_SECRETS_PROVIDER  the backend of the state, and the secrets provider for a new stack; default: the backend's own
# PULUMI_ORGANIZATION       organization in Pulumi Cloud
# IDENTITY_POOL             pool-111aaa; empty: the one in the stack file
# READS=true                fails if IDENTITY_POOL is empty: a run that only reads must not use the identity that deploys
# TOKEN_AUDIENCE, TOKEN_REFRESH_SECONDS  for GitHub's tokens; default confluent.cloud and 200, because they live 5 minutes
# CONFLUENT_TOKEN           a token from the CI system that lives as long as the job (GitLab), instead of GitHub's tokens
# CONFLUENT_CLOUD_API_KEY, CONFLUENT_CLOUD_API_SECRET  instead of tokens
# REFRESH=true              up: refreshes first, and creates new keys for those that were deleted in Confluent Cloud
# ROTATION_TRIGGER, ROTATION_OVERLAP  up: rotation.trigger and rotation.overlap for this run only
# PREFLIGHT=false           up: skips the check of the pipeline's rights, which runs until the stack has a key
# FAIL_ON_DRIFT=true        drift: ends with 5 if a rotation is due, with 6 if something drifted
# FLINK_RESULTS             folder of preview.txt and drift.txt; default $RUNNER_TEMP, then the current folder
#
# Nothing is written into the checkout: the config with the token is a copy in a temporary folder, which is deleted at the end.
set -euo pipefail
umask 077

if [ $# -ne 2 ] || [ -z "$1" ] || [ -z "$2" ]; then
    printf 'error: got %s arguments, expected two that are not empty: deploy/pipeline/stack.sh check|preview|up|drift|destroy|unlock STACK\n' $# >&2
    exit 2
fi
command=$1
stack=$2
started=$(date +%s)
results=${FLINK_RESULTS:-${RUNNER_TEMP:-$PWD}}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
file=stacks/Pulumi.$stack.yaml
work=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/flink.XXXXXX")
config=$work/project/stacks/Pulumi.$stack.yaml
refresher=
cancelled=
# shellcheck source=deploy/pipeline/token.sh
. deploy/pipeline/token.sh

# A fresh checkout does not have the encryptedkey of a key service. The run that created the stack has put it into the state.
export PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER=true
export PULUMI_SKIP_UPDATE_CHECK=true
# Otherwise refresh and destroy would use the old token that the last deployment left in the state.
export PULUMI_RUN_PROGRAM=true

finish() {
    # The whole process group, because a remaining sleep would keep the step's output open.
    if [ -n "$refresher" ]; then kill -- "-$refresher" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap finish EXIT

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "error: $*"
    exit 1
}

# The name of the stack in the backend.
ref=$stack
if [[ ${PULUMI_BACKEND_URL:-} == https://* && -n ${PULUMI_ORGANIZATION:-} ]]; then ref=$PULUMI_ORGANIZATION/$stack; fi

# An error in one file must not stop the other stacks.
check() {
    local report code=0
    report=$(npm run --silent flink -- stacks check --offline --json) || code=$?
    if [ "$code" -ne 0 ] && [ "$code" -ne 3 ]; then return "$code"; fi
    jq --raw-output --arg stack "$stack" \
        '.mistakes[] | select(.stack != $stack) | "note: \(.file):\(.line): \(.message)"' <<<"$report" >&2
    jq --raw-output --arg stack "$stack" \
        '.mistakes[] | select(.stack == $stack) | "\(.file):\(.line): \(.message)"' <<<"$report"
    if jq --exit-status --arg stack "$stack" 'any(.mistakes[]; .stack == $stack)' <<<"$report" >/dev/null; then return 3; fi
    jq --exit-status --arg stack "$stack" 'any(.stacks[]; . == $stack)' <<<"$report" >/dev/null ||
        fail "stack: got \"$stack\", expected a stack with a stack file: $file does not exist in this commit"
}

# Whether the backend has the stack. Any other error ends the run.
is_deployed() {
    local code=0
    pulumi stack export --stack "$ref" --cwd "$work/project" >"$work/export.json" 2>"$work/export.txt" || code=$?
    if [ "$code" -eq 0 ]; then return 0; fi
    if grep -q 'no stack named' "$work/export.txt"; then return 1; fi
    cat "$work/export.txt" >&2
    exit "$code"
}

# Pulumi writes the stack's encryptedkey into its file when it creates the stack; here into the copy.
copy_config() {
    mkdir -p "$work/project/stacks"
    cp Pulumi.yaml "$work/project/Pulumi.yaml"
    if [ -f "$file" ]; then cat "$file" >"$config"; else echo 'config: {}' >"$config"; fi
}

# A right that is missing ends the run before an account exists whose key may not be created. What is only uncertain does not.
check_rights() {
    local code=0
    if [ "${PREFLIGHT:-}" = false ] || grep -q ':FlinkApiKey"' "$work/export.json" 2>/dev/null; then return; fi
    npm run --silent flink -- preflight "$stack" --cwd "$work/project" >&2 || code=$?
    if [ "$code" -eq 3 ]; then fail "nothing was created: the rights above are missing (PREFLIGHT=false skips this check)"; fi
    if [ "$code" -ne 0 ]; then say "The rights could not all be checked beforehand. The run continues."; fi
}

make_stack() { # make_stack SECRETS-PROVIDER, unless the stack file names one, which its encrypted values need
    local provider
    provider=$(sed -nE 's/^secretsprovider: *//p' "$config")
    pulumi stack init "$ref" --no-select --secrets-provider "${provider:-$1}" --cwd "$work/project" --non-interactive
}

# The provider of the keys reads the file again when a token has ended. The official provider uses the token in the config.
hand_token_over() {
    if [ "${READS:-}" = true ]; then CONFLUENT_READ_POOL=${IDENTITY_POOL:-} GITHUB_ACTIONS="" deploy/pipeline/readIdentity.sh; fi
    take_token
    if [ -z "${CONFLUENT_FLINK_TOKEN_FILE:-}" ]; then return; fi
    if [ -n "${IDENTITY_POOL:-}" ]; then
        set_config --path confluentcloud:oauth.oauthIdentityPoolId "$IDENTITY_POOL"
    fi
    set_config --secret --path confluentcloud:oauth.oauthExternalAccessToken <"$CONFLUENT_FLINK_TOKEN_FILE"
}

set_config() { pulumi config set --stack "$ref" --config-file "$config" --non-interactive "$@"; }

keep_token_fresh() {
    if [ -n "${CONFLUENT_FLINK_TOKEN_FILE:-}" ] && [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
        set -m
        while sleep "${TOKEN_REFRESH_SECONDS:-200}" && kill -0 $$; do fetch_token || true; done >/dev/null 2>&1 &
        refresher=$!
        set +m
    fi
}

# Runs pulumi and forwards the signals of a cancelled job, which a shell in between would not do. The first signal lets
# it finish its operations. The second (GitHub's SIGTERM, 7.5 s later) ends it, with its state stored and its lock released.
run() {
    local pipe=$work/output code=0
    rm -f "$pipe"
    mkfifo "$pipe"
    set -m
    tee "$work/log.txt" <"$pipe" &
    local reader=$!
    pulumi "$@" --stack "$ref" --non-interactive --color never </dev/null >"$pipe" 2>&1 &
    local child=$!
    set +m
    trap 'cancelled=yes; kill -INT "$child" 2>/dev/null || true' INT
    trap 'cancelled=yes; kill -TERM "$child" 2>/dev/null || true' TERM
    if [ -n "$cancelled" ]; then kill -INT "$child" 2>/dev/null || true; fi
    wait "$child" || true
    while kill -0 "$child" 2>/dev/null; do wait "$child" || true; done
    wait "$child" || code=$?
    wait "$reader" || true
    if [ "$code" -ne 0 ] && grep -q 'is currently locked by' "$work/log.txt"; then
        say "If the run with the lock was killed, run the job or workflow \"unlock\" (docs/guides/pipelines.md)."
    fi
    return "$code"
}

preview() {
    check
    copy_config
    if ! is_deployed; then
        # A pull request creates nothing, not even in the state backend.
        say "$stack is not deployed yet: it is previewed in a temporary backend."
        mkdir "$work/state"
        export PULUMI_BACKEND_URL=file://$work/state PULUMI_CONFIG_PASSPHRASE=preview
        ref=$stack
        make_stack passphrase
    fi
    hand_token_over
    keep_token_fresh
    local code=0
    run preview --config-file "$config" --diff || code=$?
    cp "$work/log.txt" "$results/preview.txt"
    return "$code"
}

up() {
    check
    copy_config
    is_deployed || make_stack "${PULUMI_SECRETS_PROVIDER:-default}"
    hand_token_over
    check_rights
    keep_token_fresh
    if [ -n "${ROTATION_TRIGGER:-}" ]; then add_trigger "$ROTATION_TRIGGER"; fi
    if [ -n "${ROTATION_OVERLAP:-}" ]; then set_config --path confluent-flink:rotation.overlap "$ROTATION_OVERLAP"; fi
    local arguments=(up --config-file "$config" --yes --skip-preview)
    if [ "${REFRESH:-}" = true ]; then arguments+=(--refresh); fi
    run "${arguments[@]}"
    if [ "${ROTATION_OVERLAP:-}" = 0s ]; then revoke "${arguments[@]}"; fi
}

# The text joins the one in the stack file: the next run, which has only that one, does not rotate again.
add_trigger() {
    local own
    own=$(pulumi config get --stack "$ref" --config-file "$config" --path confluent-flink:rotation.trigger --non-interactive 2>/dev/null) || own=
    set_config --path confluent-flink:rotation.trigger "${own:+$own + }$1"
}

# A run deletes one superseded key of each region. Runs again as long as that helps.
revoke() {
    local left before=
    left=$(superseded)
    while [ -n "$left" ] && [ "$left" != "$before" ]; do
        before=$left
        run "$@"
        left=$(superseded)
    done
    if [ -n "$left" ]; then fail "not deleted, and still valid: $left. Nothing replaced them that is proven to work, or the deletion failed: see above"; fi
}

superseded() {
    pulumi stack export --stack "$ref" --cwd "$work/project" |
        jq --raw-output '[.deployment.resources[]? | select(.type | endswith(":FlinkApiKey")) | .outputs.superseded[]?.apiKey] | join(", ")'
}

drift() {
    check
    copy_config
    local code=0 label
    if ! is_deployed; then
        echo "$stack is not deployed: nothing to compare." | tee "$results/drift.txt"
        echo "label=none" >>"${GITHUB_OUTPUT:-/dev/null}"
        return
    fi
    hand_token_over
    keep_token_fresh
    pulumi preview --stack "$ref" --config-file "$config" --refresh --json --non-interactive >"$work/preview.json" || code=$?
    if [ "$code" -ne 0 ]; then
        jq --raw-output '.diagnostics[]? | select(.severity == "error") | .message' "$work/preview.json" >&2 || true
        return "$code"
    fi
    # 5: a rotation is due. 6: something drifted. Any other code except 0: the check failed.
    npm run --silent flink -- drift --preview "$work/preview.json" | tee "$results/drift.txt" || code=${PIPESTATUS[0]}
    case "$code" in
        0) label=none ;;
        5) label=rotation-due ;;
        6) label=drift ;;
        *) return "$code" ;;
    esac
    echo "label=$label" >>"${GITHUB_OUTPUT:-/dev/null}"
    {
        echo "### \`$stack\`: $label"
        echo '```'
        cat "$results/drift.txt"
        echo '```'
    } >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
    if [ "${FAIL_ON_DRIFT:-}" = true ]; then return "$code"; fi
}

destroy() {
    copy_config
    if ! is_deployed; then
        echo "$stack is not deployed: nothing to destroy."
        return
    fi
    hand_token_over
    keep_token_fresh
    local arguments=(destroy --config-file "$config" --yes --skip-preview)
    if run "${arguments[@]}"; then return; fi
    if [ -n "$cancelled" ] || grep -q 'is currently locked by' "$work/log.txt"; then return 1; fi
    # The program may fail because its environment is gone. It got as far as its provider, so the state
    # now has this run's token.
    say "Trying again without the program, after a refresh, which drops what is gone."
    PULUMI_RUN_PROGRAM=false run "${arguments[@]}" --refresh
}

# Every run of the stack is in one group, and the caller is alone in it. So a lock that is older than this job and was created by
# the user that jobs run as belongs to a dead job.
unlock() {
    copy_config
    if [[ ${PULUMI_BACKEND_URL:-} == https://* ]]; then
        fail "Pulumi Cloud releases the lock of a dead run by itself, within minutes: run again later"
    fi
    # A refresh that targets nothing: it requests the lock, and prints who has it.
    local nothing=urn:pulumi:$stack::confluent-flink::none:none:none::none locks
    PULUMI_RUN_PROGRAM=false pulumi refresh --stack "$ref" --config-file "$config" --target "$nothing" --yes --skip-preview \
        --non-interactive --color never >"$work/locks.txt" 2>&1 || true
    locks=$(sed -nE 's/.*: created by (.*)@([^@ ]*) \(pid [0-9]+\) at (.*)$/\1 \2 \3/p' "$work/locks.txt")
    if ! grep -q 'is currently locked by' "$work/locks.txt"; then
        if [ -z "$locks" ] && grep -qE 'no stack named|no resource named|could not be found' "$work/locks.txt"; then
            echo "$stack is not locked."
            return
        fi
        cat "$work/locks.txt" >&2
        return 1
    fi
    [ -n "$locks" ] || fail "the lock does not say who made it: $(cat "$work/locks.txt")"
    local user host at
    while read -r user host at; do
        [ "$user" = "$(id -un)" ] ||
            fail "the lock of $stack was made by $user@$host at $at, expected a lock of this pipeline ($(id -un)): ask them first. Nothing was unlocked"
        [ "$(date --date "$at" +%s)" -lt "$started" ] ||
            fail "the lock of $stack was made at $at by $user@$host, after this job began, so a run is in progress. Nothing was unlocked"
    done <<<"$locks"
    pulumi cancel --stack "$ref" --cwd "$work/project" --yes --non-interactive
    echo "$stack is unlocked. The lock was $locks. The next pulumi up finds the keys that the dead run left."
}

case "$command" in
    check | preview | up | drift | destroy | unlock) "$command" ;;
    *) fail "command: got \"$command\", expected check, preview, up, drift, destroy or unlock" ;;
esac
