# shellcheck shell=bash
# What every command of the testbed needs: messages, limits on waiting, and processes known by more than their number.

# Overridable so that a test, or a machine with a small /var, can put them elsewhere.
CACHE_DIR=${AIFACTORY_TESTBED_CACHE:-/var/cache/aifactory-testbed}
STATE_DIR=${AIFACTORY_TESTBED_STATE:-/var/lib/aifactory-testbed}

export CACHE_DIR STATE_DIR
PROGRAM=${0##*/}

# Nothing here may depend on how the caller's shell is set up: what is made must be readable to the users of the testbed,
# and what programs print is read in English.
umask 022
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin

say() { printf '%s: %s\n' "$PROGRAM" "$*" >&2; }

# One line that says what is wrong and what to do.
die() {
    printf '%s: error: %s\n' "$PROGRAM" "$*" >&2
    exit 1
}

# Exit code 2 is kept for a command line that was not understood.
usage_error() {
    printf '%s: error: %s (see %s --help)\n' "$PROGRAM" "$*" "$PROGRAM" >&2
    exit 2
}

# The comment block at the head of a command is its help text, so that the two cannot differ.
print_help() { sed -n '2,/^$/{ s/^# \{0,1\}//; p }' "$0"; }

require_root() {
    [[ $EUID -eq 0 ]] || die "needs root, because it makes namespaces and mounts; run it as: sudo $0 ..."
}

# require_number NAME VALUE LOWEST HIGHEST
require_number() {
    if ! [[ $2 =~ ^[0-9]{1,9}$ ]] || ((10#$2 < $3 || 10#$2 > $4)); then
        usage_error "$1 must be a whole number from $3 to $4, not '$2'"
    fi
}

# require_value OPTION ARGUMENTS_LEFT: an option that needs a value must not be the last word.
require_value() { (($2 >= 2)) || usage_error "$1 needs a value"; }

# wait_until SECONDS COMMAND...: true as soon as COMMAND is, false after SECONDS.
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

# A process number is used again after its process has ended (and after a restart of the machine), so a process is
# remembered as number and start time. Prints field 22 of /proc/PID/stat; the name in field 2 may contain blanks.
process_start_time() {
    local stat
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    stat=${stat##*) }
    # shellcheck disable=SC2086  # split on purpose: the fields after the name
    set -- $stat
    [[ $1 != Z ]] || return 1
    printf '%s\n' "${20}"
}

# remember_process FILE PID
remember_process() {
    local started
    started=$(process_start_time "$2") || return 1
    printf '%s %s\n' "$2" "$started" >"$1.partial"
    mv "$1.partial" "$1"
}

# Prints the number of the remembered process, only if that very process still lives.
remembered_process() {
    local pid started
    [[ -f $1 ]] && read -r pid started <"$1" || return 1
    [[ $(process_start_time "$pid") == "$started" ]] || return 1
    printf '%s\n' "$pid"
}

process_is_gone() { ! remembered_process "$1" >/dev/null; }

# end_process FILE [SECONDS]: TERM, then KILL after SECONDS, to the remembered process and to nothing else.
end_process() {
    local pid
    if pid=$(remembered_process "$1"); then
        kill -TERM "$pid" 2>/dev/null || true
        if ! wait_until "${2:-10}" process_is_gone "$1"; then
            kill -KILL "$pid" 2>/dev/null || true
            wait_until 10 process_is_gone "$1" || die "process $pid does not end even by SIGKILL; look at /proc/$pid/stack"
        fi
    fi
    rm -f "$1"
}

# take_lock FILE SECONDS WHAT: held by this shell until it ends. Always descriptor 9, so that a process that is started to stay can
# be started with `9>&-`: a daemon that inherits the lock would hold it for as long as it lives.
take_lock() {
    mkdir -p "${1%/*}"
    exec 9>"$1"
    flock -w "$2" 9 || die "another testbed command has been $3 for $2 s; wait for it, or find it with: fuser -v $1"
}

# start_daemon LOG COMMAND...: in a separate session, without the input, output and lock of this shell. Its pid is in DAEMON_PID.
start_daemon() {
    local log=$1
    shift
    setsid "$@" </dev/null >>"$log" 2>&1 9>&- &
    DAEMON_PID=$!
    disown "$DAEMON_PID"
}
