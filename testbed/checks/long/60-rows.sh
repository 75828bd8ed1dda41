# shellcheck shell=bash
# Rows of the mission that a fake cannot show: the variables and the template of a site, profiles as submitted jobs, states without accounting and
# without the controller's memory, addresses of clients, idle release. README.md lists every row with its check.
# limit: 900

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

readonly LITTLE='"isl":16,"osl":8'

# has_fields JOB FIELD=VALUE...: what the controller reports about the job.
has_fields() {
    local details field
    details=$(as root scontrol show job --oneliner "$1")
    for field in "${@:2}"; do [[ " $details " == *" $field "* ]] || fail "job $1 should have $field: $details"; done
}

# The variables that the seed names, and no option that says the same.
check_the_variables_of_a_site_decide_where_jobs_run_and_what_they_are_told() {
    local environment log
    new_product alice
    log=$(product_directory alice)/serve.log
    product_environment=(--env SLURM_PARTITION=gpu --env SLURM_QOS=normal --env SLURM_ACCOUNT=research --env "CLIENT_SERVICE_HOST=$PRODUCT_LOGIN"
        --env CLIENT_SERVICE_PORT=8011 --env AI_SERVER_HOST=ai-server --env AI_SERVER_PORT=8000)
    aifactory alice serve --dispatcher slurm >>"$log" 2>&1 &
    product_port[alice]=8011
    wait_until 300 answers_or_has_ended 8011 $! || fail "the service does not answer: $(tail -5 "$log")"
    curl -sf -m 5 -o /dev/null "http://$PRODUCT_LOGIN:8011/health" || fail "the service has ended: $(tail -5 "$log")"
    ready_group alice 7 '{"num_clients":1,"time_limit":10}'
    has_fields "$job" Partition=gpu QOS=normal Account=research TimeLimit=00:10:00 NumNodes=1
    environment=$(tr '\0' '\n' <"/proc/$(client_process node001)/environ")
    contains 'what the client receives' "CLIENT_SERVICE_ADDR=http://$PRODUCT_LOGIN:8011" "$environment"
    contains 'what the client receives' 'AI_SERVER_ADDR=http://ai-server:8000' "$environment"
    contains 'what the client receives' BENCHMARK_ID=7 "$environment"
    # Of the request's members the request decides.
    answers 201 '"status":"created"' alice POST /api/v1/client-group/8 '{"num_clients":1,"time_limit":10,"partition":"cpu","account":"ai-factory"}'
    has_fields "$(of alice /api/v1/client-group/8 'it["info"]["job_id"]')" Partition=cpu Account=ai-factory
    answers 200 deleted alice DELETE /api/v1/client-group/8
    leaves_no_job alice 7 "$job"
    for pid in $(pgrep -f "aifactory.commandline.Main serve --dispatcher slurm$"); do kill "$pid" 2>/dev/null || true; done
}

# All ten placeholders, as in the seed's template.
check_the_template_of_a_site_is_what_slurm_gets() {
    local directory
    new_product alice
    directory=$(product_directory alice)
    cat >"$directory/job.sh" <<'TEMPLATE'
#!/bin/bash
#SBATCH --job-name=benchmark-client-{benchmark_id}
#SBATCH --output={log_dir}/client_dispatcher_{benchmark_id}.out
#SBATCH --error={log_dir}/client_dispatcher_{benchmark_id}.err
#SBATCH --nodes={num_clients}
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=3
#SBATCH --mem=3G
#SBATCH --time={time_limit}:00
#SBATCH --partition={partition}
{qos_line}
{account_line}
#SBATCH --comment="of the site"

export CLIENT_SERVICE_ADDR="{client_service_addr}"
export AI_SERVER_ADDR="{ai_server_addr}"
echo "the site says: {num_clients} clients of {benchmark_id}"
{launch_command}
TEMPLATE
    printf '  templates: {site: job.sh}\n' >>"$directory/config.yaml"
    serve alice 8001
    ready_group alice 7 '{"num_clients":2,"time_limit":10,"template":"site","partition":"cpu","qos":"normal","account":"research"}'
    has_fields "$job" Partition=cpu QOS=normal Account=research NumNodes=2 CPUs/Task=3 MinMemoryNode=3G TimeLimit=00:10:00
    contains 'the comment of the job' 'of the site' "$(as root scontrol show job "$job")"
    start_run alice 7 "{\"request_rate\":4,\"duration\":\"3s\",$LITTLE}"
    finish_run alice 240
    summary alice 'it["clients"]["reported"] == 2 and it["requests"]["failed"] == 0'
    leaves_no_job alice 7 "$job"
    contains 'what the script printed' 'the site says: 2 clients of 7' "$(cat "$directory"/shared/logs/client_dispatcher_7.out)"
    kill_service alice
}

