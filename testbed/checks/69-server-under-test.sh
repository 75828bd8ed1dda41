# shellcheck shell=bash
# AI servers that are started by the benchmark itself, in one job with its clients: the real llama-server.
# limit: 600

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"
# shellcheck source=testbed/lib/llama_on_nodes.sh
source "$TESTBED_DIR/lib/llama_on_nodes.sh"
# shellcheck source=testbed/lib/server_block.sh
source "$TESTBED_DIR/lib/server_block.sh"

# usually: 26.05
check_a_server_block_starts_a_real_server_drives_it_from_two_nodes_and_ends_it() {
    new_product alice
    ensure_llama_on_nodes
    server_file one.yaml '' 2
    benchmark one.yaml out
    result out 'it["clients"]["reported"] == 2 and it["requests"]["completed"] == it["requests"]["sent"] > 10 and it["requests"]["failed"] == 0'
    result out 'len(it["servers"]) == 1 and it["servers"][0]["nodes"] == ["node003"] and it["servers"][0]["failure"] is None'
    result out 'it["servers"][0]["ready_after_s"] > 0 and it["provenance"]["targets"] == [it["servers"][0]["address"]]'
    result out '"--parallel" in it["servers"][0]["commands"][0] and it["servers"][0]["arguments"] == {"parallel": 2}'
    contains 'the log of the server' 'model.gguf' "$(cat "$(product_directory alice)/out/server-0.log")"
}

# usually: 26.05
check_two_replicas_share_the_load_and_have_results_of_their_own() {
    new_product alice
    ensure_llama_on_nodes
    server_file two.yaml '  replicas: 2' 2
    benchmark two.yaml out
    result out '[s["nodes"] for s in it["servers"]] == [["node003"], ["node004"]] and len(it["provenance"]["targets"]) == 2'
    result out 'it["requests"]["completed"] == it["requests"]["sent"] > 10'
    local page
    page=$(<"$(product_directory alice)/out/report.html")
    contains 'the page' "$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["servers"][1]["address"])' \
        "$(product_directory alice)/out/summary.json")" "$page"
}

# usually: 22.05
check_a_server_that_is_killed_in_mid_run_is_named_and_no_job_is_left() {
    new_product alice
    ensure_llama_on_nodes
    server_file killed.yaml '' 2 60s
    : >"$(product_directory alice)/said"
    kill_the_server_once_it_is_busy node003 &
    benchmark killed.yaml out 3
    wait $!
    result out 'it["status"] == "incomplete" and not it["valid"] and it["requests"]["completed"] > 0'
    result out 'it["servers"][0]["failure"]["cause"] == "killed" and it["servers"][0]["lost_after_s"] > 0'
    result out 'any(r["code"] == "server_lost" and "node003" in r["message"] and "signal 9" in r["message"] for r in it["invalid_reasons"])'
    result out 'it["duration_s"] < 40'
}

# usually: 22.05
check_a_sweep_over_an_argument_of_the_server_restarts_it_in_the_same_job() {
    new_product alice
    ensure_llama_on_nodes
    server_file sweep.yaml '' 2 4s
    printf 'sweep: {concurrency: [2, 4], server.parallel: [1, 4]}\n' >>"$(product_directory alice)/sweep.yaml"
    sed -i 's/request_rate: 4, //' "$(product_directory alice)/sweep.yaml"
    # A node of the testbed has a fraction of a core: its runs may rightly be found disturbed (3).
    aifactory alice sweep -f sweep.yaml --output /scratch/product/alice/sweep || (($? == 3)) || fail 'the sweep failed'
    no_trace_is_left
    python3 - "$(product_directory alice)/sweep" <<'PY' || fail "$(head -c 5000 "$(product_directory alice)/sweep/campaign.json")"
import json, sys
it = json.load(open(sys.argv[1] + '/campaign.json'))
steps = it['steps']
assert it['complete'] and [s['name'] for s in steps] == [
    'server.parallel=1 concurrency=2', 'server.parallel=1 concurrency=4', 'server.parallel=4 concurrency=2',
    'server.parallel=4 concurrency=4'], steps
runs = [json.load(open(f"{sys.argv[1]}/{s['directory']}/summary.json")) for s in steps]
assert [r['servers'][0]['arguments']['parallel'] for r in runs] == [1, 1, 4, 4]
assert len({r['benchmark_id'] for r in runs}) == 1, 'one group, and so one job'
assert all(r['requests']['completed'] > 0 and r['servers'][0]['failure'] is None for r in runs)
PY
    contains 'its page' 'server.parallel=4' "$(cat "$(product_directory alice)/sweep/campaign.html")"
}

