# shellcheck shell=bash
# The real inference server on its own node, as the compute nodes see it.

readonly CHAT='{"model": "tiny-random", "stream": true, "max_tokens": 8, "ignore_eos": true,
    "stream_options": {"include_usage": true}, "messages": [{"role": "user", "content": "hello"}]}'

from_a_node() { as alice srun --nodes=1 curl -s -m 20 "$@"; }

check_inference_server_answers_from_a_node() {
    contains 'its models, seen from a node' '"id":"tiny-random"' "$(from_a_node http://ai-server:8000/v1/models)"
    same 'its health, seen from this machine' 200 "$(curl -s -m 10 -o /dev/null -w '%{http_code}' "http://$AI_SERVER_ADDRESS:$AI_SERVER_PORT/health")"
}

check_inference_server_streams_tokens_then_usage() {
    local output
    output=$(from_a_node -N http://ai-server:8000/v1/chat/completions --data "$CHAT")
    printf '%s\n' "$output"
    contains 'the first event' '"delta":{"role":"assistant","content":null}' "$(head -1 <<<"$output")"
    contains 'the usage' '"completion_tokens":8' "$output"
    same 'the last event' 'data: [DONE]' "$(grep -v '^$' <<<"$output" | tail -1)"
}

check_inference_server_counts_tokens_in_its_metrics() {
    local before after
    before=$(predicted_tokens)
    from_a_node -o /dev/null http://ai-server:8000/v1/completions --data '{"prompt": "hi", "max_tokens": 16, "ignore_eos": true}'
    after=$(predicted_tokens)
    same 'the growth of its counter' 16 $((after - before))
}
predicted_tokens() { curl -s -m 10 "http://$AI_SERVER_ADDRESS:$AI_SERVER_PORT/metrics" | sed -n 's/^llamacpp:tokens_predicted_total //p'; }
