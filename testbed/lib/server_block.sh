# shellcheck shell=bash
# Benchmarks that start their AI servers, the real llama-server, in the job of their clients. Needs lib/product.sh and
# lib/llama_on_nodes.sh.

# One client or server of a testbed has a fraction of a core: what is asked of it is little.
# server_file NAME SERVER_KEYS CLIENTS [DURATION] [FILE_KEYS]
server_file() {
    cat >"$(product_directory alice)/$1" <<YAML
server:
  command: [$LLAMA_WORDS, --offline, --model, $LLAMA_DIRECTORY/model.gguf, --host, '{host}', --port, '{port}', --parallel, '{parallel}',
            --ctx-size, 8192, --threads, 1, --threads-batch, 1, --poll, 0, --no-ui]
  arguments: {parallel: 2}
  ready_timeout: 3m
  port: 8080
$2
dispatcher: slurm
time_limit: ${TIME_LIMIT:-15}
workload: {request_rate: 4, duration: ${4:-6s}, isl: 16, osl: 8}
num_clients: $3
${5:-}
YAML
}

# benchmark FILE OUTPUT: a run may rightly be found disturbed (3). Leaves what it said in $said.
benchmark() {
    local code=0
    aifactory alice benchmark -f "$1" --output "/scratch/product/alice/$2" >"$(product_directory alice)/said" 2>&1 || code=$?
    said=$(<"$(product_directory alice)/said")
    printf '%s\n' "$said"
    ((code == ${3:-0} || code == 3)) || fail "the benchmark ends with $code"
    no_trace_is_left
}

no_trace_is_left() {
    local node
    same 'what squeue shows of alice' '' "$(as alice squeue --noheader --me)"
    for node in $(compute_nodes "$(node_count)"); do same "servers on $node" '' "$(llama_processes "$node")"; done
}

# result OUTPUT EXPRESSION: must hold over its summary, called `it`.
result() {
    local file
    file=$(product_directory alice)/$1/summary.json
    python3 -c 'import json, sys
it = json.load(open(sys.argv[1]))
sys.exit(not eval(sys.argv[2]))' "$file" "$2" || fail "not so: $2; the summary is $(head -c 6000 "$file")"
}

# kill_the_server_once_it_is_busy NODE
kill_the_server_once_it_is_busy() {
    wait_until 240 grep -qE 'running [4-9] of' "$(product_directory alice)/said" || fail 'the run does not begin'
    llama_processes "$1" | xargs kill -KILL
}
