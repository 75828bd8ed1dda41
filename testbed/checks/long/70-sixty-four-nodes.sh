# shellcheck shell=bash
# As many nodes as a testbed can have, each with a client.
# limit: 1500

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

# 64 processes of Java on one machine: the time from the start of the job to the last registration is printed, and not judged.
# usually: 26.05
check_sixty_four_nodes_register_run_and_leave_no_job() {
    local nodes began report
    nodes=$(node_count)
    "$TESTBED_DIR/up" --slurm "$VERSION" --nodes 64 --replace
    new_product alice
    serve alice 8001
    began=$SECONDS
    answers 201 '"status":"created"' alice POST /api/v1/client-group/7 '{"num_clients":64,"time_limit":30}'
    wait_for_group alice 7 900 ready
    printf 'ready after %s s\n' $((SECONDS - began))
    job=$(of alice /api/v1/client-group/7 'it["info"]["job_id"]')
    report=$(aifactory alice group show 7)
    printf '%s\n' "$report"
    contains 'the clients in one line' 'node[001-064]' "$report"
    start_run alice 7 '{"request_rate":16,"duration":"5s","isl":16,"osl":4}'
    finish_run alice 600
    summary alice 'it["clients"]["reported"] == 64 and it["clients"]["lost"] == [] and it["requests"]["completed"] == it["requests"]["sent"] > 20'
    leaves_no_job alice 7 "$job"
    kill_service alice
    "$TESTBED_DIR/up" --slurm "$VERSION" --nodes "$nodes" --replace
}