# usually: neither
check_servers_in_a_job_of_their_own_are_shared_by_several_benchmarks() {
    local shared
    new_product alice
    ensure_llama_on_nodes
    server_file servers.yaml '' 1
    serve alice 8001
    aifactory alice group create 900 --num-clients 0 --time-limit 15 -f servers.yaml
    aifactory alice wait 900 --for ready --timeout 4m
    shared=$(of alice /api/v1/client-group/900 'it["info"]["job_id"]')
    printf 'server: {group: 900}\nnum_clients: 2\nworkload: {request_rate: 4, duration: 4s, isl: 16, osl: 8}\n' \
        >"$(product_directory alice)/load.yaml"
    for run in one another; do
        aifactory alice benchmark -f load.yaml --output "/scratch/product/alice/$run" || (($? == 3)) || fail "benchmark $run failed"
        result "$run" 'it["requests"]["completed"] == it["requests"]["sent"] > 5 and len(it["servers"]) == 1'
        same 'the job of the servers' RUNNING "$(job_state "$shared")"
    done
    leaves_no_job alice 900 "$shared"
    no_trace_is_left
    kill_service alice
}

# only: 26.05
check_a_server_block_starts_a_server_in_a_container() {
    new_product alice
    ensure_llama_image
    server_file contained.yaml "  container: $LLAMA_IMAGE
  container_sha256: $(sha256sum <"$HERE$LLAMA_IMAGE" | cut -d' ' -f1)
  gpus: 1
  environment: {GREETING: 'a value, with \"marks\"'}
  gpu_memory_fraction: 0.5
profile: gpu" 2
    note_the_environment_of_the_server &
    benchmark contained.yaml out
    wait $!
    contains 'the environment inside' GPU_MEMORY_FRACTION=0.5 "$(cat "$(product_directory alice)/environment")"
    contains 'the environment inside' 'GREETING=a value, with "marks"' "$(cat "$(product_directory alice)/environment")"
    contains 'the environment inside' APPTAINER_CONTAINER= "$(cat "$(product_directory alice)/environment")"
    result out 'it["servers"][0]["container"].endswith("/llama.sif") and it["servers"][0]["failure"] is None'
    result out '"--nv" in it["servers"][0]["commands"][0] and it["requests"]["completed"] == it["requests"]["sent"] > 10'
    sed -i 's/container_sha256: ..../container_sha256: 0000/' "$(product_directory alice)/contained.yaml"
    benchmark contained.yaml wrong 4
    contains 'what it says' 'it is another image' "$said"
}

note_the_environment_of_the_server() {
    wait_until 240 note_environment || fail 'there is no server'
}
# Of the server itself, and not of what starts the container.
note_environment() {
    local pid
    for pid in $(llama_processes node003); do
        tr '\0' '\n' <"/proc/$pid/environ" >"$(product_directory alice)/environment" || continue
        ! grep -q '^APPTAINER_CONTAINER=' "$(product_directory alice)/environment" || return 0
    done
    return 1
}

# usually: neither
check_a_server_that_cannot_start_ends_the_benchmark_with_its_cause() {
    new_product alice
    ensure_llama_on_nodes
    server_file broken.yaml '' 1
    sed -i 's/model.gguf/no-such-model.gguf/' "$(product_directory alice)/broken.yaml"
    benchmark broken.yaml out 4
    contains 'what it says' 'its model cannot be loaded' "$said"
    contains 'what it says' 'its last lines' "$said"
    server_file taken.yaml '' 1
    sed -i 's/port: 8080/port: 6818/' "$(product_directory alice)/taken.yaml" # slurmd's
    benchmark taken.yaml out 4
    contains 'what it says' 'port 6818 is used on this node already' "$said"
}
