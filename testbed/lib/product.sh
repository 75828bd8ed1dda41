# shellcheck shell=bash
# The product on a testbed, for the tests in testbed/checks: its program runs on the login node as an ordinary user, and what its
# HTTP interface says is asked from this machine. Needs lib/check_support.sh.

readonly PRODUCT_LOGIN=$NETWORK.1
# As the program's own launcher starts it; the launcher itself would want to build. A later build has another directory.
readonly PRODUCT=(java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders -Xshare:auto
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    -cp "/project/target/aifactory/$(readlink "$TESTBED_DIR/../target/aifactory/current")/lib/*" aifactory.commandline.Main)

# The scratch directory of one test and user, as this machine sees it; /scratch/... inside.
product_directory() { printf '%s/scratch/product/%s\n' "$HERE" "$1"; }

# aifactory USER ARGUMENT...: the program on the login node.
aifactory() {
    local user=$1
    shift
    "$TESTBED_DIR/exec" --slurm "$VERSION" --user "$user" --directory "/scratch/product/$user" \
        --env "AIFACTORY_CONFIG=/scratch/product/$user/config.yaml" --env "AIFACTORY_DATA_DIR=/scratch/product/$user/data" --env "AIFACTORY_SHARED_DIR=/scratch/product/$user/shared" \
        "${product_environment[@]}" -- "${product_prefix[@]}" "${product_program[@]}" "$@"
}
product_environment=()
product_program=("${PRODUCT[@]}")
# What the program is run by: salloc, for instance.
product_prefix=()

# new_product USER: an empty directory for the user, with a configuration file.
new_product() {
    local directory
    directory=$(product_directory "$1")
    rm -rf "$directory"
    mkdir -p "$directory"
    cat >"$directory/config.yaml" <<'YAML'
profiles:
  whole: {exclusive: true, cpus_per_task: 4}
slurm:
  requeue: ${REQUEUE}
YAML
    sed -i "s/\${REQUEUE}/${REQUEUE:-false}/" "$directory/config.yaml"
    chown -R "$(stat -c %u:%g "$HERE/home/$1")" "$directory"
}

# serve USER PORT [OPTION...]: starts a Client Service and waits until it answers. It ends with the test. Its dispatcher is $DISPATCHER, or slurm.
serve() {
    local user=$1 port=$2 log
    shift 2
    log=$(product_directory "$user")/serve.log
    aifactory "$user" serve --dispatcher "${DISPATCHER:-slurm}" --port "$port" --ai-server http://ai-server:8000 "$@" >>"$log" 2>&1 &
    product_port[$user]=$port
    wait_until 300 answers_or_has_ended "$port" $! || fail "the service of $user does not answer within 300 s: $(tail -5 "$log")"
    curl -sf -m 5 -o /dev/null "http://$PRODUCT_LOGIN:$port/health" || fail "the service of $user has ended: $(tail -5 "$log")"
}
answers_or_has_ended() { curl -sf -m 5 -o /dev/null "http://$PRODUCT_LOGIN:$1/health" || ! kill -0 "$2" 2>/dev/null; }
declare -A product_port=()

# The number, on this machine, of the user's service.
service_process() {
    local pid
    for pid in $(pgrep -f "aifactory.commandline.Main serve .*--port ${product_port[$1]} "); do
        [[ $(stat -c %U "/proc/$pid" 2>/dev/null) != root || $1 == root ]] || continue
        [[ $(readlink "/proc/$pid/ns/net") == "$(readlink "/proc/$(node_pid "$LOGIN")/ns/net")" ]] || continue
        [[ $(cut -d' ' -f1 "/proc/$pid/comm") == java ]] && printf '%s\n' "$pid"
    done
}

# kill_service USER [SIGNAL]: and waits until it has ended.
kill_service() {
    local pid
    for pid in $(service_process "$1"); do
        kill -"${2:-TERM}" "$pid" 2>/dev/null || continue
        wait_until 30 process_is_gone "$pid" || fail "the service of $1 does not end"
    done
}
# Not by process_start_time: bash exits when the file of a substitution $(<...) disappears, regardless of its context.
process_is_gone() {
    local state
    state=$(ps -o state= -p "$1") || return 0
    [[ $state == Z* ]]
}

# api USER METHOD PATH [BODY]: prints the body and, on a separate line, the status.
api() {
    local token=()
    local file
    file=$(product_directory "$1")/data/token
    [[ ! -f $file ]] || token=(-H "Authorization: Bearer $(<"$file")")
    curl -s -m 200 -X "$2" "${token[@]}" -H 'Content-Type: application/json' ${4+-d "$4"} -w '\n%{http_code}\n' \
        "http://$PRODUCT_LOGIN:${product_port[$1]}$3" || printf '%s %s got no answer: curl says %s\n000\n' "$2" "$3" $?
}

# answers STATUS WORDS USER METHOD PATH [BODY]
answers() {
    local answer
    answer=$(api "${@:3}")
    same "the status of $4 $5 (${answer%$'\n'*})" "$1" "${answer##*$'\n'}"
    contains "the answer to $4 $5" "$2" "$answer"
}

# of USER PATH EXPRESSION: a Python expression over the JSON that GET answers, called `it`.
of() {
    api "$1" GET "$2" | sed '$d' | python3 -c 'import json, sys
it = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$3"
}

