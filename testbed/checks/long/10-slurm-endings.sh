# shellcheck shell=bash
# How groups end, or do not, when something happens to their job: time limit, lost node, lost controller, preemption, requeue.
# limit: 900

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

readonly LITTLE='"isl":16,"osl":8'

lost_clients() { of "$1" "/api/v1/client-group/$2" 'sorted(c["node"] for c in it["info"]["clients"] if c["state"] == "lost")'; }
has_lost() { [[ $(lost_clients "$1" "$2") == "$3" ]]; }

check_the_time_limit_lets_every_node_deliver_what_it_measured() {
    new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":4,"time_limit":3}'
    # A run without a planned end lasts until the limit.
    start_run alice 7 "{\"concurrency\":4,\"request_count\":1000000,$LITTLE}"
    wait_for_group alice 7 260 expired
    contains 'the reason' 'time limit of 3 minutes' "$(of alice /api/v1/client-group/7 'it["info"]["reason"]')"
    finish_run alice 240
    summary alice 'it["clients"]["reported"] == 4 and it["requests"]["completed"] > 0'
    # One that was being connected when the end came is cancelled without having been sent.
    summary alice 'it["requests"]["scheduled"] == it["requests"]["completed"] + it["requests"]["failed"] + it["requests"]["cancelled"] >= it["requests"]["sent"]'
    same 'the clients that delivered' 4 "$(grep -c 'ending' "$(product_directory alice)"/shared/logs/client_dispatcher_7.err)"
    answers 200 deleted alice DELETE /api/v1/client-group/7
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
    kill_service alice
}

check_a_node_that_dies_costs_a_group_its_client_and_no_more() {
    new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":3,"time_limit":10,"min_clients":2}'
    start_run alice 7 "{\"request_rate\":6,\"duration\":\"30s\",$LITTLE}"
    fault kill node node002
    finish_run alice 240
    summary alice 'it["status"] == "incomplete" and it["clients"]["reported"] == 2 and len(it["clients"]["lost"]) == 1'
    summary alice 'it["requests"]["completed"] > 60'
    wait_for_node node002 240 'down' 'down*'
    wait_until 120 has_lost alice 7 "['node002']" || fail "the lost clients are $(lost_clients alice 7)"
    wait_for_group alice 7 30 ready
    same 'the job' RUNNING "$(job_state "$job")"
    start_run alice 7 "{\"request_rate\":4,\"duration\":\"3s\",$LITTLE}"
    finish_run alice 240
    summary alice 'it["clients"]["reported"] == 2 and it["requests"]["failed"] == 0'
    leaves_no_job alice 7 "$job"
    fault start node node002
    wait_for_node node002 60 idle
    kill_service alice
}

check_a_controller_that_is_away_for_a_minute_ends_nothing() {
    new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":2,"time_limit":10}'
    # The controller saves its jobs every 5 s; what is younger it forgets when it is killed.
    sleep 7
    start_run alice 7 "{\"request_rate\":4,\"duration\":\"20s\",$LITTLE}"
    fault kill slurmctld
    sleep 60
    finish_run alice 240
    summary alice 'it["status"] in ("completed", "invalid") and it["clients"]["reported"] == 2 and it["clients"]["lost"] == []'
    group_is alice 7 ready || fail "the group is $(group_state alice 7)"
    contains 'what is said' 'nothing newer is known' "$(of alice /api/v1/client-group/7 'str(it["info"]["reason"])')"
    fault start slurmctld
    wait_for_job "$job" 60 RUNNING
    start_run alice 7 "{\"request_rate\":4,\"duration\":\"3s\",$LITTLE}"
    finish_run alice 240
    leaves_no_job alice 7 "$job"
    wait_until 60 every_node_responds || fail "nodes: $(as root sinfo -N)"
    kill_service alice
}

# everyday
check_a_preempted_group_says_so() {
    new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":4,"time_limit":10,"qos":"low","profile":"whole"}'
    local other
    other=$(submit alice --nodes=4 --exclusive --qos=normal --output=/dev/null <<<$'#!/bin/sh\nsleep 5')
    wait_for_group alice 7 120 failed
    contains 'the reason' preempted "$(of alice /api/v1/client-group/7 'it["info"]["reason"]')"
    # Clients that end within the grace leave a job that Slurm calls FAILED.
    wait_for_job "$job" 10 PREEMPTED FAILED
    wait_for_job "$other" 90 COMPLETED
    answers 200 deleted alice DELETE /api/v1/client-group/7
    kill_service alice
}

check_a_group_whose_job_may_be_requeued_begins_anew() {
    REQUEUE=true new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":2,"time_limit":10}'
    as root scontrol requeue "$job"
    wait_for_group alice 7 60 pending
    same 'the lost clients' "['node001', 'node002']" "$(lost_clients alice 7)"
    wait_for_group alice 7 300 ready
    same 'the job' "$job" "$(of alice /api/v1/client-group/7 'it["info"]["job_id"]')"
    start_run alice 7 "{\"request_rate\":4,\"duration\":\"3s\",$LITTLE}"
    finish_run alice 240
    summary alice 'it["clients"]["reported"] == 2 and it["requests"]["failed"] == 0'
    leaves_no_job alice 7 "$job"
    kill_service alice
}

# For thirty seconds in the middle of a run the address of the service does not exist: packets to it are lost. The login node's own address stays,
# since Slurm's controller is there too, and Slurm kills the processes of nodes that do not respond.
check_a_partition_of_thirty_seconds_costs_no_record() {
    local address=$NETWORK.250 device
    on_login() { nsenter --target "$(node_pid "$LOGIN")" --net -- "$@"; }
    device=$(on_login ip -o -4 address show to "$PRODUCT_LOGIN" | awk '{ print $2 }')
    on_login ip address add "$address/24" dev "$device"
    new_product alice
    serve alice 8001 --advertise "http://$address:8001"
    ready_group alice 7 '{"num_clients":2,"time_limit":10}'
    start_run alice 7 "{\"request_rate\":8,\"duration\":\"60s\",$LITTLE}"
    sleep 8
    on_login ip address del "$address/24" dev "$device"
    sleep 30
    on_login ip address add "$address/24" dev "$device"
    finish_run alice 300
    contains 'what a client says' 'delivering again' "$(cat "$(product_directory alice)"/shared/logs/client_dispatcher_7.err)"
    summary alice 'it["clients"]["reported"] == 2 and not it["clients"]["lost"]'
    summary alice 'it["requests"]["scheduled"] == it["requests"]["sent"] == it["requests"]["completed"] > 300'
    same 'the records' "$(of alice "/api/v1/runs/$run/summary" 'it["requests"]["completed"]')" \
        "$(api alice GET "/api/v1/runs/$run/export/jsonl" | grep -c '^{')"
    job=$(of alice /api/v1/client-group/7 'it["info"]["job_id"]')
    leaves_no_job alice 7 "$job"
    kill_service alice
    on_login ip address del "$address/24" dev "$device"
}
