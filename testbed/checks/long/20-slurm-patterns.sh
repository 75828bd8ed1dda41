# shellcheck shell=bash
# The patterns of examples/ that take several groups.
# limit: 900

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

# pauses SECONDS RUNS: the service has had so many runs, and each began no earlier than so long after the end of the one before.
pauses() {
    api alice GET /api/v1/runs | sed '$d' | python3 -c 'import datetime, json, sys
# To whole seconds.
time = lambda text: datetime.datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")
runs = sorted((time(run["started_at"]), time(run["ended_at"])) for run in json.load(sys.stdin)["runs"])
gaps = [(next[0] - before[1]).total_seconds() for before, next in zip(runs, runs[1:])]
print("pauses:", gaps)
sys.exit(not (len(runs) == int(sys.argv[2]) and all(gap >= int(sys.argv[1]) - 1 for gap in gaps)))' "$1" "$2" ||
        fail "there are not $2 runs with pauses of $1 s: $(api alice GET /api/v1/runs)"
}

check_the_batch_pattern_runs_each_group_and_leaves_no_job() {
    new_product alice
    serve alice 8001
    arguments=(101:1:5 102:2:10 103:1:15)
    pattern batch.sh PAUSE=12
    pauses 12 3
    results 101 1
    results 102 2
    results 103 1
    same 'groups that are left' 0 "$(of alice /api/v1/client-groups 'it["count"]')"
    kill_service alice
}

check_the_scaling_pattern_never_has_two_jobs_at_once() {
    new_product alice
    serve alice 8001
    pattern scaling.sh STEP=1 MAX_CLIENTS=3 TIME_LIMIT=5
    results 1001 1
    results 1002 2
    results 1003 3
    # Every job of the service, in the order of their starts: none begins before the one before it has ended.
    as alice sacct --noheader --allocations --parsable2 --format=Start,End --starttime=now-10minutes --name="$(
        cd "$(product_directory alice)/shared/jobs" && printf '%s\n' *.sh | sed 's/\.sh$//' | paste -sd,
    )" | sort | awk -F'|' 'NR > 1 && $1 < end { print "overlap: " $0; bad = 1 } { end = $2; jobs++ } END { exit bad || jobs != 3 }' ||
        fail 'the jobs overlap, or there are not three of them'
    kill_service alice
}

# In the same group, and over the change to a larger one.
check_a_campaign_pauses_between_its_steps() {
    local directory
    new_product alice
    directory=$(product_directory alice)
    serve alice 8001
    cat >"$directory/pause.yaml" <<'YAML'
ai_servers: [http://ai-server:8000]
workload: {request_count: 8, isl: 16, osl: 8}
sweep: {num_clients: [1, 2], concurrency: [2, 4], pause: 12s}
YAML
    aifactory alice sweep -f pause.yaml --output campaign >"$directory/sweep.log" 2>&1 || [[ $? == 3 ]] ||
        fail "the campaign fails: $(tail -15 "$directory/sweep.log")"
    pauses 12 4
    same 'groups that are left' 0 "$(of alice /api/v1/client-groups 'it["count"]')"
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
    kill_service alice
}
