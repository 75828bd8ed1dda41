# shellcheck shell=bash
# The patterns of examples/ that take several groups.
# limit: 900

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

check_the_batch_pattern_runs_each_group_and_leaves_no_job() {
    new_product alice
    serve alice 8001
    arguments=(101:1:5 102:2:10 103:1:15)
    pattern batch.sh PAUSE=2
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
