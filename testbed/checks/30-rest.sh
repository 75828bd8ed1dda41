# shellcheck shell=bash
# slurmrestd, with a token, from outside of the cluster.

service() { printf 'http://%s:%s' "$LOGIN_ADDRESS" "$SERVICE_PORT"; }

# The newest that the version has: its own and those before it are served as well.
api() {
    case $VERSION in
        22.05) echo v0.0.38 ;;
        24.11) echo v0.0.42 ;;
        *) echo v0.0.45 ;;
    esac
}

token_of() { as "$1" scontrol token lifespan=600 | sed 's/^SLURM_JWT=//'; }

# ask USER METHOD PATH [BODY]: prints the answer, then its status code on a separate line.
ask() {
    curl -s -m 20 -X "$2" -w '\n%{http_code}\n' -H "X-SLURM-USER-NAME: $1" -H "X-SLURM-USER-TOKEN: $(token_of "$1")" \
        -H 'Content-Type: application/json' ${4:+--data "$4"} "$(service)$3"
}

job_description() {
    local script='#!/bin/sh\nid -un >/scratch/rest-'$VERSION'.out\n'
    local common='"name": "by-rest", "tasks": 1, "current_working_directory": "/scratch", "standard_output": "/dev/null"'
    case $VERSION in
        22.05) printf '{"script": "%s", "job": {%s, "environment": {"PATH": "/usr/bin:/bin"}}}' "$script" "$common" ;;
        *) printf '{"job": {%s, "script": "%s", "environment": ["PATH=/usr/bin:/bin"]}}' "$common" "$script" ;;
    esac
}

check_slurmrestd_submits_a_job_that_runs_as_the_user_of_the_token() {
    local answer job
    rm -f "$HERE/scratch/rest-$VERSION.out"
    answer=$(ask bob POST "/slurm/$(api)/job/submit" "$(job_description)")
    printf '%s\n' "$answer"
    same 'the status code' 200 "$(tail -1 <<<"$answer")"
    job=$(grep -oE '"job_id": *[0-9]+' <<<"$answer" | head -1 | grep -oE '[0-9]+$')
    wait_for_job "$job" 30 COMPLETED
    same 'the user it ran as' bob "$(cat "$HERE/scratch/rest-$VERSION.out")"
    answer=$(ask bob GET "/slurm/$(api)/job/$job")
    contains 'the job by REST' by-rest "$answer"
}

check_slurmrestd_cancels_a_job() {
    local job
    job=$(submit alice --hold <<<$'#!/bin/sh\ntrue')
    same 'the status code' 200 "$(ask alice DELETE "/slurm/$(api)/job/$job" | tail -1)"
    wait_for_job "$job" 30 CANCELLED
}

check_slurmrestd_shows_accounting() {
    same "the status code of jobs" 200 "$(ask alice GET "/slurmdb/$(api)/jobs" | tail -1)"
}

check_slurmrestd_refuses_whoever_has_no_token() {
    local code
    code=$(curl -s -m 10 -o /dev/null -w '%{http_code}' "$(service)/slurm/$(api)/jobs")
    same 'the status code without a token' 401 "$code"
}