group_state() { of "$1" "/api/v1/client-group/$2" 'it["info"]["status"]'; }
group_is() { [[ " ${*:3} " == *" $(group_state "$1" "$2") "* ]]; }

# wait_for_group USER ID SECONDS STATE...
wait_for_group() {
    wait_until "$3" group_is "$1" "$2" "${@:4}" ||
        fail "group $2 should become ${*:4} within $3 s: $(api "$1" GET "/api/v1/client-group/$2"); $(tail -5 "$(product_directory "$1")"/shared/logs/*.err)"
}

# ready_group USER ID BODY: creates it and waits until its clients have registered. Sets job.
# shellcheck disable=SC2034  # for the tests
ready_group() {
    answers 201 '"status":"created"' "$1" POST "/api/v1/client-group/$2" "$3"
    wait_for_group "$1" "$2" 300 ready
    job=$(of "$1" "/api/v1/client-group/$2" 'it["info"]["job_id"]')
}

# start_run USER ID BODY: starts a run without waiting for its end. Sets run.
start_run() {
    local answer
    answer=$(api "$1" POST "/api/v1/client-group/$2/run" "$3")
    same "the status of the run ($answer)" 200 "${answer##*$'\n'}"
    run=$(sed -n 's/.*"run_id":"\([^"]*\)".*/\1/p' <<<"$answer")
    # A short one may be over already on a busy machine.
    wait_until 150 run_has "$1" 'it["state"] not in ("queued", "arming") and (it.get("progress") or {}).get("completed", 1) > 0' ||
        fail "the run does not begin: $(api "$1" GET "/api/v1/runs/$run")"
}
run_has() { [[ $(of "$1" "/api/v1/runs/$run" "$2") == True ]]; }
run_is_over() { run_has "$1" 'it["state"] in ("completed", "incomplete", "invalid", "stopped", "failed")'; }

# finish_run USER SECONDS: waits for its end.
finish_run() { wait_until "$2" run_is_over "$1" || fail "the run does not end: $(api "$1" GET "/api/v1/runs/$run")"; }

# summary USER EXPRESSION: must hold over the summary of the run, called `it`.
summary() {
    [[ $(of "$1" "/api/v1/runs/$run/summary" "$2") == True ]] ||
        fail "not so: $2; the summary is $(api "$1" GET "/api/v1/runs/$run/summary")"
}

# leaves_no_job USER ID JOB: DELETE confirms, and Slurm has no job that has not ended.
leaves_no_job() {
    answers 200 '"status":"deleted"' "$1" DELETE "/api/v1/client-group/$2"
    same "what squeue shows of $1" '' "$(as "$1" squeue --noheader --me)"
    answers 404 'not found' "$1" GET "/api/v1/client-group/$2"
    contains "the end of job $3" "$(job_state "$3")" 'COMPLETED CANCELLED FAILED TIMEOUT NODE_FAIL PREEMPTED'
}

# The client process of a node, as this machine numbers it.
client_process() {
    local pid
    for pid in $(pgrep -f 'aifactory.commandline.Main client '); do
        [[ $(readlink "/proc/$pid/ns/net") != "$(readlink "/proc/$(node_pid "$1")/ns/net")" ]] || printf '%s\n' "$pid"
    done
}

# Cleans up after a failed test.
end_services() {
    local user
    for user in "${!product_port[@]}"; do kill_service "$user" KILL; done
}


# program_file USER: makes the program a file for scripts, /scratch/product/USER/aifactory.
program_file() {
    local program
    program=$(product_directory "$1")/aifactory
    printf '#!/bin/sh\nexec %s "$@"\n' "${PRODUCT[*]@Q}" >"$program"
    chmod 755 "$program"
}

# pattern SCRIPT NAME=VALUE...: runs one of examples/ as alice, with little load. A run may rightly be found disturbed (3).
pattern() {
    local script=$1 code=0 assignments=() value
    shift
    program_file alice
    for value; do assignments+=(--env "$value"); done
    "$TESTBED_DIR/exec" --slurm "$VERSION" --user alice --directory /scratch/product/alice "${assignments[@]}" \
        --env AIFACTORY=/scratch/product/alice/aifactory --env AIFACTORY_DATA_DIR=/scratch/product/alice/data \
        --env 'LOAD=--duration 3s --request-rate 4 --isl 16 --osl 8' -- bash "/project/examples/$script" "${arguments[@]}" || code=$?
    ((code == 0 || code == 3)) || fail "$script ends with $code"
    same "what squeue shows after $script" '' "$(as alice squeue --noheader --me)"
}
arguments=()

# results ID CLIENTS: so many clients reported in results/ID, and nothing failed.
results() {
    local file
    file=$(product_directory alice)/results/$1/summary.json
    python3 - "$file" "$2" <<'PY' || fail "$(cat "$file" "$(product_directory alice)/allocation.log" 2>&1 | tail -60)"
import json, sys
it = json.load(open(sys.argv[1]))
clients, requests = it['clients'], it['requests']
sys.exit(not (it['status'] in ('completed', 'invalid') and clients['reported'] == int(sys.argv[2]) and not clients['lost']
              and requests['failed'] == 0 and requests['completed'] == requests['sent'] == requests['scheduled'] > 0))
PY
}
trap end_services EXIT
