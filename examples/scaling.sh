#!/usr/bin/env bash
# Measures the server with an increasing number of clients: one benchmark per step, each with a separate group. The next step starts
# after the end of the previous job is confirmed, so that no more nodes are in use than the step has clients.
#
#   examples/scaling.sh
#
# Environment: STEP (10) and MAX_CLIENTS (100), TIME_LIMIT in minutes (20), PAUSE (seconds between two steps, 0), LOAD per client; AIFACTORY and
# the other variables of single.sh.
set -euo pipefail
aifactory=${AIFACTORY:-$(dirname "$0")/../aifactory}
step=${STEP:-10} most=${MAX_CLIENTS:-100} minutes=${TIME_LIMIT:-20}
read -ra load <<<"${LOAD:---duration 60s --concurrency 8}"
current=
worst=0
trap '[[ -z $current ]] || "$aifactory" group delete "$current"' EXIT

for ((clients = step; clients <= most; clients += step)); do
    id=$((1000 + clients))
    echo "benchmark $id with $clients clients"
    "$aifactory" group create "$id" --num-clients "$clients" --time-limit "$minutes"
    current=$id
    "$aifactory" wait "$id" --for ready --timeout "${minutes}m"
    # An invalid run or a failing server is a result, too: continue with the next step.
    code=0
    "$aifactory" run "$id" --follow "${load[@]}" --per-client --output "results/$id" || code=$?
    ((code <= worst)) || worst=$code
    "$aifactory" group delete "$id"
    current=
    ((clients + step > most)) || sleep "${PAUSE:-0}"
done
exit "$worst"
