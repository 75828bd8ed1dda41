#!/usr/bin/env bash
# One benchmark: create a group, wait until its clients are ready, run, keep the result, cancel the job and see it gone.
#
#   examples/single.sh
#
# Environment: BENCHMARK_ID (123), NUM_CLIENTS (5), TIME_LIMIT in minutes (10), LOAD (options of `aifactory run`),
# AIFACTORY (the program), AIFACTORY_SERVICE and AIFACTORY_TOKEN_FILE where the Client Service is not found by itself.
set -euo pipefail
aifactory=${AIFACTORY:-$(dirname "$0")/../aifactory}
id=${BENCHMARK_ID:-123}
read -ra load <<<"${LOAD:---duration 60s --concurrency 8}"

"$aifactory" group create "$id" --num-clients "${NUM_CLIENTS:-5}" --time-limit "${TIME_LIMIT:-10}"
trap '"$aifactory" group delete "$id"' EXIT
"$aifactory" wait "$id" --for ready --timeout "${TIME_LIMIT:-10}m"
"$aifactory" run "$id" --follow "${load[@]}" --output "results/$id"
