# shellcheck shell=bash
# What operators ask about running and ended jobs, with the commands and with scripts/.
# limit: 600

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

# script NAME ARGUMENT...: one of scripts/, as alice on the login node.
script() {
    program_file alice
    "$TESTBED_DIR/exec" --slurm "$VERSION" --user alice --directory /scratch/product/alice --env AIFACTORY=/scratch/product/alice/aifactory \
        --env AIFACTORY_DATA_DIR=/scratch/product/alice/data -- "/project/scripts/$1" "${@:2}"
}

# MaxVMSize and AvePages of the clients' step, while it runs.
steps_are_sampled() {
    aifactory alice usage 7 --json | python3 -c 'import json, sys
it = json.load(sys.stdin)
sys.exit(not any((s["maximum_virtual_bytes"] or 0) > 1 << 20 and s["average_page_faults"] is not None for s in it["steps"] if s["step"] == "0"))'
}

# The group of a run is deleted; its resource usage and its logs are still available.
# usually: 22.05
check_usage_logs_plan_and_scripts_tell_of_running_and_finished_jobs() {
    local old new report
    new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":2,"time_limit":10}'
    start_run alice 7 '{"request_rate":4,"duration":"8s","isl":16,"osl":8}'
    report=$(aifactory alice usage 7 --verbose 2>&1)
    contains 'the usage of the running job' "$job (RUNNING)" "$report"
    contains 'its native commands' '$ sstat' "$report"
    contains 'its native commands' '$ sacct' "$report"
    contains 'the columns of its steps' 'PAGE FAULTS' "$report"
    wait_until 90 steps_are_sampled || fail "sstat has not sampled the clients: $(aifactory alice usage 7 --json)"
    finish_run alice 120
    report=$(script monitor_jobs.sh)
    [[ $report =~ "=== in the queue"$'\n'"$job  benchmark-client-7-"[a-z0-9]+\ +RUNNING.*"=== since midnight" ]] || fail "the monitor shows: $report"
    contains "bob's jobs" $'=== in the queue\nnone' "$(script monitor_jobs.sh bob)"
    report=$(aifactory alice plan --num-clients 2 --time-limit 30 --verbose 2>&1)
    contains 'the plan' '1.00 node hours' "$report"
    contains 'its native commands' '$ sbatch --test-only' "$report"
    report=$(aifactory alice plan --num-clients 99 2>&1) && fail "99 clients should not fit: $report"
    contains 'the plan of too much' 'only 4 of its usable nodes have so much, and 99 are asked for' "$report"
    contains 'the job after all' RUNNING "$(aifactory alice jobs)"
    leaves_no_job alice 7 "$job"

    report=$(aifactory alice usage 7)
    contains 'the usage of the finished job' "$job (COMPLETED)" "$report"
    contains 'its memory' 'MiB by the largest client' "$report"
    [[ $(aifactory alice usage 7 --json) =~ '"average_page_faults" : '[0-9] ]] || fail "no page faults: $report"
    contains 'its advice' 'advice: ' "$report"
    contains 'the logs of the finished job' registered "$(aifactory alice logs 7 -n 50)"
    contains 'the list of jobs' "$job" "$(aifactory alice jobs --all)"
    report=$(script monitor_jobs.sh)
    [[ $report =~ "=== since midnight"(.*)$'\n'"$job  benchmark-client-7-"[a-z0-9]+\ +COMPLETED ]] || fail "the monitor shows: $report"

    # Logs that have become old, of a deleted group and of an existing one.
    ready_group alice 8 '{"num_clients":1,"time_limit":10}'
    old=$(product_directory alice)/shared/logs/client_dispatcher_7.err
    new=$(product_directory alice)/shared/logs/client_dispatcher_8.err
    touch -d '9 days ago' "${old%.err}".{out,err} "${new%.err}".{out,err}
    script cleanup_jobs.sh <<<n
    [[ -f $old ]] || fail 'a log was deleted though the answer was no'
    script cleanup_jobs.sh --yes
    [[ ! -e $old ]] || fail 'an old log is left'
    [[ -f $new ]] || fail 'the log of a live job was deleted'
    same 'the job that lives' RUNNING "$(job_state "$job")"
    script cleanup_jobs.sh --yes --all
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
    # The old log of that group may go now.
    script cleanup_jobs.sh --yes
    [[ ! -e ${new%.err}.out ]] || fail 'the old log of an ended job is left'
    contains 'what can go' 'nothing to clean up' "$(aifactory alice cleanup --dry-run)"
    kill_service alice
}

# usually: 26.05
check_doctor_from_a_node_finds_a_blocked_port() {
    local report
    new_product alice
    serve alice 8001
    report=$(aifactory alice doctor --from-node --ai-server http://ai-server:8000) || fail "the way is free: $report"
    contains 'the checks' 'no problems found' "$report"
    contains 'the ports' 'port login:8001: connects in' "$report"
    # What the service answers no longer leaves the login node; within it, it still does.
    on "$LOGIN" root ip rule add ipproto 6 sport 8001 blackhole
    report=$(aifactory alice doctor --from-node --ai-server http://ai-server:8000) && fail "the port is blocked: $report"
    on "$LOGIN" root ip rule del ipproto 6 sport 8001 blackhole
    contains 'the checks' 'FAIL  port login:8001: no answer within 5 s' "$report"
    contains 'the remedy' 'the port is blocked' "$report"
    kill_service alice
}
