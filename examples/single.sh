#!/usr/bin/env bash
# Runs one benchmark: creates a group, waits until its clients are ready, runs the load, keeps the result, and confirms the end of the job.
#
#   examples/single.sh
#
# Environment: BENCHMARK_ID (123), NUM_CLIENTS (5), TIME_LIMIT in minutes (10), LOAD (options of `aifactory run`),
# AIFACTORY (the program), AIFACTORY_SERVICE and AIFACTORY_TOKEN_FILE if the Client Service is not found automatically.
set -euo pipefail
aifactory=${AIFACTORY:-$(dirname "$0")/../aifactory}
id=${BENCHMARK_ID:-123}
read -ra load <<<"${LOAD:---duration 60s --concurrency 8}"

"$aifactory" group create "$id" --num-clients "${NUM_CLIENTS:-5}" --time-limit "${TIME_LIMIT:-10}"
trap '"$aifactory" group delete "$id"' EXIT
"$aifactory" wait "$id" --for ready --timeout "${TIME_LIMIT:-10}m"
"$aifactory" run "$id" --follow "${load[@]}" --output "results/$id"
