# shellcheck shell=bash
# llama-server as a program that any node can run, with any Debian release: with its own libraries and loader in one directory.

readonly LLAMA_DIRECTORY=/scratch/llama
readonly LLAMA_IMAGE=/scratch/llama.sif
# Words of its command up to its own options; what runs in the container needs no shell.
# shellcheck disable=SC2034  # for the tests
readonly LLAMA_WORDS="$LLAMA_DIRECTORY/ld-linux-x86-64.so.2, --library-path, $LLAMA_DIRECTORY, $LLAMA_DIRECTORY/llama-server"

# It searches its backends next to the started program, which is the loader.
ensure_llama_on_nodes() {
    local root directory=$HERE$LLAMA_DIRECTORY library
    [[ ! -d $directory ]] || return 0
    root=$(llama_root)
    mkdir -p "$directory.partial"
    cp -L "$root"/usr/bin/llama-server "$root"/lib64/ld-linux-x86-64.so.2 "$root"/model.gguf \
        "$root"/usr/lib/x86_64-linux-gnu/ggml/backends*/libggml-cpu*.so "$directory.partial/"
    for library in $(llama_libraries "$root"); do cp -L "$root$library" "$directory.partial/"; done
    chmod -R a+rX "$directory.partial"
    mv "$directory.partial" "$directory"
}

llama_libraries() {
    # shellcheck disable=SC2016  # for the shell in the root
    chroot "$1" sh -c 'ldd /usr/bin/llama-server /usr/lib/x86_64-linux-gnu/ggml/backends*/libggml-cpu*.so' |
        grep -o '[[:space:]]/[^ )]*' | sort -u
}

# The same in an image, built by the ordinary user.
ensure_llama_image() {
    ensure_llama_on_nodes
    [[ ! -f $HERE$LLAMA_IMAGE ]] || return 0
    # shellcheck disable=SC2016  # for the shell on the login node
    as alice sh -eu -c '
        root=$(mktemp -d)
        mkdir -p "$root/usr/bin" "$root/usr/lib" "$root/usr/lib64" "$root/etc" "$root/tmp" "$root/proc" "$root/sys" "$root/dev" "$root/scratch"
        touch "$root/etc/passwd" "$root/etc/group"
        for name in bin lib lib64; do ln -s "usr/$name" "$root/$name"; done
        cp -r "$1" "$root/scratch/llama"
        apptainer build "$2.partial" "$root" >/dev/null 2>&1 && mv "$2.partial" "$2" && chmod 644 "$2"
        rm -rf "$root"' sh "$LLAMA_DIRECTORY" "$LLAMA_IMAGE"
}

# llama_processes NODE: the numbers of those that run there, as this machine numbers them.
llama_processes() {
    local pid
    for pid in $(pgrep -f "$LLAMA_DIRECTORY/llama-server"); do
        [[ $(readlink "/proc/$pid/ns/net") != "$(readlink "/proc/$(node_pid "$1")/ns/net")" ]] || printf '%s\n' "$pid"
    done
}
