# shellcheck shell=bash
# What the tests in testbed/checks have at hand. Each test is a function run by its own `bash -euo pipefail`: it passes if it
# returns 0. Its output is shown only when it fails, so a test prints what it saw; of others, lines that begin with `figure: `.
# shellcheck source=testbed/lib/all.sh
source "$TESTBED_DIR/lib/all.sh"
use_cluster "$VERSION"

# as USER COMMAND...: on the login node. on NODE USER COMMAND...: elsewhere.
as() { "$TESTBED_DIR/exec" --slurm "$VERSION" --user "$1" -- "${@:2}"; }
on() { "$TESTBED_DIR/exec" --slurm "$VERSION" --node "$1" --user "$2" -- "${@:3}"; }
fault() { "$TESTBED_DIR/fault" --slurm "$VERSION" "$@"; }

fail() {
    printf 'not as promised: %s\n' "$*"
    exit 1
}

# A skip is a failure, with its reason.
skip() { fail "skipped: $*"; }

# same WHAT EXPECTED ACTUAL
same() { [[ $2 == "$3" ]] || fail "$1 should be '$2' and is '$3'"; }

# contains WHAT PART WHOLE
contains() { [[ $3 == *"$2"* ]] || fail "$1 should contain '$2' and is '$3'"; }

# refused MESSAGE COMMAND...: COMMAND must fail and say so.
refused() {
    local message=$1 output
    shift
    if output=$("$@" 2>&1); then fail "should be refused, but: $* -> $output"; fi
    printf 'refused: %s\n' "$output"
    contains "the refusal of: $*" "$message" "$output"
}

# submit USER OPTION...: a batch job whose script is standard input; prints its number.
submit() {
    local number
    number=$("$TESTBED_DIR/exec" --slurm "$VERSION" --user "$1" --directory /scratch -- sbatch --parsable "${@:2}")
    printf '%s\n' "${number%%;*}"
}

# The job's state: from the controller as long as it knows the job, then from accounting. That of a heterogeneous job is that of its first component.
job_state() {
    local state
    state=$(as root squeue --noheader --states=all --jobs="$1" --format='%i %T' 2>/dev/null | awk '$1 !~ /\+[1-9]/ { print $2 }') || true
    [[ -n $state ]] || state=$(as root sacct --noheader --allocations --parsable2 --jobs="$1" --format=JobID,State | awk -F'|' '$1 !~ /\+[1-9]/ { print $2 }' | tail -1)
    printf '%s\n' "${state%% *}"
}
job_reason() { as root squeue --noheader --jobs="$1" --format=%r; }
job_is() { [[ " ${*:2} " == *" $(job_state "$1") "* ]]; }
reason_is() { [[ $(job_reason "$1") == "$2" ]]; }

# wait_for_job NUMBER SECONDS STATE...
wait_for_job() {
    wait_until "$2" job_is "$1" "${@:3}" ||
        fail "job $1 should become ${*:3} within $2 s and is $(job_state "$1"): $(as root scontrol show job -o "$1" 2>&1)"
}

# wait_for_reason NUMBER SECONDS REASON
wait_for_reason() { wait_until "$2" reason_is "$1" "$3" || fail "job $1 should wait because of $3 within $2 s, and waits because of $(job_reason "$1")"; }

node_state() { as root sinfo --noheader --Node --partition=cpu --nodes="$1" --format=%T; }
node_state_is() { [[ " ${*:2} " == *" $(node_state "$1") "* ]]; }
wait_for_node() { wait_until "$2" node_state_is "$1" "${@:3}" || fail "$1 should become ${*:3} within $2 s and is $(node_state "$1")"; }

cancel() { as root scancel "$@" 2>/dev/null || true; }
