# shellcheck shell=bash
# Why a job waits or has failed.
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

# everyday
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
    contains 'the command' 'blocked: ' "$(aifactory alice doctor 1 2>&1 || true)"
    kill_service alice
    cancel --user=alice
}
