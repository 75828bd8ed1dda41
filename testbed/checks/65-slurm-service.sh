# shellcheck shell=bash
# The Client Service on the login node: groups that are Slurm jobs, against the real inference server.
# limit: 600

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

# One client of a testbed has a fraction of a core: what is asked of it is little, and a run may rightly be found disturbed.
readonly LITTLE='"isl":16,"osl":8'

check_four_nodes_register_run_and_leave_no_job_and_every_record() {
    new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":4,"time_limit":10}'
    same 'the clients' "['node001', 'node002', 'node003', 'node004']" \
        "$(of alice /api/v1/client-group/7 'sorted(c["node"] for c in it["info"]["clients"])')"
    same 'their ports' "{'9000'}" \
        "$(of alice /api/v1/client-group/7 '{c["address"].rsplit(":", 1)[1] for c in it["info"]["clients"]}')"
    start_run alice 7 "{\"request_rate\":8,\"duration\":\"6s\",$LITTLE}"
    finish_run alice 240
    summary alice 'it["status"] in ("completed", "invalid") and it["clients"]["reported"] == 4 and it["clients"]["lost"] == []'
    summary alice 'it["requests"]["sent"] == it["requests"]["completed"] == it["requests"]["scheduled"] > 10'
    leaves_no_job alice 7 "$job"
    same 'how the job ended' COMPLETED "$(job_state "$job")"
    summary alice 'it["requests"]["completed"] > 10'
    aifactory alice report "$run" --output "/scratch/product/alice/report"
    local file
    for file in summary.json report.html requests.jsonl.zst vllm.json profile_export_aiperf.json profile_export.jsonl summary.csv; do
        [[ -s $(product_directory alice)/report/$file ]] || fail "$file was not written"
    done
    contains 'the log of the clients' registered "$(cat "$(product_directory alice)"/shared/logs/client_dispatcher_7.{out,err})"
    same 'the mode of what is kept of secrets' 700 "$(stat -c %a "$(product_directory alice)/shared/secrets")"
    same 'secrets that are left' '' "$(ls "$(product_directory alice)/shared/secrets")"
    kill_service alice
}

# usually: 26.05
check_a_whole_run_over_tls() {
    local directory service
    new_product alice
    directory=$(product_directory alice)
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=elsewhere -keyout "$directory/key.pem" -out "$directory/certificate.pem" 2>/dev/null
    chmod 600 "$directory/key.pem"
    chown --reference="$directory" "$directory/key.pem" "$directory/certificate.pem"
    aifactory alice serve --dispatcher slurm --port 8001 --ai-server http://ai-server:8000 \
        --tls-certificate /scratch/product/alice/certificate.pem --tls-key /scratch/product/alice/key.pem >>"$directory/serve.log" 2>&1 &
    service=$!
    product_port[alice]=8001
    wait_until 300 serves_tls_or_has_ended $service || fail "no TLS within 300 s: $(tail -5 "$directory/serve.log")"
    contains 'the address given to clients' '"client_service_address":"https://' "$(aifactory alice jobs --json | tr -d ' \n')"
    aifactory alice group create 7 --num-clients 2 --time-limit 10 >>"$directory/log" 2>&1 || fail "$(tail -5 "$directory/log")"
    aifactory alice wait 7 --for ready --timeout 5m >>"$directory/log" 2>&1 || fail "$(tail -5 "$directory/log") $(tail -5 "$directory"/shared/logs/*)"
    contains 'what a node finds' 'no problems found' "$(aifactory alice doctor 7 --from-node)"
    aifactory alice run 7 --follow --request-rate 4 --duration 4s --isl 16 --osl 8 --output /scratch/product/alice/tls >>"$directory/log" 2>&1 ||
        [[ $? -eq 3 ]] || fail "$(tail -5 "$directory/log")"
    python3 -c 'import json, sys; it = json.load(open(sys.argv[1])); sys.exit(not (it["clients"]["reported"] == 2 and it["requests"]["completed"] > 5))' \
        "$directory/tls/summary.json" || fail "$(tail -5 "$directory/log")"
    aifactory alice group delete 7 >>"$directory/log" 2>&1 || fail "$(tail -5 "$directory/log")"
    kill_service alice
}
serves_tls_or_has_ended() { curl -skf -m 5 -o /dev/null "https://$PRODUCT_LOGIN:8001/health" || ! kill -0 "$1" 2>/dev/null; }

