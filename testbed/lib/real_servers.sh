# shellcheck shell=bash
# Real AI servers and proxies, installed from the package registries into separate environments below the cache, and
# started on loopback ports. The versions are those that the recordings in testbed/corpus were made with.
#
# The caller has sourced common.sh, roots.sh and inference.sh, and set WORK to a dedicated directory. It calls stop_servers
# at its end.

REAL_SERVERS_DIR=$CACHE_DIR/real-servers
LITELLM_VERSION=1.108.7
LITSERVE_VERSION=0.2.19
GUIDELLM_VERSION=0.8.1
AIMOCK_VERSION=1.43.0
TRANSFORMERS_VERSION=5.23.0
TORCH_VERSION=2.15.0

declare -A SERVER_PID=()

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# A secret of this run, in a file that only its owner reads. Prints the file's name.
make_key() {
    local file=$WORK/$1.key
    [[ -s $file ]] || (umask 077 && printf 'sk-%s\n' "$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n')" >"$file")
    printf '%s\n' "$file"
}

# python_environment NAME PACKAGE...: created once, and again for another list of packages.
python_environment() {
    local name=$1 directory=$REAL_SERVERS_DIR/$1
    shift
    [[ $(cat "$directory/packages" 2>/dev/null) != "$*" ]] || return 0
    say "installing $*"
    rm -rf "$directory"
    mkdir -p "$REAL_SERVERS_DIR"
    if ! { python3 -m venv "$directory" && "$directory/bin/pip" install -q --disable-pip-version-check "$@"; } \
        >"$REAL_SERVERS_DIR/$name.log" 2>&1; then
        die "cannot install $*: $(tail -n 1 "$REAL_SERVERS_DIR/$name.log"); log: $REAL_SERVERS_DIR/$name.log"
    fi
    printf '%s' "$*" >"$directory/packages"
}

# node_environment NAME PACKAGE@VERSION
node_environment() {
    local directory=$REAL_SERVERS_DIR/$1
    [[ $(cat "$directory/packages" 2>/dev/null) != "$2" ]] || return 0
    say "installing $2"
    command -v npm >/dev/null || debian_package npm
    rm -rf "$directory"
    mkdir -p "$directory"
    npm install --silent --no-fund --no-audit --prefix "$directory" "$2" >"$directory/log" 2>&1 ||
        die "cannot install $2: $(tail -n 1 "$directory/log"); log: $directory/log"
    printf '%s' "$2" >"$directory/packages"
}

debian_package() {
    mkdir -p "$REAL_SERVERS_DIR"
    apt-get update >"$REAL_SERVERS_DIR/apt.log" 2>&1
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1" >>"$REAL_SERVERS_DIR/apt.log" 2>&1 ||
        package_failure "$REAL_SERVERS_DIR/apt.log" "$1"
}

answers_at() { [[ $(curl -s -m 2 -o /dev/null -w '%{http_code}' "$1") =~ ^[2-4] ]]; }

# start_server NAME URL-THAT-ANSWERS COMMAND...: in a separate process group, whose id is the pid of its first process.
start_server() {
    local name=$1 url=$2
    shift 2
    setsid "$@" </dev/null >"$WORK/$name.log" 2>&1 &
    SERVER_PID[$name]=$!
    # shellcheck disable=SC2317,SC2329  # called by wait_until
    answers_or_gone() { answers_at "$url" || ! kill -0 "${SERVER_PID[$name]}" 2>/dev/null; }
    if ! { wait_until 120 answers_or_gone && kill -0 "${SERVER_PID[$name]}" 2>/dev/null; }; then
        tail -n 20 "$WORK/$name.log" >&2
        die "$name does not answer at $url; the last lines of its log are above"
    fi
}

# kill_server NAME [SIGNAL]
kill_server() {
    local pid=${SERVER_PID[$1]:-}
    [[ -n $pid ]] || return 0
    kill "-${2:-TERM}" -- "-$pid" 2>/dev/null || true
    # shellcheck disable=SC2317,SC2329  # called by wait_until
    is_gone() { ! kill -0 -- "-$pid" 2>/dev/null; }
    wait_until 10 is_gone || kill -KILL -- "-$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    unset "SERVER_PID[$1]"
}

stop_servers() {
    local name
    for name in "${!SERVER_PID[@]}"; do
        kill_server "$name"
    done
}

# start_llama NAME PORT [ARGUMENT...]: llama.cpp with the tiny random model, four slots unless the arguments say otherwise.
start_llama() {
    local name=$1 port=$2 root arguments
    shift 2
    ensure_llama
    root=$(llama_root)
    mapfile -t arguments < <(llama_arguments 127.0.0.1 "$port" 4)
    # Separate mounts, which end with it.
    # shellcheck disable=SC2016  # expanded by the inner shell
    start_server "$name" "http://127.0.0.1:$port/health" unshare --mount --propagation private sh -eu -c '
        root=$1; shift
        mount --bind "$root" "$root"; mount -o remount,bind,ro "$root"
        mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"; mount --rbind /sys "$root/sys"
        mount -t tmpfs tmpfs "$root/tmp"
        exec chroot --userspec=nobody:nogroup "$root" env HOME=/tmp "$@"
    ' sh "$root" "${arguments[@]}" "$@"
}

