# shellcheck shell=bash
# What operators ask: why a job waits or failed, what it used, what a group would take, logs of what has ended, the way from a node.
# limit: 600

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

# group USER ID BODY: creates it, without waiting for its clients. Sets job.
group() {
    answers 201 '"status":"created"' "$1" POST "/api/v1/client-group/$2" "$3"
    job=$(of "$1" "/api/v1/client-group/$2" 'it["info"]["job_id"]')
}

# diagnosed USER ID VERDICT WORDS: within a while, the doctor says so.
diagnosis_says() {
    local diagnosis
    diagnosis=$(of "$1" "/api/v1/client-group/$2/diagnosis" 'it["verdict"] + ": " + it["cause"] + " -> " + it["remedy"]')
    printf '%s %s\n' "$2" "$diagnosis"
    [[ $diagnosis == "$3"* && $diagnosis == *"$4"* ]]
}
diagnosed() { wait_until 90 diagnosis_says "$@" || fail "the doctor on group $2: $(api "$1" GET "/api/v1/client-group/$2/diagnosis")"; }

check_doctor_names_the_cause_of_pending_and_failed_jobs() {
    local filler killed cancelled held
    new_product alice
    serve alice 8001
    group alice 1 '{"num_clients":1,"qos":"gpu","time_limit":60}'
    diagnosed alice 1 blocked "longer than QOS 'gpu' allows"
    group alice 2 '{"num_clients":1,"partition":"dgx","time_limit":300}'
    diagnosed alice 2 blocked "longer than partition 'dgx' allows (120 min)"
    held=$job
    as alice scontrol hold "$held"
    diagnosed alice 2 blocked 'held by its owner'
    group alice 3 '{"num_clients":99}'
    diagnosed alice 3 blocked "99 nodes, more than partition 'cpu' has"
    group alice 4 '{"num_clients":1}'
    wait_for_job "$job" 60 RUNNING
    cancelled=$job
    cancel "$cancelled"
    diagnosed alice 4 failed 'root cancelled it'
    group alice 5 '{"num_clients":1}'
    wait_for_job "$job" 60 RUNNING
    killed=$job
    as root scancel --signal=KILL --batch "$killed"
    diagnosed alice 5 failed 'signal 9 (SIGKILL)'
    filler=$(submit alice --exclusive --nodes="$(node_count)" --output=/dev/null <<<$'#!/bin/sh\nexec sleep 300')
    wait_for_job "$filler" 90 RUNNING
    group alice 6 '{"num_clients":2}'
    diagnosed alice 6 waiting 'not enough nodes'
    group alice 7 '{"num_clients":1}'
    diagnosed alice 7 waiting 'other jobs'
    as root scontrol update partitionname=gpu state=down
    group alice 8 '{"num_clients":1,"partition":"gpu"}'
    diagnosed alice 8 blocked 'starts no jobs at present'
    as root scontrol update partitionname=gpu state=up
    cancel "$filler"
    contains 'the verb' 'blocked: ' "$(aifactory alice doctor 1 2>&1 || true)"
    kill_service alice
    cancel --user=alice
}

check_usage_logs_and_plan_of_running_and_finished_jobs() {
    new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":2,"time_limit":10}'
    same 'the nodes of the running job' 2 "$(of alice /api/v1/client-group/7/usage 'it["nodes"]')"
    same 'its state' RUNNING "$(of alice /api/v1/client-group/7/usage 'it["job_state"]')"
    same 'whether sstat was asked' True "$(of alice /api/v1/client-group/7/usage 'any(c.startswith("sstat") for c in it["native_commands"])')"
    same 'whether it fits' True "$(of alice '/api/v1/plan?num_clients=2&cpus=4&mem=8G&time_limit=30' 'it["fits"] and it["node_hours"] == 1.0 and it["expected_start"] is not None')"
    same 'whether too much fits' False "$(of alice '/api/v1/plan?num_clients=99' 'it["fits"]')"
    leaves_no_job alice 7 "$job"
    same 'the finished job' "COMPLETED True" \
        "$(of alice /api/v1/client-group/7/usage 'it["job_state"] + " " + str(it["elapsed_s"] > 0 and it["maximum_resident_bytes"] is not None)')"
    contains 'the logs of the finished job' registered "$(aifactory alice logs 7 -n 50)"
    contains 'the list of jobs' "$job" "$(aifactory alice jobs --all)"
    contains 'what can go' 'nothing to clean up' "$(aifactory alice cleanup --dry-run)"
    kill_service alice
}

check_doctor_from_a_node_finds_a_blocked_port() {
    local report
    new_product alice
    serve alice 8001
    report=$(aifactory alice doctor --from-node --ai-server http://ai-server:8000) || fail "the way is free: $report"
    contains 'the checks' 'nothing is in the way' "$report"
    # What the service answers no longer leaves the login node.
    on "$LOGIN" root ip rule add ipproto 6 sport 8001 blackhole
    report=$(aifactory alice doctor --from-node --service http://127.0.0.1:8001 --ai-server http://ai-server:8000) && fail "the port is blocked: $report"
    on "$LOGIN" root ip rule del ipproto 6 sport 8001 blackhole
    contains 'the checks' 'no answer within 5 s' "$report"
    contains 'the remedy' 'the port is blocked' "$report"
    kill_service alice
}
