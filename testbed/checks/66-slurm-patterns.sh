# shellcheck shell=bash
# The usual ways to use groups: by hand, by the scripts in examples/, and within an allocation.
# limit: 600

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

check_the_original_curl_lines_work_as_they_are() {
    new_product alice
    serve alice 8001 --auth none
    curl() { command curl -s --resolve "client-service:8001:$PRODUCT_LOGIN" "$@"; }
    export BENCHMARK_ID=123 NUM_CLIENTS=2
    curl -X POST http://client-service:8001/api/v1/client-group/$BENCHMARK_ID \
        -H "Content-Type: application/json" \
        -d "{\"num_clients\": $NUM_CLIENTS, \"time_limit\": 10}"
    wait_for_group alice 123 300 ready
    contains 'the answer to the run' '"status":"dispatched"' "$(
        curl -X POST http://client-service:8001/api/v1/client-group/$BENCHMARK_ID/run
    )"
    curl -X POST http://client-service:8001/api/v1/client-group/$BENCHMARK_ID/stop
    curl -X DELETE http://client-service:8001/api/v1/client-group/$BENCHMARK_ID
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
    kill_service alice
}

check_the_single_pattern_keeps_a_result_and_no_job() {
    new_product alice
    serve alice 8001
    pattern single.sh BENCHMARK_ID=123 NUM_CLIENTS=2 TIME_LIMIT=10
    results 123 2
    same 'groups that are left' 0 "$(of alice /api/v1/client-groups 'it["count"]')"
    kill_service alice
}

check_a_benchmark_within_an_allocation_uses_its_nodes() {
    new_product alice
    job=$(submit alice --nodes=3 --ntasks-per-node=1 --cpus-per-task=2 --time=10 \
        --output=/scratch/product/alice/allocation.log <<JOB
#!/bin/bash
cd /scratch/product/alice
export AIFACTORY_SHARED_DIR=/scratch/product/alice/shared
exec ${PRODUCT[*]@Q} benchmark --ai-server http://ai-server:8000 --request-rate 6 --duration 5s --isl 16 --osl 8 \
    --output /scratch/product/alice/results/1
JOB
    )
    wait_for_job "$job" 240 COMPLETED FAILED
    results 1 3
    contains 'the steps of the job' clients- "$(as alice sacct --noheader --jobs="$job" --format=JobName%40)"
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
}
