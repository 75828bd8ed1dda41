# shellcheck shell=bash
# The image of the clients, built and run by an ordinary user. The tarball that it is built from is packaging/build's, in
# target/packaging or, for a trial, where CLIENT_TARBALL says, below this checkout. Debian bookworm, and so 22.05, has no Apptainer.
# limit: 600

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

readonly CLIENT_IMAGE=/scratch/images/client.sif
readonly LITTLE_LOAD='"isl":16,"osl":8'

# The tarball as the nodes see it.
client_tarball() {
    local root file
    root=$(cd "$TESTBED_DIR/.." && pwd)
    file=${CLIENT_TARBALL:+$root/$CLIENT_TARBALL}
    # shellcheck disable=SC2012  # names made by this script
    [[ -n $file ]] || file=$(ls -t "$root"/target/packaging/aifactory-*.tar.gz 2>/dev/null | head -1) || true
    [[ -f $file ]] || fail "there is no tarball in $root/target/packaging: run packaging/build first"
    printf '/project/%s\n' "${file#"$root"/}"
}

build_image() { aifactory alice image build --tarball "$(client_tarball)" --output "$CLIENT_IMAGE" "$@"; }

# Built once for all tests; again when the tarball is newer.
ensure_client_image() {
    local tarball
    tarball=$(client_tarball)
    as alice mkdir -p /scratch/images
    [[ ! -f $HERE$CLIENT_IMAGE || $TESTBED_DIR/../${tarball#/project/} -nt $HERE$CLIENT_IMAGE ]] || return 0
    build_image --replace || fail 'the image was not built'
}

# containers_of USER [MEMBER...]: has the configuration define the image as `default`, pinned by its checksum.
containers_of() {
    local user=$1 checksum
    shift
    checksum=$(cut -d' ' -f1 "$HERE$CLIENT_IMAGE.sha256")
    cat >>"$(product_directory "$user")/config.yaml" <<YAML
  containers:
    default: {image: $CLIENT_IMAGE, sha256: ${CHECKSUM:-$checksum}$(printf ', %s' "$@")}
YAML
    sed -i 's/^profiles:/&\n  boxed: {partition: gpu, gres: "gpu:1", cpus_per_task: 4, mem: 8G, container: default}/' "$(product_directory "$user")/config.yaml"
}

# everyday
# only: 26.05
check_an_ordinary_user_builds_an_image_that_nobody_can_write() {
    new_product alice
    ensure_client_image
    as alice sh -c 'cd /scratch/images && sha256sum -c client.sif.sha256'
    same 'what else is left of the build' '' "$(find "$HERE/scratch/images" -name '*.partial')"
    refused 'already, and jobs may be using it' build_image
    # shellcheck disable=SC2016  # for the shell in the container
    refused 'Read-only file system' as alice apptainer exec "$CLIENT_IMAGE" sh -c 'id -u; echo x >/opt/aifactory/bin/aifactory'
    refused '' as alice apptainer exec --writable "$CLIENT_IMAGE" true
    same 'the user inside' 2001 "$(as alice apptainer exec "$CLIENT_IMAGE" id -u)"
    contains 'its labels' "aifactory.tarball.sha256: $(as alice sha256sum "$(client_tarball)" | cut -d' ' -f1)" "$(as alice apptainer inspect "$CLIENT_IMAGE")"
    refused 'nothing listens on 127.0.0.1 port 9' as alice apptainer run --app health "$CLIENT_IMAGE" 127.0.0.1 9
}

# only: 26.05
check_the_image_runs_by_hand_and_by_sbatch_wrap() {
    local job code=0
    new_product alice
    ensure_client_image
    contains 'what it says' 'aifactory ' "$(as alice apptainer run "$CLIENT_IMAGE" version)"
    as alice apptainer run --cleanenv --bind /scratch "$CLIENT_IMAGE" benchmark --ai-server http://ai-server:8000 --num-clients 1 \
        --request-rate 4 --duration 3s --isl 16 --osl 8 --output /scratch/product/alice/results/by-hand || code=$?
    ((code == 0 || code == 3)) || fail "by hand it ends with $code"
    results by-hand 1
    job=$(as alice sbatch --parsable --time=5 --cpus-per-task=4 --output=/scratch/product/alice/wrap.out \
        --wrap="apptainer run --cleanenv --bind /scratch $CLIENT_IMAGE benchmark --ai-server http://ai-server:8000 --num-clients 1 --request-rate 4 --duration 3s --isl 16 --osl 8 --output /scratch/product/alice/results/wrapped; code=\$?; [ \$code = 0 ] || [ \$code = 3 ]")
    wait_for_job "${job%%;*}" 200 COMPLETED FAILED
    same 'how the job ended' COMPLETED "$(job_state "${job%%;*}")"
    results wrapped 1
}

# only: 26.05
check_four_nodes_in_containers_see_their_gpus_and_flush_on_sigterm() {
    local environment
    new_product alice
    ensure_client_image
    containers_of alice 'gpu: nvidia'
    product_environment=(--env 'APPTAINER_BIND=/scratch,/var/log/slurm:/site-logs:ro')
    serve alice 8001
    # --nv is accepted on nodes without a driver too: Apptainer warns and continues.
    ready_group alice 7 '{"num_clients":4,"time_limit":10,"profile":"boxed","gpu":true}'
    environment=$(tr '\0' '\n' <"/proc/$(client_process node002)/environ")
    contains 'the image of the client' APPTAINER_NAME=client.sif "$environment"
    contains 'the GPU that the client sees' CUDA_VISIBLE_DEVICES=0 "$environment"
    contains 'the variables that Slurm set for the client' SLURM_PROCID= "$environment"
    [[ $environment != *$'\n'USER=* ]] || fail "the environment inside is not clean: $environment"
    contains 'the script' '--nv' "$(cat "$(product_directory alice)"/shared/jobs/*.sh)"
    environment=$(awk '{ print $5, $6 }' "/proc/$(client_process node002)/mountinfo")
    [[ $environment =~ (^|$'\n')/scratch\ rw ]] || fail "/scratch of APPTAINER_BIND is not mounted: $environment"
    [[ $environment =~ $'\n'/site-logs\ ro ]] || fail "/site-logs of APPTAINER_BIND is not mounted read-only: $environment"
    same 'the health of a client' healthy "$(as alice apptainer run --app health "$CLIENT_IMAGE" node002 9000 2>/dev/null)"
    start_run alice 7 "{\"request_rate\":8,\"duration\":\"5s\",$LITTLE_LOAD}"
    finish_run alice 240
    summary alice 'it["status"] in ("completed", "invalid") and it["clients"]["reported"] == 4 and it["clients"]["lost"] == []'
    summary alice 'it["requests"]["sent"] == it["requests"]["completed"] == it["requests"]["scheduled"] > 10'
    start_run alice 7 "{\"request_rate\":8,\"duration\":\"60s\",$LITTLE_LOAD}"
    sleep 5
    as alice scancel --signal=TERM "$job"
    finish_run alice 120
    # All that was measured until then came home.
    summary alice 'it["clients"]["reported"] == 4 and it["requests"]["completed"] > 10'
    # Each client ends with 143 once it has delivered, as it does outside of a container; what broke on the way would end with another.
    wait_for_group alice 7 60 failed
    contains 'how the group ended' 'ended by a SIGTERM' "$(of alice /api/v1/client-group/7 'it["info"]["reason"]')"
    same 'the exit code of the job' 143:0 "$(as root sacct --noheader --allocations --parsable2 --jobs="$job" --format=ExitCode | tail -1)"
    kill_service alice
}

# only: 26.05
check_an_image_with_a_wrong_checksum_is_not_started() {
    new_product alice
    ensure_client_image
    CHECKSUM=$(printf '0%.0s' {1..64}) containers_of alice
    serve alice 8001
    answers 201 created alice POST /api/v1/client-group/7 '{"num_clients":1,"time_limit":5,"container":"default"}'
    wait_for_group alice 7 120 failed
    contains 'the log' "$CLIENT_IMAGE is not the file with the checksum 0000" "$(cat "$(product_directory alice)"/shared/logs/client_dispatcher_7.err)"
    answers 422 'there are: default' alice POST /api/v1/client-group/8 '{"num_clients":1,"container":"other"}'
    kill_service alice
}

# only: 26.05
check_slurm_copies_the_image_to_the_nodes_and_nothing_of_it_stays() {
    local environment
    new_product alice
    ensure_client_image
    containers_of alice 'local_directory: /tmp'
    serve alice 8001
    ready_group alice 7 '{"num_clients":2,"time_limit":10,"container":"default"}'
    environment=$(tr '\0' '\n' <"/proc/$(client_process node001)/environ")
    contains 'the image of the client' APPTAINER_NAME=aifactory- "$environment"
    start_run alice 7 "{\"request_rate\":4,\"duration\":\"3s\",$LITTLE_LOAD}"
    finish_run alice 240
    summary alice 'it["clients"]["reported"] == 2 and it["requests"]["failed"] == 0'
    leaves_no_job alice 7 "$job"
    same 'what is left on the nodes' '' "$(on node001 alice find /tmp -name 'aifactory-*'; on node002 alice find /tmp -name 'aifactory-*')"
    ready_group alice 8 '{"num_clients":1,"time_limit":10,"profile":"boxed","container":"native"}'
    environment=$(tr '\0' '\n' <"/proc/$(client_process node001)/environ")
    [[ $environment != *APPTAINER_CONTAINER=* ]] || fail "the request said native, and the client is in a container: $environment"
    leaves_no_job alice 8 "$job"
    kill_service alice
}

# everyday
# only: 26.05
check_a_service_in_the_image_starts_its_clients_in_that_image() {
    local token environment
    new_product alice
    ensure_client_image
    # Inside there is no scontrol to make a token with.
    token=$(product_directory alice)/jwt
    as alice scontrol token lifespan=1200 | sed 's/^SLURM_JWT=//' >"$token"
    chown "$(stat -c %u:%g "$HERE/home/alice")" "$token"
    chmod 600 "$token"
    printf '  rest_token_file: /scratch/product/alice/jwt\n' >>"$(product_directory alice)/config.yaml"
    product_environment=(--env "AIFACTORY_SLURM_REST_ADDRESS=http://$PRODUCT_LOGIN:6820")
    # As the guide says. The environment of a login node comes with it.
    product_program=(apptainer run --bind /scratch "$CLIENT_IMAGE")
    DISPATCHER=slurm-rest serve alice 8001
    environment=$(tr '\0' '\n' <"/proc/$(service_process alice)/environ")
    contains 'the image of the service' "APPTAINER_CONTAINER=$CLIENT_IMAGE" "$environment"
    same 'the health of the service' healthy "$(as alice apptainer run --app health "$CLIENT_IMAGE" "$PRODUCT_LOGIN" 8001 2>/dev/null)"
    ready_group alice 7 '{"num_clients":2,"time_limit":10}'
    environment=$(tr '\0' '\n' <"/proc/$(client_process node001)/environ")
    contains 'the image of the client' APPTAINER_NAME=client.sif "$environment"
    start_run alice 7 "{\"request_rate\":4,\"duration\":\"3s\",$LITTLE_LOAD}"
    finish_run alice 240
    summary alice 'it["clients"]["reported"] == 2 and it["requests"]["failed"] == 0 and it["requests"]["completed"] > 4'
    leaves_no_job alice 7 "$job"
    kill_service alice
}
