# shellcheck shell=bash
# Groups whose clients and servers are components of a heterogeneous job. Needs lib/server_block.sh.

# The nodes of a testbed are alike: the profiles name those that play CPU nodes and the one that plays a GPU node.
new_heterogeneous_product() {
    new_product alice
    sed -i '/^profiles:/a\
  clients: {partition: cpu, nodelist: "node[001-002]", cpus_per_task: 2, mem: 1G}\
  serving: {partition: gpu, nodelist: node003, gres: "gpu:1", cpus_per_task: 4, mem: 2G}\
  limited: {partition: gpu, qos: gpu, nodelist: node003, cpus_per_task: 4, mem: 2G}\
  lowly: {partition: cpu, qos: low, nodelist: "node[001-002]", cpus_per_task: 2, mem: 1G, exclusive: true}\
  lowserving: {partition: gpu, qos: low, nodelist: node003, gres: "gpu:1", cpus_per_task: 4, mem: 2G, exclusive: true}' \
        "$(product_directory alice)/config.yaml"
    ensure_llama_on_nodes
}

# heterogeneous_file NAME DURATION: a benchmark of two clients and a server.
heterogeneous_file() { server_file "$1" '  gpus: 1'$'\n''  profile: serving' 2 "$2" 'profile: clients'; }

# heterogeneous_group SERVER_PROFILE MINUTES [CLIENT_PROFILE] [MORE]: the body of a request for such a group.
heterogeneous_group() {
    printf '{"num_clients":2,"time_limit":%s,"profile":"%s","server":{"command":["%s","--offline","--model","%s/model.gguf","--host","{host}","--port","{port}","--parallel","2","--ctx-size","8192","--threads","1","--threads-batch","1","--poll","0","--no-ui"],"port":8080,"ready_timeout":"3m","profile":"%s"}%s}' \
        "$2" "${3:-clients}" "${LLAMA_WORDS//, /\",\"}" "$LLAMA_DIRECTORY" "$1" "${4:-}"
}

# ready_heterogeneous_group MINUTES [SERVER_PROFILE] [CLIENT_PROFILE] [MORE]: group 7. Sets job.
ready_heterogeneous_group() { ready_group alice 7 "$(heterogeneous_group "${2:-serving}" "$1" "${3:-clients}" "${4:-}")"; }

# component OFFSET FIELD: of the job, as the accounts have it.
# shellcheck disable=SC2154  # the test sets job
component() {
    as root sacct --noheader --allocations --parsable2 --jobs="$job" --format="JobID,$2" | sed -n "s/^$job+$1|//p" | tail -1
}
