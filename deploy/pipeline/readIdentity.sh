#!/usr/bin/env bash
# Fails if a run that only reads (preview, drift, report) has no identity of its own. It must not fall back to the one that deploys:
# such a run is started by a branch that nobody has reviewed.
#
# CONFLUENT_READ_POOL       the identity pool that only reads. A Cloud API key (CONFLUENT_CLOUD_API_KEY) counts too
# AWS_READ_ROLE_ARN, GCP_READ_SERVICE_ACCOUNT, AZURE_READ_CLIENT_ID  the identity that reads the state, by PULUMI_BACKEND_URL
set -euo pipefail

missing=()
need() { if [ -z "${!1:-}" ]; then missing+=("$1"); fi; }
if [ -z "${CONFLUENT_CLOUD_API_KEY:-}" ]; then need CONFLUENT_READ_POOL; fi
if [ -n "${GITHUB_ACTIONS:-}" ]; then
    case "${PULUMI_BACKEND_URL:-}" in
    s3://*) need AWS_READ_ROLE_ARN ;;
    gs://*) need GCP_READ_SERVICE_ACCOUNT ;;
    azblob://*) need AZURE_READ_CLIENT_ID ;;
    esac
fi
if [ ${#missing[@]} -gt 0 ]; then
    echo "${missing[*]}: got nothing, expected an identity that only reads: this run must not use the one that deploys (docs/guides/pipelines.md)" >&2
    exit 2
fi