check_what_slurm_refuses_is_502_in_its_words_and_leaves_nothing() {
    new_product alice
    serve alice 8001
    answers 502 'Invalid partition name' alice POST /api/v1/client-group/7 '{"num_clients":1,"partition":"nowhere"}'
    answers 502 'Invalid account' alice POST /api/v1/client-group/7 '{"num_clients":1,"account":"nobody"}'
    answers 502 'Invalid qos' alice POST /api/v1/client-group/7 '{"num_clients":1,"qos":"golden"}'
    answers 422 profile alice POST /api/v1/client-group/7 '{"num_clients":1,"profile":"unheard-of"}'
    # shellcheck disable=SC2016  # nothing may expand it
    answers 422 partition alice POST /api/v1/client-group/7 '{"num_clients":1,"partition":"a b; $(id)"}'
    # The controller saves its state every 5 s. One that is killed before it has saved the end of the last test's job
    # shows that job as running for two minutes.
    wait_until 60 no_job_of alice || fail "jobs are left: $(as alice squeue --noheader --me)"
    sleep 6
    fault kill slurmctld
    answers 503 'Unable to contact slurm controller' alice POST /api/v1/client-group/7 '{"num_clients":1}'
    fault start slurmctld
    wait_until 120 no_job_of alice || fail "jobs are left: $(as alice squeue --noheader --me)"
    same 'groups' 0 "$(of alice /api/v1/client-groups 'it["count"]')"
    same 'files' '' "$(find "$(product_directory alice)"/shared/{logs,jobs,secrets} -type f)"
    kill_service alice
}

no_job_of() {
    local jobs
    jobs=$(as "$1" squeue --noheader --me) && [[ -z $jobs ]]
}

check_a_job_that_will_never_start_is_said_to_and_can_be_deleted() {
    new_product alice
    serve alice 8001
    answers 201 created alice POST /api/v1/client-group/7 '{"num_clients":1,"qos":"gpu","time_limit":60}'
    job=$(of alice /api/v1/client-group/7 'it["info"]["job_id"]')
    wait_until 30 says_never alice || fail "$(api alice GET /api/v1/client-group/7)"
    contains 'the reason' QOSMaxWallDurationPerJobLimit "$(of alice /api/v1/client-group/7 'it["info"]["reason"]')"
    contains 'the script' '#SBATCH --time=0-01:00:00' "$(aifactory alice group create 8 --num-clients 1 --time-limit 60 --dry-run)"
    leaves_no_job alice 7 "$job"
    kill_service alice
}
says_never() { [[ $(of "$1" /api/v1/client-group/7 'it["info"]["reason"]') == *'will never start'* ]]; }

# usually: 26.05
check_services_of_two_users_do_not_touch_each_other() {
    new_product alice
    new_product bob
    serve alice 8001
    serve bob 8002
    answers 201 created alice POST /api/v1/client-group/7 '{"num_clients":1,"time_limit":5}'
    answers 201 created bob POST /api/v1/client-group/7 '{"num_clients":1,"time_limit":5}'
    wait_for_group alice 7 300 ready
    wait_for_group bob 7 300 ready
    same 'the status for the token of another user' 401 "$(curl -s -o /dev/null -w '%{http_code}' \
        -H "Authorization: Bearer $(<"$(product_directory alice)/data/token")" "http://$PRODUCT_LOGIN:8002/api/v1/client-groups")"
    refused '' as bob cat /scratch/product/alice/data/token
    start_run alice 7 "{\"request_rate\":4,\"duration\":\"3s\",$LITTLE}"
    finish_run alice 240
    summary alice 'it["clients"]["reported"] == 1 and it["requests"]["failed"] == 0'
    job=$(of alice /api/v1/client-group/7 'it["info"]["job_id"]')
    leaves_no_job alice 7 "$job"
    group_is bob 7 ready || fail "bob's group is $(group_state bob 7)"
    job=$(of bob /api/v1/client-group/7 'it["info"]["job_id"]')
    leaves_no_job bob 7 "$job"
    kill_service alice
    kill_service bob
}

# usually: 26.05
check_a_killed_client_and_a_killed_service_cost_only_what_they_must() {
    new_product alice
    serve alice 8001
    ready_group alice 7 '{"num_clients":3,"time_limit":10,"min_clients":2}'
    start_run alice 7 "{\"request_rate\":6,\"duration\":\"15s\",$LITTLE}"
    kill_service alice KILL
    serve alice 8001
    finish_run alice 240
    summary alice 'it["status"] in ("completed", "invalid") and it["clients"]["reported"] == 3 and it["clients"]["lost"] == []'
    summary alice 'it["requests"]["sent"] == it["requests"]["completed"] == it["requests"]["scheduled"] > 40'
    same 'the job after the restart' "$job" "$(of alice /api/v1/client-group/7 'it["info"]["job_id"]')"
    wait_for_group alice 7 60 ready
    start_run alice 7 "{\"request_rate\":6,\"duration\":\"15s\",$LITTLE}"
    sleep 3
    kill -KILL "$(client_process node002)"
    finish_run alice 240
    summary alice 'it["status"] == "incomplete" and it["clients"]["reported"] == 2 and len(it["clients"]["lost"]) == 1'
    summary alice 'it["requests"]["completed"] > 20'
    wait_for_group alice 7 60 ready
    leaves_no_job alice 7 "$job"
    kill_service alice
}

