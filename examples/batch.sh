#!/usr/bin/env bash
# Several benchmarks of different sizes: create all groups, so that their jobs wait together, then run each as soon as it is ready.
#
#   examples/batch.sh [ID:CLIENTS:MINUTES]...
#
# Without arguments: 101:3:5 102:5:10 103:10:15 104:20:30. Environment: LOAD, AIFACTORY and others as in single.sh.
set -euo pipefail
aifactory=${AIFACTORY:-$(dirname "$0")/../aifactory}
read -ra load <<<"${LOAD:---duration 60s --concurrency 8}"
(($#)) || set -- 101:3:5 102:5:10 103:10:15 104:20:30
created=()
worst=0

# Whatever happens, no job stays.
# shellcheck disable=SC2317  # by the trap
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
    # What one benchmark comes to does not keep the others from running.
    code=0
    { "$aifactory" wait "$id" --for ready --timeout 60m &&
        "$aifactory" run "$id" --follow "${load[@]}" --output "results/$id"; } || code=$?
    ((code <= worst)) || worst=$code
    "$aifactory" group delete "$id"
    created=("${created[@]:1}")
done
exit "$worst"
