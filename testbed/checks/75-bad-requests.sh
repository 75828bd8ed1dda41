# shellcheck shell=bash
# Requests and circumstances that must lead to a clear error, without an unrequested group or an orphaned job.
# limit: 400

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

# Nothing of a refused request stays: no group, no file, no job.
nothing_stays() {
    same 'groups' 0 "$(of alice /api/v1/client-groups 'it["count"]')"
    same 'files' '' "$(find "$(product_directory alice)"/shared/{logs,jobs,secrets} -type f 2>/dev/null)"
    same 'jobs' '' "$(as alice squeue --noheader --me)"
}

# What no node has, by way of profiles: constraint, gres, memory, CPUs, node list.
check_what_no_node_has_is_refused_in_slurms_words_or_said_never_to_start() {
    new_product alice
    sed -i 's/^profiles:/&\n  feature: {constraint: no_such_feature}\n  resource: {gres: "gpu:h100:1"}\n  memory: {mem: 4000G}\n  cpus: {cpus_per_task: 500}\n  elsewhere: {nodelist: node999}\n  window: {reservation: no_such_reservation}/' \
        "$(product_directory alice)/config.yaml"
    serve alice 8001
    local profile
    for profile in feature resource memory cpus elsewhere window; do
        refused_or_blocked "{\"num_clients\":1,\"profile\":\"$profile\"}"
    done
    refused_or_blocked '{"num_clients":99}'
    refused_or_blocked '{"num_clients":1,"partition":"dgx","time_limit":300}'
    refused_or_blocked '{"num_clients":1,"qos":"debug","time_limit":60}'
    nothing_stays
    kill_service alice
}

