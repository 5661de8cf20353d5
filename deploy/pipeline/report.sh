#!/usr/bin/env bash
# Reports all Flink API keys: deploy/pipeline/report.sh STACK, in a fresh checkout in which npm ci has run. STACK is the one
# whose config has the endpoint and identity pool; the report shows all keys that the credentials are allowed to see.
#
# Writes flink-keys.md, flink-keys.html and flink-keys.prom, each completely or not at all, and adds the first one to the job's summary.
# Exit codes are those of pulumi-confluent-flink report: 3 if one of the CONDITIONS is met, 4 if something could not be read.
#
# CONDITIONS                stray, overdue, orgadmin, drift, unready, older-than=90d, with commas; empty: none
# IDENTITY_POOL, TOKEN_AUDIENCE, CONFLUENT_TOKEN, CONFLUENT_CLOUD_API_KEY, PULUMI_BACKEND_URL, FLINK_RESULTS  as in stack.sh
set -euo pipefail
umask 077

stack=${1:?the stack whose config names Confluent Cloud}
results=${FLINK_RESULTS:-${RUNNER_TEMP:-$PWD}}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/flink.XXXXXX")
trap 'rm -rf "$work"' EXIT
# shellcheck source=deploy/pipeline/token.sh
. deploy/pipeline/token.sh
export PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER=true
export PULUMI_SKIP_UPDATE_CHECK=true

# A copy of the project, so that nothing is written into the checkout.
mkdir -p "$work/project"
cp Pulumi.yaml "$work/project/"
cp -R stacks "$work/project/stacks"
chmod -R u+w "$work/project"
arguments=(report --cwd "$work/project")
take_token
if [ -n "${CONFLUENT_FLINK_TOKEN_FILE:-}" ]; then
    arguments+=(--config-from "$stack")
    if [ -n "${IDENTITY_POOL:-}" ]; then
        pulumi config set --stack "$stack" --config-file "$work/project/stacks/Pulumi.$stack.yaml" --non-interactive \
            --path confluentcloud:oauth.oauthIdentityPoolId "$IDENTITY_POOL"
    fi
fi

report() { npm run --silent flink -- "${arguments[@]}" "$@"; }
report --prometheus >"$work/flink-keys.prom"
mv "$work/flink-keys.prom" "$results/flink-keys.prom"
code=0
report --markdown --html "$work/flink-keys.html" ${CONDITIONS:+--fail-on "$CONDITIONS"} >"$work/flink-keys.md" || code=$?
for form in md html; do
    if [ -s "$work/flink-keys.$form" ]; then mv "$work/flink-keys.$form" "$results/"; fi
done
if [ -f "$results/flink-keys.md" ]; then cat "$results/flink-keys.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"; fi
exit "$code"
