# shellcheck shell=bash
# The real inference server: llama.cpp's llama-server from Debian sid, on a tiny random model made here.

LLAMA_ROOT=(llama sid llama.cpp python3-gguf)
MODEL_ALIAS=tiny-random

llama_root() { root_path "${LLAMA_ROOT[@]}"; }

ensure_llama() {
    install_host_tools
    ensure_root "${LLAMA_ROOT[@]}"
    ensure_model
}

# The model lies inside the root, where the server, whose / it is, finds it as /model.gguf.
ensure_model() {
    local root partial
    root=$(llama_root)
    [[ ! -s $root/model.gguf ]] || return 0
    partial=$(mktemp "$root/model.XXXXXX")
    chroot "$root" python3 - "/${partial##*/}" <"$TESTBED_DIR/tiny_gguf.py" ||
        die "cannot make the model; try it by hand: chroot $root python3 - /tmp/model.gguf <$TESTBED_DIR/tiny_gguf.py"
    chmod 644 "$partial"
    mv "$partial" "$root/model.gguf"
}

# llama_arguments HOST PORT PARALLEL: one thread and no polling, since the machine's few cores also carry the clients; every
# slot gets the whole context that the model was made for.
llama_arguments() {
    printf '%s\n' llama-server --offline --model /model.gguf --alias "$MODEL_ALIAS" --host "$1" --port "$2" \
        --parallel "$3" --ctx-size $((4096 * $3)) --threads 1 --threads-batch 1 --poll 0 --cache-ram 0 \
        --metrics --slots --no-ui
}
