# shellcheck shell=bash
# Each error is reported in one line with its remedy, and nothing is created.

# one_line EXIT_CODE MESSAGE COMMAND...
one_line() {
    local expected=$1 message=$2 output status=0
    shift 2
    output=$("$@" 2>&1) || status=$?
    printf '%s\n' "$output"
    same "the exit code of: $*" "$expected" "$status"
    same "the number of error lines of: $*" 1 "$(grep -c 'error:' <<<"$output")"
    contains "the output of: $*" "$message" "$output"
}

elsewhere() { env AIFACTORY_TESTBED_STATE="$1/state" AIFACTORY_TESTBED_CACHE="$1/cache" "${@:2}"; }

check_unknown_words_are_named() {
    local command
    for command in up down exec status fault check inference-server; do
        one_line 2 "'--frobnicate'" "$TESTBED_DIR/$command" --frobnicate
    done
    one_line 2 "'24.05'" "$TESTBED_DIR/up" --slurm 24.05
    one_line 2 "'many'" "$TESTBED_DIR/up" --nodes many
    one_line 2 "'0'" "$TESTBED_DIR/up" --nodes 0
    one_line 2 '--nodes needs a value' "$TESTBED_DIR/up" --nodes
    one_line 2 "'node999'" "$TESTBED_DIR/exec" --slurm "$VERSION" --node node999 true
    one_line 2 "'carol'" "$TESTBED_DIR/exec" --slurm "$VERSION" --user carol true
    one_line 2 "'break'" "$TESTBED_DIR/fault" --slurm "$VERSION" break
    one_line 2 "'--loss'" "$TESTBED_DIR/inference-server" start --loss
}

check_ordinary_user_is_told_to_be_root() {
    local copy
    copy=$(mktemp -d)
    cp -r "$TESTBED_DIR" "$copy/testbed"
    chmod -R a+rX "$copy"
    one_line 1 'needs root' setpriv --reuid=65534 --regid=65534 --clear-groups "$copy/testbed/up" --slurm "$VERSION"
    one_line 1 'needs root' setpriv --reuid=65534 --regid=65534 --clear-groups "$copy/testbed/inference-server" start
    rm -rf "$copy"
}

check_machine_without_namespaces_is_told_so() {
    local place
    place=$(mktemp -d)
    one_line 1 'does not let root make namespaces' elsewhere "$place" \
        setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin "$TESTBED_DIR/up" --slurm "$VERSION"
    rm -rf "$place"
}

check_unreachable_packages_are_said_and_nothing_is_left() {
    local place
    place=$(mktemp -d)
    one_line 1 "Debian's packages can be reached" elsewhere "$place" \
        env AIFACTORY_TESTBED_MIRROR=http://127.0.0.1:9/debian "$TESTBED_DIR/inference-server" start --port 8999
    [[ ! -e $place/state ]] || fail "there is $place/state: $(ls -R "$place/state")"
    rm -rf "$place"
}

check_network_that_is_in_use_is_named() {
    local place
    place=$(mktemp -d)
    # The addresses of the testbed that is up, as seen by one that has its state elsewhere.
    one_line 1 "$HOST_LINK" elsewhere "$place" "$TESTBED_DIR/up" --slurm "$VERSION"
    rm -rf "$place"
}

check_commands_without_a_testbed_say_how_to_start_one() {
    local place
    place=$(mktemp -d)
    one_line 1 "$TESTBED_DIR/up" elsewhere "$place" "$TESTBED_DIR/exec" --slurm "$VERSION" true
    same 'the exit code of status' 3 "$(elsewhere "$place" "$TESTBED_DIR/status" >/dev/null; echo $?)"
    elsewhere "$place" "$TESTBED_DIR/down" --slurm "$VERSION"
    rm -rf "$place"
}
