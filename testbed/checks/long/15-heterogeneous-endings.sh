# shellcheck shell=bash
# How groups with a heterogeneous job end when something happens to one of its components or to the whole job.
# limit: 900

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"
# shellcheck source=testbed/lib/llama_on_nodes.sh
source "$TESTBED_DIR/lib/llama_on_nodes.sh"
# shellcheck source=testbed/lib/server_block.sh
source "$TESTBED_DIR/lib/server_block.sh"
# shellcheck source=testbed/lib/heterogeneous.sh
source "$TESTBED_DIR/lib/heterogeneous.sh"

readonly LOAD='"request_rate":4,"isl":16,"osl":8'

check_a_killed_server_of_the_gpu_component_is_named_and_what_was_measured_is_kept() {
    new_heterogeneous_product
    heterogeneous_file killed.yaml 60s
    : >"$(product_directory alice)/said"
    kill_the_server_once_it_is_busy node003 &
    benchmark killed.yaml out 3
    wait $!
    result out 'it["status"] == "incomplete" and not it["valid"] and it["requests"]["completed"] > 0'
    result out 'it["servers"][0]["failure"]["cause"] == "killed"'
    result out 'any(r["code"] == "server_lost" and "node003" in r["message"] for r in it["invalid_reasons"])'
}

check_a_client_node_of_a_heterogeneous_job_that_dies_costs_its_client() {
    new_heterogeneous_product
    serve alice 8001
    ready_heterogeneous_group 15 serving clients ',"min_clients":1'
    start_run alice 7 "{\"duration\":\"30s\",$LOAD}"
    sleep 5
    fault kill node node002
    finish_run alice 240
    summary alice 'it["status"] == "incomplete" and it["clients"]["reported"] == 1 and len(it["clients"]["lost"]) == 1'
    summary alice 'it["requests"]["completed"] > 30 and it["servers"][0]["failure"] is None'
    wait_for_node node002 240 'down' 'down*'
    wait_for_group alice 7 60 ready
    same 'the first component' RUNNING "$(component 0 State)"
    same 'the second component' RUNNING "$(component 1 State)"
    leaves_no_job alice 7 "$job"
    fault start node node002
    wait_for_node node002 60 idle
    kill_service alice
}

check_the_gpu_node_of_a_heterogeneous_job_that_dies_ends_the_group_with_its_cause() {
    new_heterogeneous_product
    serve alice 8001
    ready_heterogeneous_group 15
    start_run alice 7 "{\"duration\":\"90s\",$LOAD}"
    sleep 8
    fault kill node node003
    finish_run alice 240
    summary alice 'it["status"] == "incomplete" and it["clients"]["reported"] == 2 and it["requests"]["completed"] > 0'
    summary alice 'any(r["code"] == "server_lost" for r in it["invalid_reasons"])'
    wait_for_group alice 7 300 failed
    answers 200 deleted alice DELETE /api/v1/client-group/7
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
    fault start node node003
    wait_for_node node003 60 idle
    kill_service alice
}

check_a_preempted_heterogeneous_job_says_so_and_keeps_what_was_measured() {
    new_heterogeneous_product
    serve alice 8001
    ready_heterogeneous_group 15 lowserving lowly
    start_run alice 7 "{\"duration\":\"120s\",$LOAD}"
    sleep 5
    local other
    other=$(submit alice --nodes=1 --nodelist=node003 --exclusive --partition=gpu --qos=normal --output=/dev/null <<<$'#!/bin/sh\nsleep 5')
    wait_for_group alice 7 180 failed
    contains 'the reason' preempted "$(of alice /api/v1/client-group/7 'it["info"]["reason"]')"
    finish_run alice 120
    summary alice 'it["requests"]["completed"] > 0 and not it["valid"]'
    wait_for_job "$other" 90 COMPLETED
    answers 200 deleted alice DELETE /api/v1/client-group/7
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
    kill_service alice
}

check_a_heterogeneous_job_that_another_cancels_is_cancelled() {
    new_heterogeneous_product
    serve alice 8001
    ready_heterogeneous_group 15
    start_run alice 7 "{\"duration\":\"120s\",$LOAD}"
    sleep 5
    as root scancel "$job"
    wait_for_group alice 7 180 cancelled
    finish_run alice 120
    summary alice 'it["clients"]["reported"] == 2 and it["requests"]["completed"] > 0'
    contains 'both components in the accounts' CANCELLED "$(component 0 State) $(component 1 State)"
    answers 200 deleted alice DELETE /api/v1/client-group/7
    kill_service alice
}

check_a_cancelled_component_of_servers_ends_the_group_with_its_cause() {
    new_heterogeneous_product
    serve alice 8001
    ready_heterogeneous_group 15
    as root scancel "$job+1"
    wait_for_group alice 7 180 failed cancelled
    contains 'the reason' server "$(of alice /api/v1/client-group/7 'it["info"]["reason"]')"
    answers 200 deleted alice DELETE /api/v1/client-group/7
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
    kill_service alice
}

check_the_time_limit_of_a_heterogeneous_job_lets_every_client_deliver() {
    new_heterogeneous_product
    serve alice 8001
    ready_heterogeneous_group 3
    start_run alice 7 '{"concurrency":2,"request_count":1000000,"isl":16,"osl":8}'
    wait_for_group alice 7 260 expired failed
    same 'the state' expired "$(group_state alice 7)"
    finish_run alice 240
    summary alice 'it["clients"]["reported"] == 2 and it["requests"]["completed"] > 0'
    answers 200 deleted alice DELETE /api/v1/client-group/7
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
    kill_service alice
}

check_a_requeued_heterogeneous_job_begins_anew_with_its_server() {
    REQUEUE=true new_heterogeneous_product
    serve alice 8001
    ready_heterogeneous_group 15
    as root scontrol requeue "$job"
    wait_for_group alice 7 90 pending
    wait_for_group alice 7 300 ready
    start_run alice 7 "{\"duration\":\"3s\",$LOAD}"
    finish_run alice 240
    summary alice 'it["clients"]["reported"] == 2 and it["requests"]["failed"] == 0'
    leaves_no_job alice 7 "$job"
    kill_service alice
}