# refused_or_blocked BODY: 502 with Slurm's words and a remedy, or a group that says that it will never start, and goes without a trace.
refused_or_blocked() {
    local answer
    answer=$(api alice POST /api/v1/client-group/7 "$1")
    printf '%s -> %s\n' "$1" "$answer"
    case ${answer##*$'\n'} in
        502) contains "the answer to $1" 'Slurm refused the job: ' "$answer" ;;
        201)
            wait_until 60 says_never || fail "$1: $(api alice GET /api/v1/client-group/7)"
            of alice /api/v1/client-group/7 'it["info"]["reason"]'
            answers 200 '"status":"deleted"' alice DELETE /api/v1/client-group/7
            # What was submitted is kept for people: log and script of a job that was one.
            rm -f "$(product_directory alice)"/shared/{logs,jobs}/*
            ;;
        *) fail "$1 should be refused or wait: $answer" ;;
    esac
}
says_never() { [[ $(of alice /api/v1/client-group/7 'it["info"]["reason"]') == *'will never start'* ]]; }

check_hostile_values_of_any_member_are_refused_by_name() {
    new_product alice
    serve alice 8001
    python3 - "http://$PRODUCT_LOGIN:8001" "$(<"$(product_directory alice)/data/token")" <<'PY'
import json, sys, urllib.error, urllib.request
address, token = sys.argv[1:]
values = ['a\nb', "a'b", 'a"b', 'a#b', '$(id)', '`id`', 'a;b', 'a\x07b', 'a\x1fb', 'a\x00b', 'a\u2028b', '../a', 'a b', '', 'x' * 1000]
bad = []
for member in ['partition', 'qos', 'account', 'profile', 'container', 'template']:
    for value in values:
        request = urllib.request.Request(f'{address}/api/v1/client-group/7', method='POST',
            data=json.dumps({'num_clients': 1, member: value}).encode(),
            headers={'Authorization': f'Bearer {token}', 'Content-Type': 'application/json'})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                bad.append((member, value, answer.status, answer.read()[:200]))
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            if error.code != 422 or member not in text or json.loads(text).get('field') != member:
                bad.append((member, value, error.code, text[:300]))
for line in bad:
    print(*line)
sys.exit(bool(bad))
PY
    nothing_stays
    kill_service alice
}

# usually: 26.05
check_a_directory_for_logs_that_cannot_be_made_is_named() {
    new_product alice
    serve alice 8001
    rm -rf "$(product_directory alice)/shared/logs"
    : >"$(product_directory alice)/shared/logs"
    answers 503 shared/logs alice POST /api/v1/client-group/7 '{"num_clients":1,"time_limit":5}'
    rm "$(product_directory alice)/shared/logs"
    # One that is merely missing is made.
    ready_group alice 7 '{"num_clients":1,"time_limit":5}'
    leaves_no_job alice 7 "$job"
    kill_service alice
}

# The controller takes requests and does not answer; sbatch waits for it, and is killed while it does.
check_sbatch_that_is_killed_half_way_makes_one_job_or_none() {
    local answer asked waiting
    new_product alice
    serve alice 8001
    fault pause slurmctld
    api alice POST /api/v1/client-group/7 '{"num_clients":1,"time_limit":5}' >"$(product_directory alice)/answer" &
    asked=$!
    wait_until 60 sbatch_waits || fail 'sbatch was not called'
    waiting=$(sbatch_processes)
    sleep 2
    # shellcheck disable=SC2086  # one number per word
    kill -KILL $waiting
    fault resume slurmctld
    wait "$asked"
    answer=$(<"$(product_directory alice)/answer")
    printf '%s\n' "$answer"
    case ${answer##*$'\n'} in
        201)
            wait_for_group alice 7 120 ready
            same 'the jobs of alice' 1 "$(as alice squeue --noheader --me | wc -l)"
            leaves_no_job alice 7 "$(of alice /api/v1/client-group/7 'it["info"]["job_id"]')"
            ;;
        503)
            # Should one have been made after all, it is cancelled when it shows.
            wait_until 90 no_job_of alice || fail "a job is left: $(as alice squeue --noheader --me)"
            same 'groups' 0 "$(of alice /api/v1/client-groups 'it["count"]')"
            ;;
        *) fail "the answer is $answer" ;;
    esac
    kill_service alice
}
sbatch_processes() {
    local pid
    for pid in $(pgrep -x sbatch); do
        [[ $(readlink "/proc/$pid/ns/net") != "$(readlink "/proc/$(node_pid "$LOGIN")/ns/net")" ]] || printf '%s\n' "$pid"
    done
}
sbatch_waits() { [[ -n $(sbatch_processes) ]]; }
no_job_of() {
    local jobs
    jobs=$(as "$1" squeue --noheader --me) && [[ -z $jobs ]]
}

# slurmrestd in place of the commands: the same life of a group, and a token that has expired.
check_slurmrestd_serves_groups_and_an_expired_token_is_said() {
    local token
    new_product alice
    token=$(product_directory alice)/jwt
    product_environment=(--env "AIFACTORY_SLURM_REST_ADDRESS=http://$PRODUCT_LOGIN:6820")
    DISPATCHER=slurm-rest serve alice 8001
    ready_group alice 7 '{"num_clients":2,"time_limit":5}'
    start_run alice 7 '{"request_rate":4,"duration":"3s","isl":16,"osl":8}'
    finish_run alice 120
    summary alice 'it["clients"]["reported"] == 2 and it["requests"]["failed"] == 0'
    leaves_no_job alice 7 "$job"
    answers 502 'Slurm refused the job: ' alice POST /api/v1/client-group/7 '{"num_clients":1,"partition":"nowhere"}'
    kill_service alice

    # From a file, and where scontrol makes no new one.
    as alice scontrol token lifespan=5 | sed 's/^SLURM_JWT=//' >"$token"
    chown "$(stat -c %u:%g "$HERE/home/alice")" "$token"
    chmod 600 "$token"
    printf '  rest_token_file: /scratch/product/alice/jwt\n' >>"$(product_directory alice)/config.yaml"
    mkdir -p "$(product_directory alice)/bin"
    printf '#!/bin/sh\necho no tokens here >&2\nexit 1\n' >"$(product_directory alice)/bin/scontrol"
    chmod 755 "$(product_directory alice)/bin/scontrol"
    product_environment+=(--env "PATH=/scratch/product/alice/bin:/opt/jdk/bin:$NODE_PATH")
    sleep 6
    DISPATCHER=slurm-rest serve alice 8001
    answers 503 'token' alice POST /api/v1/client-group/7 '{"num_clients":1,"time_limit":5}'
    contains 'the answer' expired "$(api alice POST /api/v1/client-group/7 '{"num_clients":1,"time_limit":5}')"
    as alice scontrol token lifespan=600 | sed 's/^SLURM_JWT=//' >"$token"
    ready_group alice 7 '{"num_clients":1,"time_limit":5}'
    leaves_no_job alice 7 "$job"
    kill_service alice
}
