# shellcheck shell=bash
# What can be broken in a testbed, and how it is mended.

# ---- processes

# signal_processes SIGNAL NODE [NAME]: true if there was one.
signal_processes() {
    local processes
    processes=$(node_processes "$2" "${3:-}")
    [[ -n $processes ]] || return 1
    # shellcheck disable=SC2086  # one number per word; some may have ended meanwhile
    kill "-$1" $processes 2>/dev/null || true
}

daemon_runs() { [[ -n $(node_processes "$1" "$2") ]]; }
daemon_is_gone() { ! daemon_runs "$1" "$2"; }

# The state letter of the main process: T is stopped by a signal.
daemon_is_paused() {
    local process stat
    process=$(node_processes "$1" "$2" | head -1)
    [[ -n $process ]] && { stat=$(<"/proc/$process/stat"); } 2>/dev/null && [[ ${stat##*) } == T* ]]
}

kill_daemon() {
    signal_processes KILL "$1" "$2" || die "$2 does not run on $1; bring it back: $TESTBED_DIR/fault --slurm $VERSION start $2 $1"
    wait_until 10 daemon_is_gone "$1" "$2" || die "$2 on $1 does not end even by SIGKILL"
}

# Stopped first, so that nothing on the node can start another process while the others are being ended.
kill_node() {
    signal_processes STOP "$1" || true
    signal_processes STOP "$1" || true
    signal_processes KILL "$1" || true
}

pause_daemon() { signal_processes STOP "$1" "$2" || die "$2 does not run on $1"; }
resume_daemon() { signal_processes CONT "$1" "$2" || die "$2 does not run on $1"; }

# Twice, for what was started between the look and the signal.
pause_node() { signal_processes STOP "$1" && signal_processes STOP "$1"; }
resume_node() { signal_processes CONT "$1"; }

start_daemon_unless_it_runs() {
    if daemon_runs "$2" "$1"; then
        say "$1 on $2 runs already"
    else
        start_daemon_on "$1" "$2"
    fi
}

start_node_daemons() {
    local daemon
    for daemon in $(daemons_of "$1"); do start_daemon_unless_it_runs "$daemon" "$1" 2>/dev/null; done
}

# ---- links

# Taken out of the switch but not down: packets are lost silently, as behind a dead switch. A link that is down would
# be an immediate error for the sender.
cut_link() {
    restore_link "$1"
    on_switch ip link set "$1" nomaster
}

restore_link() {
    end_impairment "$1"
    on_switch ip link set "$1" master switch
}

link_state() {
    local line
    line=$(on_switch ip -o link show "$1")
    if [[ -f $HERE/impaired/$1 ]]; then
        printf 'impaired (%s)\n' "$(<"$HERE/impaired/$1")"
    elif [[ $line == *"master switch"* ]]; then
        echo up
    else
        echo cut
    fi
}

# impair_link NODE DELAY JITTER LOSS: milliseconds, milliseconds, percent; for each direction.
impair_link() {
    restore_link "$1"
    mkdir -p "$HERE/impaired" "$HERE/helpers"
    printf 'delay %s ms, jitter %s ms, loss %s %%\n' "$2" "$3" "$4" >"$HERE/impaired/$1"
    impair_by_kernel "$@" 2>/dev/null || impair_by_program "$@"
}

impair_by_kernel() {
    local pid rule=(root netem delay "$2ms" "$3ms" loss "$4%")
    pid=$(node_pid "$1")
    on_switch tc qdisc replace dev "$1" "${rule[@]}" && nsenter --target "$pid" --net tc qdisc replace dev eth0 "${rule[@]}"
}

# node's port - small switch - TAP - program - TAP - switch
impair_by_program() {
    local near=near.$1 far=far.$1 side=side.$1
    start_daemon "$HERE/log/impairment.$1.log" nsenter --target "$(keeper_pid)" --net -- \
        python3 "$TESTBED_DIR/lib/link_impairment.py" "$near" "$far" "$2" "$3" "$4" "$(keeper_pid)"
    if ! remember_process "$HERE/helpers/$1" "$DAEMON_PID" || ! wait_until 10 on_switch_has "$far"; then
        rm -f "$HERE/impaired/$1"
        die "cannot put a program between $1 and the switch: $(tail -1 "$HERE/log/impairment.$1.log")"
    fi
    on_switch ip link add "$side" type bridge
    on_switch ip link set "$side" up
    on_switch ip link set "$near" master "$side" up
    on_switch ip link set "$1" master "$side"
    on_switch ip link set "$far" master switch up
}
on_switch_has() { on_switch ip link show "$1" >/dev/null 2>&1; }

end_impairment() {
    [[ -f $HERE/impaired/$1 ]] || return 0
    if [[ -f $HERE/helpers/$1 ]]; then
        end_process "$HERE/helpers/$1" 5
        on_switch ip link delete "side.$1"
    else
        on_switch tc qdisc del dev "$1" root
        nsenter --target "$(node_pid "$1")" --net tc qdisc del dev eth0 root
    fi
    rm -f "$HERE/impaired/$1"
}

# ---- everything

heal() {
    local node
    for node in $(all_nodes); do
        node_pid "$node" >/dev/null ||
            die "the node $node itself has ended, which testbed/fault never does; recreate the testbed: $TESTBED_DIR/up --replace --slurm $VERSION --nodes $(node_count)"
    done
    for node in $(all_nodes); do
        resume_node "$node" || true
        restore_link "$node"
    done
    for node in $(all_nodes); do start_node_daemons "$node"; done
    for node in $(compute_nodes "$(node_count)"); do
        # Refused for nodes that are well; and those that were down come back by themselves soon, this only hastens it.
        in_node "$LOGIN" scontrol update "nodename=$node" state=resume 2>/dev/null || true
    done
    wait_until 60 every_node_responds || die "some nodes do not come back: $(in_node "$LOGIN" sinfo -N -h -p cpu -o '%N=%T' | tr '\n' ' ')"
}

every_node_responds() {
    local states
    states=$(in_node "$LOGIN" sinfo --noheader --Node --partition=cpu --format=%T 2>/dev/null) || return 1
    ! grep -qvE '^(idle|mixed|allocated|completing)$' <<<"$states"
}
