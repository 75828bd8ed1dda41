# shellcheck shell=bash
# Ends a testbed, whole or half-dead, and leaves no trace of it but the cache.

# The first process of a process namespace takes everything in it along, and the last process of the other
# namespaces their mounts, links and addresses: so it is enough to end those that carry this testbed's mark.
take_down() {
    wait_until 30 marked_processes_are_killed || die "these processes do not end even by SIGKILL: $(marked_processes | tr '\n' ' ')"
    end_remembered_helpers
    # The link to the switch goes a moment after the last process there. With another state directory it is not ours.
    [[ ! -d $HERE ]] || wait_until 30 link_is_gone || say "the link $HOST_LINK is still there"
    wait_until 10 remove_directory || die "cannot remove $HERE; is something in it in use? see: fuser -vm $HERE"
    rmdir "$STATE_DIR" 2>/dev/null || true
}

# What a killed `up` had started may still make a marked process a moment later, so each look kills again.
marked_processes_are_killed() {
    local process
    for process in $(marked_processes); do
        kill -KILL "$process" 2>/dev/null || true
    done
    no_marked_processes
}

# Helpers of the fault commands run in the machine's own process namespace.
end_remembered_helpers() {
    local file
    for file in "$HERE"/helpers/*; do
        [[ ! -f $file ]] || end_process "$file" 2
    done
}

link_is_gone() { ! ip link show "$HOST_LINK" >/dev/null 2>&1; }
remove_directory() { rm -rf --one-file-system "$HERE" 2>/dev/null; }

# The logs of a failed start outlive it, since they are what it is to be judged by.
keep_logs() {
    local kept=$CACHE_DIR/failed-$VERSION
    [[ -d $HERE/log ]] || return 0
    rm -rf "$kept"
    cp -a "$HERE/log" "$kept"
    say "its logs: $kept"
}