# What nvidia-smi of driver 550 says of two A100, on one of the nodes; the other's driver finds none.
recorded_nvidia_smi() {
    cat <<'SCRIPT'
#!/bin/sh
[ "$(hostname)" = node001 ] || { echo 'No devices were found'; exit 6; }
cat <<'OUTPUT'
0, NVIDIA A100-SXM4-80GB, 97, 71234, 81920, 391.27
1, NVIDIA A100-SXM4-80GB, 3, 512, 81920, 61.02
OUTPUT
SCRIPT
}

# run_with_gpus ID: a run of a group with GPUs, which is deleted. Its summary stays.
run_with_gpus() {
    ready_group alice "$1" '{"num_clients":2,"time_limit":10,"gpu":true}'
    environment=$(tr '\0' '\n' <"/proc/$(client_process node001)/environ")
    start_run alice "$1" "{\"request_rate\":4,\"duration\":\"4s\",$LITTLE}"
    finish_run alice 240
    leaves_no_job alice "$1" "$job"
}

# usually: 22.05
check_gpus_are_in_the_summary_and_where_there_are_none_a_note_is() {
    local environment
    new_product alice
    product_environment=(--env GPU_MEMORY_FRACTION=0.8)
    serve alice 8001
    run_with_gpus 7
    summary alice 'it["gpus"]["gpus"] == [] and [note.split(":")[0].split(" ")[0] for note in sorted(it["gpus"]["notes"])] == ["node001", "node002"]'
    summary alice 'all("no nvidia-smi" in note for note in it["gpus"]["notes"])'
    contains 'what Slurm gave the client' CUDA_VISIBLE_DEVICES=0 "$environment"
    contains 'the settings given to the client' GPU_MEMORY_FRACTION=0.8 "$environment"
    contains 'the name of the job' benchmark-gpu-7- "$(as alice sacct --noheader --allocations --jobs="$job" --format=JobName%60)"

    recorded_nvidia_smi | as root tee /usr/local/bin/nvidia-smi >/dev/null
    as root chmod 755 /usr/local/bin/nvidia-smi
    run_with_gpus 8
    as root rm /usr/local/bin/nvidia-smi
    summary alice '[(gpu["index"], gpu["name"], gpu["utilization_percent_mean"], gpu["memory_used_mib_max"], gpu["memory_total_mib"], round(gpu["power_watts_mean"], 2)) for gpu in it["gpus"]["gpus"]] == [(0, "NVIDIA A100-SXM4-80GB", 97.0, 71234, 81920, 391.27), (1, "NVIDIA A100-SXM4-80GB", 3.0, 512, 81920, 61.02)]'
    summary alice 'all(gpu["client"].startswith("node001") and gpu["samples"] > 1 and gpu["timeline"] for gpu in it["gpus"]["gpus"])'
    summary alice 'len(it["gpus"]["notes"]) == 1 and it["gpus"]["notes"][0].startswith("node002") and "no GPU" in it["gpus"]["notes"][0]'
    kill_service alice
}

# usually: 22.05
check_a_second_service_on_a_login_node_gets_the_next_free_port() {
    new_product alice
    new_product bob
    serve alice 8001
    aifactory bob serve --dispatcher slurm --ai-server http://ai-server:8000 >>"$(product_directory bob)/serve.log" 2>&1 &
    product_port[bob]=8002
    wait_until 300 answers_or_has_ended 8002 $! || fail "no service on port 8002: $(tail -5 "$(product_directory bob)/serve.log")"
    contains 'what serve prints' ':8002 instead of port 8001' "$(cat "$(product_directory bob)/serve.log")"
    contains 'the discovery file' ':8002"' "$(cat "$(product_directory bob)/data/service.json")"
    ready_group bob 7 '{"num_clients":2,"time_limit":10}'
    contains 'the address given to clients' ':8002' "$(aifactory bob jobs --json)"
    start_run bob 7 "{\"request_rate\":4,\"duration\":\"4s\",$LITTLE}"
    finish_run bob 240
    summary bob 'it["clients"]["reported"] == 2'
    leaves_no_job bob 7 "$job"
    if aifactory bob serve --dispatcher slurm --port 8001 --data-dir /scratch/product/bob/other >"$(product_directory bob)/given.log" 2>&1; then
        fail 'a port that was given and is in use was accepted'
    fi
    contains 'the error' 'is another one running? Choose another port with --port' "$(cat "$(product_directory bob)/given.log")"
    kill_service alice
}