check_the_profiles_of_the_mission_are_what_slurm_is_asked_for() {
    new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":1,"time_limit":10,"profile":"dgx"}'
    has_fields "$job" Partition=dgx QOS=gpu Features=dgx_a100 CPUs/Task=8 MinMemoryNode=32G
    contains 'its GPU' gpu "$(as root scontrol show job --oneliner "$job" | grep -oE '(TresPerNode|Gres)=[^ ]*')"
    contains 'what the client sees' CUDA_VISIBLE_DEVICES=0 "$(tr '\0' '\n' <"/proc/$(client_process node001)/environ")"
    leaves_no_job alice 7 "$job"
    ready_group alice 8 '{"num_clients":1,"time_limit":10,"profile":"cpu"}'
    has_fields "$job" Partition=cpu QOS=normal Features=skylake CPUs/Task=16 MinMemoryNode=64G
    leaves_no_job alice 8 "$job"
    kill_service alice
}

# squeue forgets a job that has ended, sacct has no database, scontrol still knows it; then scontrol forgets it, too, and sacct knows it.
check_the_end_of_a_job_is_found_without_accounting_and_without_the_controllers_memory() {
    new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":1,"time_limit":10}'
    fault kill slurmdbd
    as root scancel "$job"
    wait_for_group alice 7 120 cancelled
    fault start slurmdbd
    answers 200 deleted alice DELETE /api/v1/client-group/7
    ready_group alice 8 '{"num_clients":1,"time_limit":10}'
    kill_service alice
    as root scancel "$job"
    wait_until 200 controller_has_forgotten "$job" || fail "the controller still knows job $job"
    serve alice 8001
    wait_for_group alice 8 120 cancelled
    contains 'who did it' 'by user' "$(of alice /api/v1/client-group/8 'it["info"]["reason"]')"
    answers 200 deleted alice DELETE /api/v1/client-group/8
    kill_service alice
}
controller_has_forgotten() { ! as root scontrol show job "$1" >/dev/null 2>&1; }

# An interface that one of the two nodes lacks costs that node's client, and its log says why.
check_clients_take_the_address_of_the_named_interface() {
    new_product alice
    on node001 root ip link add hsn0 type veth peer name hsn0-peer
    on node001 root ip address add 10.99.0.1/32 dev hsn0
    on node001 root ip link set hsn0 up
    printf '  client_interface: hsn0\n' >>"$(product_directory alice)/config.yaml"
    serve alice 8001
    ready_group alice 7 '{"num_clients":2,"min_clients":1,"time_limit":10}'
    same 'the address' "['http://10.99.0.1:9000']" "$(of alice /api/v1/client-group/7 '[c["address"] for c in it["info"]["clients"]]')"
    contains 'what the other client says' hsn0 "$(cat "$(product_directory alice)"/shared/logs/client_dispatcher_7.err)"
    leaves_no_job alice 7 "$job"
    on node001 root ip link del hsn0
    kill_service alice
}

check_an_idle_group_gives_its_nodes_back_and_a_run_that_does_not_fit_is_refused() {
    new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":1,"time_limit":10,"idle_timeout":1}'
    answers 409 'left' alice POST /api/v1/client-group/7/run "{\"request_rate\":4,\"duration\":\"20m\",$LITTLE}"
    wait_for_group alice 7 200 ended
    wait_for_job "$job" 60 COMPLETED CANCELLED
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
    answers 200 deleted alice DELETE /api/v1/client-group/7
    kill_service alice
}

