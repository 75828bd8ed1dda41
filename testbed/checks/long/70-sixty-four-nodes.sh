# shellcheck shell=bash
# As many nodes as a testbed can have, each with a client.
# limit: 1500

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

# fan_out JOB: when, in seconds from the start of the job, srun's processes listened and had registered, by their log.
fan_out() {
    local start
    start=$(as root scontrol show job --oneliner "$1" | sed -n 's/.* StartTime=[^ T]*T\([0-9:]*\).*/\1/p')
    python3 - "$start" "$(product_directory alice)"/shared/logs/client_dispatcher_7.err <<'PY'
import re, sys
def seconds(clock):
    hours, minutes, rest = clock.split(':')
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)
start = seconds(sys.argv[1])
lines = open(sys.argv[2]).read().splitlines()
for name, words in ('listened', ' listening at '), ('had registered', ' registered with '):
    # The start has whole seconds. A job may run over midnight.
    times = sorted((seconds(line[:12]) - start) % 86400 for line in lines if words in line and re.match(r'[0-9:.]{12} ', line))
    if len(times) != 64:
        sys.exit(f'{len(times)} processes {name}, not 64')
    print(f'figure: after the start of the job, the first of 64 clients {name} within {times[0]:.1f} s, half of them within {times[31]:.1f} s, '
        f'the last within {times[-1]:.1f} s')
PY
}

# 64 processes of Java on one machine: the times from the start of the job to the last registration are printed, and not judged.
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
    printf 'figure: 64 clients were ready %s s after their group was created\n' $((SECONDS - began))
    job=$(of alice /api/v1/client-group/7 'it["info"]["job_id"]')
    fan_out "$job"
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
