# shellcheck shell=bash
# Clients on CPU nodes and the AI server on a GPU node: one heterogeneous job, with the real llama-server.
# limit: 600

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"
# shellcheck source=testbed/lib/llama_on_nodes.sh
source "$TESTBED_DIR/lib/llama_on_nodes.sh"
# shellcheck source=testbed/lib/server_block.sh
source "$TESTBED_DIR/lib/server_block.sh"
# shellcheck source=testbed/lib/heterogeneous.sh
source "$TESTBED_DIR/lib/heterogeneous.sh"

check_clients_on_cpu_nodes_drive_a_server_on_a_gpu_node_in_one_job() {
    new_heterogeneous_product
    heterogeneous_file one.yaml 6s
    benchmark one.yaml out
    result out 'it["clients"]["reported"] == 2 and it["requests"]["completed"] == it["requests"]["sent"] > 10 and it["requests"]["failed"] == 0'
    result out 'it["servers"][0]["nodes"] == ["node003"] and it["servers"][0]["failure"] is None'
    result out 'sorted(it["provenance"]["slurm"]["nodes"]) == ["node001", "node002", "node003"]'
    local leader components
    leader=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["provenance"]["slurm"]["job_id"])' \
        "$(product_directory alice)/out/summary.json")
    components=$(as root sacct --noheader --allocations --parsable2 --jobs="$leader" --format=JobID,Partition,AllocTRES)
    contains 'the components in the accounts' "$leader+0|cpu|" "$components"
    contains 'the components in the accounts' "$leader+1|gpu|" "$components"
    contains 'the GPU of the second component' 'gres/gpu=1' "$(grep "^$leader+1" <<<"$components")"
}

# The first component alone may use the partition; the second wants more time than its QOS gives. 26.05 refuses such a job at once.
check_a_component_that_can_never_start_is_named_with_its_reason() {
    new_heterogeneous_product
    serve alice 8001
    if [[ $VERSION == 26.05 ]]; then
        answers 502 'Job violates accounting/QOS policy' alice POST /api/v1/client-group/7 "$(heterogeneous_group limited 60)"
        # Slurm leaves a component in the queue, which the service cancels when it sees it.
        wait_until 60 no_job_of alice || fail "a component is left: $(as alice squeue --noheader --me)"
        kill_service alice
        return
    fi
    answers 201 '"status":"created"' alice POST /api/v1/client-group/7 "$(heterogeneous_group limited 60)"
    wait_until 60 reason_names_the_component || fail "the reason is $(group_reason)"
    same 'its state' pending "$(group_state alice 7)"
    contains 'the diagnosis' 'component 1' "$(aifactory alice doctor 7)"
    answers 200 deleted alice DELETE /api/v1/client-group/7
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
    kill_service alice
}
no_job_of() {
    local jobs
    jobs=$(as "$1" squeue --noheader --me) && [[ -z $jobs ]]
}
group_reason() { of alice /api/v1/client-group/7 'str(it["info"]["reason"])'; }
reason_names_the_component() { [[ $(group_reason) == *'will never start'*'component 1'*'servers'*QOSMaxWallDurationPerJobLimit* ]]; }
