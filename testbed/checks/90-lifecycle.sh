# shellcheck shell=bash
# Up, down and up again. These come last: they end the testbed and recreate it with the same number of nodes.
# limit: 400

up() { "$TESTBED_DIR/up" --slurm "$VERSION" --nodes "$@"; }
down() { "$TESTBED_DIR/down" --slurm "$VERSION"; }

# Everything that a testbed could leave, without what the machine does meanwhile.
traces() {
    grep -F "$HERE" /proc/mounts || true
    ip -o link show | grep -F "$HOST_LINK" || true
    ip -4 route show | grep -F "$NETWORK." || true
    marked_processes
    pgrep -f "$HERE" || true
    [[ ! -e $HERE ]] || find "$HERE"
}

check_second_up_changes_nothing() {
    local before nodes
    nodes=$(node_count)
    before=$(keeper_pid)
    up "$nodes"
    same 'the keeper' "$before" "$(keeper_pid)"
}

check_up_with_other_settings_is_refused_and_says_what_to_do() {
    refused '--replace' up $(($(node_count) + 1))
    is_up || fail 'the testbed is not up any more'
}

check_down_leaves_no_trace_and_can_be_said_twice() {
    local nodes users_before
    nodes=$(node_count)
    users_before=$(sha256sum </etc/passwd)
    down
    same 'what is left' '' "$(traces)"
    same 'the users of this machine' "$users_before" "$(sha256sum </etc/passwd)"
    down
    up "$nodes"
    all_respond "$nodes"
}

all_respond() { as alice srun --nodes="$1" true; }

login_node_is_gone() { ! node_pid "$LOGIN" >/dev/null; }

check_half_dead_testbed_is_taken_down_and_made_anew_by_up() {
    local nodes
    nodes=$(node_count)
    kill -KILL "$(node_pid "$LOGIN")" "$(keeper_pid)"
    # A signal is sent, not waited for.
    wait_until 30 login_node_is_gone || fail 'the login node does not end'
    refused "$TESTBED_DIR" as alice sinfo
    up "$nodes"
    all_respond "$nodes"
}

check_up_that_was_killed_half_way_is_followed_by_one_that_works() {
    local nodes process
    nodes=$(node_count)
    down
    "$TESTBED_DIR/up" --slurm "$VERSION" --nodes "$nodes" &
    process=$!
    wait_until 60 test -f "$HERE/processes/node001" || fail 'no node was started within 60 s'
    kill -KILL "$process"
    up "$nodes"
    all_respond "$nodes"
}

check_up_that_is_ended_by_a_signal_takes_down_what_it_made() {
    local nodes process status=0
    nodes=$(node_count)
    down
    "$TESTBED_DIR/up" --slurm "$VERSION" --nodes "$nodes" &
    process=$!
    wait_until 60 test -f "$HERE/processes/$LOGIN" || fail 'no node was started within 60 s'
    kill -TERM "$process"
    wait "$process" || status=$?
    same 'its exit code' 143 "$status"
    same 'what is left' '' "$(traces)"
    up "$nodes"
    all_respond "$nodes"
}

# usually: 22.05
check_sixteen_nodes_run_a_job_together_and_four_again() {
    local nodes
    nodes=$(node_count)
    up 16 --replace
    same 'the nodes that ran it' 16 "$(as alice srun --nodes=16 --ntasks-per-node=1 hostname | sort -u | wc -l)"
    up "$nodes" --replace
    all_respond "$nodes"
}