# The output of two nodes, as it is written.
check_the_output_of_all_nodes_can_be_followed() {
    local directory
    new_product alice
    directory=$(product_directory alice)
    serve alice 8001
    ready_group alice 7 '{"num_clients":2,"time_limit":10}'
    aifactory alice logs 7 --follow --lines 1000 >"$directory/followed" 2>&1 &
    wait_until 60 grep -q registered "$directory/followed" || fail "nothing is followed: $(cat "$directory/followed")"
    wait_until 60 grep -q '^client_dispatcher_7.err: .* node001 ' "$directory/followed" || fail "no line of node001: $(cat "$directory/followed")"
    wait_until 60 grep -q '^client_dispatcher_7.err: .* node002 ' "$directory/followed" || fail "no line of node002: $(cat "$directory/followed")"
    kill_service alice KILL
    serve alice 8001
    start_run alice 7 "{\"request_rate\":4,\"duration\":\"3s\",$LITTLE}"
    finish_run alice 240
    leaves_no_job alice 7 "$job"
    wait_until 60 grep -q 'the job of group 7 has ended' "$directory/followed" || fail "the end is not followed: $(cat "$directory/followed")"
    same 'the lines that were followed' "$(sed 's/^/client_dispatcher_7.err: /' "$directory"/shared/logs/client_dispatcher_7.err)" \
        "$(grep '^client_dispatcher_7.err: ' "$directory/followed")"
    kill_service alice
}

# What Prometheus would do: it reads the targets and asks each of them.
check_the_targets_for_prometheus_answer_with_metrics() {
    local target
    new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":2,"time_limit":10}'
    # Clients may have registered before the service has learned from Slurm which nodes they may be on.
    wait_until 60 number_of_targets_is 2 || fail "the targets are $(api alice GET /api/v1/client-groups/targets)"
    for target in $(of alice /api/v1/client-groups/targets '" ".join(target for entry in it for target in entry["targets"])'); do
        contains "the health of $target" healthy "$(as alice curl -sf -m 10 "http://$target/health")"
    done
    contains 'the metrics of the group' 'client_group_clients{benchmark_id="7"} 2' "$(api alice GET /api/v1/client-groups/7/metrics)"
    leaves_no_job alice 7 "$job"
    kill_service alice
}

number_of_targets_is() { [[ $(of alice /api/v1/client-groups/targets 'sum(len(entry["targets"]) for entry in it)') == "$1" ]]; }

# The variables of the earlier system: the log, the number of jobs, the interval of queries, timeouts and retries of commands.
check_the_variables_of_the_earlier_system_have_their_effect() {
    local directory began answer
    new_product alice
    directory=$(product_directory alice)
    product_environment=(--env LOG_LEVEL=DEBUG --env SLURM_MAX_JOBS=2 --env SLURM_POLL_INTERVAL=2 --env HTTP_TIMEOUT=5 --env HTTP_MAX_RETRIES=2)
    serve alice 8001
    answer=$(aifactory alice config show)
    local line
    for line in 'slurm_max_jobs +2 ' 'slurm_poll_interval +2 ' 'http_timeout +5 ' 'http_max_retries +2 ' 'log_level +DEBUG '; do
        grep -qE "^$line" <<<"$answer" || fail "config show has no line $line: $answer"
    done
    ready_group alice 7 '{"num_clients":1,"time_limit":10}'
    answers 201 '"status":"created"' alice POST /api/v1/client-group/8 '{"num_clients":1,"time_limit":10}'
    answers 409 '2 groups are active, the maximum of this service' alice POST /api/v1/client-group/9 '{"num_clients":1,"time_limit":10}'
    same 'the jobs' 2 "$(as alice squeue --noheader --me | wc -l)"
    answers 200 deleted alice DELETE /api/v1/client-group/8
    contains 'the log of the service' ' DEBUG ' "$(cat "$directory/serve.log")"
    # An end that nothing reports to the service is seen with the next query.
    began=$SECONDS
    as root scancel --signal=KILL --full "$job"
    wait_for_group alice 7 60 failed cancelled ended
    printf 'figure: with slurm_poll_interval 2, an end was seen after %s s\n' $((SECONDS - began))
    # A service that hangs, then one that has ended.
    kill -STOP "$(service_process alice)"
    began=$SECONDS
    refused 'no answer within the time allowed' aifactory alice jobs
    ((SECONDS - began < 60)) || fail "the timeout of 5 s took $((SECONDS - began)) s"
    kill -CONT "$(service_process alice)"
    kill_service alice KILL
    refused 'cannot be reached' aifactory alice jobs --service "http://$PRODUCT_LOGIN:8001"
}

