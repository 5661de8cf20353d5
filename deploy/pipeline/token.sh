# shellcheck shell=bash disable=SC2154
# Sourced by the other scripts: writes the job's identity token into the file $work/token.

fetch_token() {
    # The token by standard input: every process of the machine can read the arguments of curl.
    printf 'Authorization: bearer %s\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
        curl --fail --silent --show-error --retry 3 --max-time 30 --header @- \
            "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${TOKEN_AUDIENCE:-confluent.cloud}" |
        jq --exit-status --raw-output '.value' | tr -d '\n' >"$work/token.new"
    mv "$work/token.new" "$work/token"
}

# Sets CONFLUENT_FLINK_TOKEN_FILE if the job has a token and no Cloud API key.
take_token() {
    if [ -n "${CONFLUENT_CLOUD_API_KEY:-}" ]; then return; fi
    if [ -n "${CONFLUENT_TOKEN:-}" ]; then
        printf '%s' "$CONFLUENT_TOKEN" >"$work/token"
        unset CONFLUENT_TOKEN
    elif [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
        fetch_token
        # Only here, where nothing else writes to the log: in the middle of a line it would print the token.
        echo "::add-mask::$(cat "$work/token")"
    else
        return 0
    fi
    export CONFLUENT_FLINK_TOKEN_FILE=$work/token
}
