#!/usr/bin/env bash
# Runs several benchmarks of different sizes: creates all groups, so that their jobs wait at the same time, then runs each when it is ready.
#
#   examples/batch.sh [ID:CLIENTS:MINUTES]...
#
# Without arguments: 101:3:5 102:5:10 103:10:15 104:20:30. Environment: LOAD, PAUSE (seconds between two benchmarks, 0), AIFACTORY and the
# other variables of single.sh.
set -euo pipefail
aifactory=${AIFACTORY:-$(dirname "$0")/../aifactory}
read -ra load <<<"${LOAD:---duration 60s --concurrency 8}"
(($#)) || set -- 101:3:5 102:5:10 103:10:15 104:20:30
created=()
worst=0

# No job remains, also after an error.
# shellcheck disable=SC2317  # called by the trap
delete_all() {
    local id
    for id in "${created[@]}"; do "$aifactory" group delete "$id" || true; done
}
trap delete_all EXIT

for benchmark; do
    IFS=: read -r id clients minutes <<<"$benchmark"
    "$aifactory" group create "$id" --num-clients "$clients" --time-limit "$minutes"
    created+=("$id")
done

for benchmark; do
    IFS=: read -r id clients minutes <<<"$benchmark"
    echo "benchmark $id with $clients clients"
    # A failed benchmark does not prevent the others.
    code=0
    { "$aifactory" wait "$id" --for ready --timeout 60m &&
        "$aifactory" run "$id" --follow "${load[@]}" --output "results/$id"; } || code=$?
    ((code <= worst)) || worst=$code
    "$aifactory" group delete "$id"
    created=("${created[@]:1}")
    ((${#created[@]} == 0)) || sleep "${PAUSE:-0}"
done
exit "$worst"