# start_litellm NAME PORT LLAMA-URL: the proxy with a key ($WORK/NAME.key), in front of llama.cpp and with mock responses.
start_litellm() {
    local name=$1 port=$2 llama=$3 key
    python_environment litellm "litellm[proxy]==$LITELLM_VERSION"
    key=$(<"$(make_key "$name")")
    cat >"$WORK/$name.yaml" <<YAML
model_list:
  - {model_name: llama, litellm_params: {model: openai/tiny-random, api_base: "$llama/v1", api_key: none}}
  - {model_name: gone, litellm_params: {model: openai/gone, api_base: "http://127.0.0.1:9/v1", api_key: none}}
  - {model_name: mock, litellm_params: {model: openai/mock, api_key: none, mock_response: "five words are said here"}}
  - {model_name: mock-rate-limit, litellm_params: {model: openai/mock, api_key: none, mock_response: "litellm.RateLimitError"}}
  - {model_name: mock-internal, litellm_params: {model: openai/mock, api_key: none, mock_response: "litellm.InternalServerError"}}
  - {model_name: mock-context, litellm_params: {model: openai/mock, api_key: none, mock_response: "litellm.ContextWindowExceededError"}}
litellm_settings: {num_retries: 0, telemetry: false}
router_settings: {num_retries: 0, disable_cooldowns: true}
YAML
    start_server "$name" "http://127.0.0.1:$port/health/liveliness" env LITELLM_MASTER_KEY="$key" LITELLM_LOCAL_MODEL_COST_MAP=True \
        "$REAL_SERVERS_DIR/litellm/bin/litellm" --config "$WORK/$name.yaml" --host 127.0.0.1 --port "$port" --telemetry False
}

# start_litserve NAME PORT: a server of its OpenAI specification that says back the words it is given.
start_litserve() {
    python_environment litserve "litserve==$LITSERVE_VERSION"
    start_server "$1" "http://127.0.0.1:$2/health" "$REAL_SERVERS_DIR/litserve/bin/python" "$TESTBED_DIR/lib/litserve_words.py" "$2"
}

# start_guidellm NAME PORT [ARGUMENT...]: GuideLLM's mock server.
start_guidellm() {
    local name=$1 port=$2
    shift 2
    python_environment guidellm "guidellm==$GUIDELLM_VERSION"
    start_server "$name" "http://127.0.0.1:$port/health" "$REAL_SERVERS_DIR/guidellm/bin/guidellm" mock-server \
        --host 127.0.0.1 --port "$port" --model mock --ttft-ms 20 --itl-ms 2 --output-tokens 8 --request-latency 0.02 "$@"
}

# start_aimock NAME PORT [ARGUMENT...]: CopilotKit's mock of the APIs of several providers.
start_aimock() {
    local name=$1 port=$2
    shift 2
    node_environment aimock "@copilotkit/aimock@$AIMOCK_VERSION"
    start_server "$name" "http://127.0.0.1:$port/health" "$REAL_SERVERS_DIR/aimock/node_modules/.bin/llmock" \
        --host 127.0.0.1 --port "$port" --fixtures "$TESTBED_DIR/lib/aimock_fixtures.json" --latency 3 --chunk-size 6 "$@"
}

# start_transformers NAME PORT: `transformers serve` with a tiny random model that is made here, called "tiny".
start_transformers() {
    local directory=$REAL_SERVERS_DIR/transformers
    python_environment transformers "transformers[serving]==$TRANSFORMERS_VERSION" "torch==$TORCH_VERSION"
    [[ -s $directory/tiny/config.json ]] || "$directory/bin/python" "$TESTBED_DIR/lib/tiny_transformer.py" "$directory/tiny" ||
        die "cannot make the model; try it by hand: $directory/bin/python $TESTBED_DIR/lib/tiny_transformer.py DIRECTORY"
    start_server "$1" "http://127.0.0.1:$2/health" env -C "$directory" HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 \
        "$directory/bin/transformers" serve --host 127.0.0.1 --port "$2" --device cpu
}

# start_nginx NAME PORT LINE...: one server of nginx with these lines of configuration (locations, usually). Lines that
# begin with "upstream " stand outside of it.
start_nginx() {
    local name=$1 port=$2 line
    shift 2
    command -v nginx >/dev/null || debian_package nginx-light
    {
        printf 'user root; daemon off; pid %s; error_log stderr; worker_processes 1;\nevents {}\nhttp {\n access_log off;\n' "$WORK/$name.pid"
        for line in client_body proxy fastcgi uwsgi scgi; do
            printf ' %s_temp_path %s;\n' "$line" "$WORK/$name-$line"
        done
        for line in "$@"; do
            [[ $line != upstream\ * ]] || printf ' %s\n' "$line"
        done
        printf ' server {\n  listen 127.0.0.1:%s;\n  location = /nginx-health { return 200; }\n' "$port"
        for line in "$@"; do
            [[ $line == upstream\ * ]] || printf '  %s\n' "$line"
        done
        printf ' }\n}\n'
    } >"$WORK/$name.conf"
    start_server "$name" "http://127.0.0.1:$port/nginx-health" nginx -c "$WORK/$name.conf" -e stderr
}
