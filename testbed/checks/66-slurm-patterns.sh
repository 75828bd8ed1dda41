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

# usually: 22.05
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

# usually: 22.05
check_a_service_within_salloc_serves_one_group_after_the_other() {
    new_product alice
    product_prefix=(salloc --quiet --nodes=2 --ntasks-per-node=1 --cpus-per-task=4 --time=10 --job-name=by-hand)
    DISPATCHER=allocation serve alice 8001
    product_prefix=()
    job=$(as alice squeue --noheader --name=by-hand --format=%A)
    answers 422 'has 2 nodes' alice POST /api/v1/client-group/7 '{"num_clients":3,"time_limit":5}'
    local id
    for id in 7 8; do
        answers 201 '"status":"created"' alice POST "/api/v1/client-group/$id" '{"num_clients":2,"time_limit":5}'
        wait_for_group alice "$id" 120 ready
        same 'the clients' "['node001', 'node002']" "$(of alice "/api/v1/client-group/$id" 'sorted(c["node"] for c in it["info"]["clients"])')"
        start_run alice "$id" '{"request_rate":4,"duration":"3s","isl":16,"osl":8}'
        finish_run alice 120
        summary alice 'it["clients"]["reported"] == 2 and it["requests"]["completed"] == it["requests"]["scheduled"] > 4'
        answers 200 '"status":"deleted"' alice DELETE "/api/v1/client-group/$id"
        same 'the processes that are left on the nodes' '' "$(client_process node001)$(client_process node002)"
    done
    # No job but the one that was there: clients are steps of it.
    same 'the jobs of alice' "$job" "$(as alice squeue --noheader --me --format=%A)"
    same 'the steps' 2 "$(as alice sacct --noheader --jobs="$job" --format=JobName%40 | grep -c clients-)"
    kill_service alice
    wait_until 30 no_job_of alice || fail "the allocation is left: $(as alice squeue --noheader --me)"
}

no_job_of() {
    local jobs
    jobs=$(as "$1" squeue --noheader --me) && [[ -z $jobs ]]
}

# The service on the job's first node, for sites that forbid services on login nodes.
# usually: 26.05
check_a_service_within_a_batch_job_serves_the_verbs_of_its_script() {
    new_product alice
    program_file alice
    job=$(submit alice --nodes=2 --ntasks-per-node=1 --cpus-per-task=4 --time=10 --output=/scratch/product/alice/allocation.log <<JOB
#!/bin/bash
cd /scratch/product/alice
export AIFACTORY_DATA_DIR=/tmp/aifactory AIFACTORY_SHARED_DIR=/scratch/product/alice/shared
PATH=/scratch/product/alice:\$PATH
aifactory serve --dispatcher allocation --ai-server http://ai-server:8000 & service=\$!
until curl -sf -o /dev/null http://127.0.0.1:8001/health; do sleep 0.2; done
aifactory group create 7 --num-clients 2 --time-limit 5
aifactory wait 7 --for ready --timeout 2m
aifactory run 7 --follow --request-rate 4 --duration 3s --isl 16 --osl 8 --output results/7
aifactory group delete 7
kill \$service
wait \$service
echo "the service ended with \$?"
JOB
    )
    wait_for_job "$job" 300 COMPLETED FAILED
    results 7 2
    contains 'the end of the service' 'the service ended with' "$(cat "$(product_directory alice)/allocation.log")"
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
}

# The sweep is killed after its first step, and resumes with the second.
# usually: 26.05
check_a_campaign_scales_over_nodes_and_goes_on_after_it_was_killed() {
    new_product alice
    serve alice 8001
    local directory sweep
    directory=$(product_directory alice)
    cat >"$directory/scaling.yaml" <<'YAML'
ai_servers: [http://ai-server:8000]
workload: {per_client: true, concurrency: 2, request_count: 8, isl: 16, osl: 8}
sweep: {num_clients: [1, 2, 4]}
YAML
    aifactory alice sweep -f scaling.yaml --output campaign >"$directory/sweep.log" 2>&1 &
    sweep=$!
    wait_until 200 steps_are_done "$directory/campaign/campaign.json" 1 || fail "no step is done: $(tail -5 "$directory/sweep.log")"
    kill_program alice sweep
    wait "$sweep" || true
    aifactory alice sweep -f scaling.yaml --output campaign >>"$directory/sweep.log" 2>&1 || [[ $? == 3 ]] ||
        fail "the campaign is not resumed: $(tail -15 "$directory/sweep.log")"
    contains 'what the second start says' 'steps of this campaign; resuming' "$(cat "$directory/sweep.log")"
    same 'the clients of the steps' '1 2 4' "$(python3 - "$directory/campaign/campaign.json" <<'PY'
import json, sys
campaign = json.load(open(sys.argv[1]))
assert campaign['complete'] and campaign['open_group'] is None
assert all(step['figures']['completed'] == 8 * step['num_clients'] for step in campaign['steps']), campaign['steps']
print(*(step['num_clients'] for step in campaign['steps']))
PY
    )"
    same 'groups that are left' 0 "$(of alice /api/v1/client-groups 'it["count"]')"
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
    kill_service alice
}
steps_are_done() { [[ -f $1 ]] && (($(grep -c '"run_id"' "$1") >= $2)); }

# kill_program USER COMMAND: by SIGKILL, on the login node.
kill_program() {
    local pid
    for pid in $(pgrep -f "aifactory.commandline.Main $2 "); do
        [[ $(stat -c %U "/proc/$pid" 2>/dev/null) != root || $1 == root ]] || continue
        [[ $(readlink "/proc/$pid/ns/net") == "$(readlink "/proc/$(node_pid "$LOGIN")/ns/net")" ]] || continue
        kill -9 "$pid" 2>/dev/null || true
    done
}
