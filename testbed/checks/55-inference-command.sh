# shellcheck shell=bash
# testbed/inference-server, which needs no cluster. Its own port and directories, so that a server in use is left alone.

readonly PORT=89${VERSION%%.*}

server() {
    local action=$1
    shift
    env AIFACTORY_TESTBED_STATE=/tmp/aifactory-check-"$VERSION" "$TESTBED_DIR/inference-server" "$action" --port "$PORT" "$@"
}

check_inference_server_starts_once_and_stops_without_a_trace() {
    local url pid
    url=$(server start)
    same 'its URL' "http://127.0.0.1:$PORT" "$url"
    pid=$(cut -d' ' -f1 "/tmp/aifactory-check-$VERSION/inference-server/$PORT/pid")
    contains 'its models' '"id":"tiny-random"' "$(curl -s -m 5 "$url/v1/models")"
    same 'the URL of a second start' "$url" "$(server start)"
    contains 'the status' "process $pid answers" "$(server status)"
    refused 'other settings' server start --parallel 2
    server stop
    # One that has ended may stay listed until it is collected, which is not ours to do.
    ! process_start_time "$pid" >/dev/null || fail "process $pid still runs"
    [[ ! -e /tmp/aifactory-check-$VERSION ]] || fail "left: $(find "/tmp/aifactory-check-$VERSION")"
    server stop
    same 'the exit code of status' 3 "$(server status >/dev/null; echo $?)"
}

check_inference_server_names_a_port_that_is_in_use() {
    local other
    python3 -m http.server --bind 127.0.0.1 "$PORT" >/dev/null 2>&1 &
    other=$!
    wait_until 10 curl -s -o /dev/null "http://127.0.0.1:$PORT/" || fail 'the other server does not listen'
    refused "port $PORT is in use" server start
    kill "$other"
    wait "$other" || true
}
