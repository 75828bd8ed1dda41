#!/usr/bin/env bash
# How does the server take more and more clients? One benchmark a step, each with a group of its own. A step's job is gone, and
# that is confirmed, before the next begins: at no time are there more nodes in use than the step has clients.
#
#   examples/scaling.sh
#
# Environment: STEP (10) and MAX_CLIENTS (100), TIME_LIMIT in minutes (20), LOAD for each client; AIFACTORY and others as in single.sh.
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
    # An invalid run is a finding of this test, and so is a server that fails: the next step still tells something.
    code=0
    "$aifactory" run "$id" --follow "${load[@]}" --per-client --output "results/$id" || code=$?
    ((code <= worst)) || worst=$code
    "$aifactory" group delete "$id"
    current=
done
exit "$worst"