# Prompts in the user's files, which no node sees: public sets as people download them, and folders.
check_prompts_of_files_and_folders_reach_the_nodes() {
    local directory file
    new_product alice
    directory=$(product_directory alice)
    serve alice 8001
    ready_group alice 7 '{"num_clients":2,"time_limit":15}'
    mkdir -p "$HERE/home/alice/prompts/folder"
    printf '%s\n' '[{"id": "a", "conversations": [{"from": "human", "value": "What is Slurm?"}, {"from": "gpt", "value": "A scheduler."}]},' \
        '{"id": "b", "conversations": [{"from": "human", "value": "And what is a node?"}, {"from": "gpt", "value": "A machine."}]}]' >"$HERE/home/alice/prompts/sharegpt.json"
    printf '%s\n' '{"prompt": "Name a planet."}' '{"prompt": "Name a river."}' >"$HERE/home/alice/prompts/prompts.jsonl"
    printf 'text,other\nName a city.,1\nName a sea.,2\n' >"$HERE/home/alice/prompts/prompts.csv"
    printf '%s\n' '{"prompt": "Name a lake."}' >"$HERE/home/alice/prompts/folder/one.jsonl"
    printf '%s\n' '{"prompt": "Name a hill."}' >"$HERE/home/alice/prompts/folder/two.jsonl"
    chown -R --reference="$HERE/home/alice" "$HERE/home/alice/prompts"
    for file in sharegpt.json prompts.jsonl 'prompts.csv --dataset-column text' folder; do
        # shellcheck disable=SC2086  # an option may follow the name
        aifactory alice run 7 --follow --dataset /home/alice/prompts/$file --num-prompts 4 --concurrency 2 --osl 4 \
            --output "/scratch/product/alice/out-${file%% *}" >>"$directory/log" 2>&1 || [[ $? -eq 3 ]] || fail "$file: $(tail -5 "$directory/log")"
        python3 -c 'import json, sys
it = json.load(open(sys.argv[1]))
sys.exit(not (it["clients"]["reported"] == 2 and it["requests"]["completed"] == it["requests"]["sent"] == 4 and it["requests"]["failed"] == 0))' \
            "$directory/out-${file%% *}/summary.json" || fail "$file: $(cat "$directory/out-${file%% *}/summary.json")"
    done
    leaves_no_job alice 7 "$job"
    kill_service alice
    rm -rf "$HERE/home/alice/prompts"
}

# Files of several groups and jobs can be kept in one directory.
check_files_that_are_fetched_are_named_by_group_job_and_kind() {
    local directory token
    new_product alice
    directory=$(product_directory alice)
    serve alice 8001
    ready_group alice 7 '{"num_clients":1,"time_limit":10}'
    start_run alice 7 "{\"request_rate\":4,\"duration\":\"3s\",$LITTLE}"
    finish_run alice 240
    token=$(<"$directory/data/token")
    mkdir "$directory/fetched"
    local format
    for format in vllm aiperf csv jsonl; do
        (cd "$directory/fetched" && curl -sfOJ -H "Authorization: Bearer $token" "http://$PRODUCT_LOGIN:8001/api/v1/client-group/7/export/$format") || fail "no $format"
    done
    same 'the files' "$(for format in aiperf.json requests.jsonl summary.csv vllm.json; do printf 'group-7_job-%s_run-%s_%s\n' "$job" "$run" "$format"; done)" \
        "$(cd "$directory/fetched" && printf '%s\n' * | LC_ALL=C sort)"
    leaves_no_job alice 7 "$job"
    kill_service alice
}
