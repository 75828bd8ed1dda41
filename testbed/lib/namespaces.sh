# shellcheck shell=bash
# The machines of a testbed. All live in namespaces that some process holds: when the processes have ended, the kernel has
# removed mounts, addresses and links, and nothing of them was ever in the machine's own mount table.
#
#   keeper   holds the root file system that login and compute nodes share, and the switch (bridge) they are plugged into
#   node     separate mounts, processes, host name, IPC and network

process_file() { printf '%s\n' "$HERE/processes/$1"; }
keeper_pid() { remembered_process "$(process_file keeper)"; }
node_pid() { remembered_process "$(process_file "$1")"; }

# on_switch COMMAND...: the machine's own programs, in the network namespace of the switch.
on_switch() { nsenter --target "$(keeper_pid)" --net -- "$@" 9>&-; }

# in_keeper COMMAND...: programs of the cluster's root file system, before its nodes start or in parallel.
in_keeper() { nsenter --target "$(keeper_pid)" --mount -- env -i PATH="$NODE_PATH" LANG=C.UTF-8 "$@" 9>&-; }

NODE_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# in_node NODE COMMAND...: as root, with an environment that owes nothing to the caller's.
in_node() {
    local pid
    pid=$(node_pid "$1") || die "the node $1 does not run; recreate the testbed: $TESTBED_DIR/up --replace --slurm $VERSION"
    nsenter --target "$pid" --mount --uts --ipc --net --pid -- \
        env -i --chdir=/ PATH="$NODE_PATH" LANG=C.UTF-8 HOME=/root "${@:2}" 9>&-
}

start_keeper() {
    local binds=() bind
    mkdir -p "$HERE"/{root,upper,work,log,scratch,home,processes}
    chmod 1777 "$HERE/scratch"
    while read -r bind; do binds+=("$bind"); done < <(cluster_binds)
    # shellcheck disable=SC2016  # expanded by the inner shell
    start_daemon "$HERE/log/keeper.log" unshare --mount --net --propagation private sh -eu -c '
        lower=$1 here=$2 enter=$3 mark=$4; shift 4
        mount -t overlay overlay -o "lowerdir=$lower,upperdir=$here/upper,workdir=$here/work" "$here/root"
        for bind in "$@"; do
            source=${bind%%:*} rest=${bind#*:} target=$here/root${rest%%:*}
            mkdir -p "$target"
            mount --bind "$source" "$target"
            [ "${rest#*:}" != ro ] || mount -o remount,bind,ro "$target"
        done
        exec sh -c "$enter" sh "$here/root" bash -c "exec -a \"\$1\" sleep infinity" bash "$mark:keeper"
    ' sh "$(slurm_root)" "$HERE" "$(<"$TESTBED_DIR/lib/enter_root.sh")" "$MARK" "${binds[@]}"
    if ! remember_process "$(process_file keeper)" "$DAEMON_PID" || ! wait_until 10 keeper_is_set_up; then
        die "cannot make the root file system of the nodes: $(tail -1 "$HERE/log/keeper.log")"
    fi
    start_switch
}

# It has become what it shall be once it carries its mark.
keeper_is_set_up() { [[ $(tr '\0' ' ' <"/proc/$DAEMON_PID/cmdline") == "$MARK:keeper"* ]]; }

# SOURCE:TARGET:MODE, one per line.
cluster_binds() {
    printf '%s\n' "$HERE/scratch:/scratch:rw" "$HERE/home:/home:rw" "$HERE/log:/var/log/slurm:rw"
    printf '%s\n' "$PROJECT_DIR:/project:ro"
    [[ -z $JDK_DIR ]] || printf '%s\n' "$JDK_DIR:/opt/jdk:ro"
    # Debian's JDKs keep their certificates outside of themselves.
    [[ ! -d /etc/ssl/certs/java ]] || printf '%s\n' /etc/ssl/certs/java:/etc/ssl/certs/java:ro
}

# The bridge is in the keeper's network namespace; one link leads out, so that the machine can reach the nodes.
start_switch() {
    on_switch ip link set lo up
    on_switch ip link add switch type bridge
    on_switch ip link set switch up
    ip link add "$HOST_LINK" type veth peer name host netns "$(keeper_pid)"
    on_switch ip link set host master switch up
    ip address add "$HOST_ADDRESS/24" dev "$HOST_LINK"
    ip link set "$HOST_LINK" up
}

# start_node NAME COMMAND...: COMMAND leads into the root file system of the node.
start_node() {
    local name=$1 init
    shift
    # The script goes by the environment, so that `ps` shows the mark and not the script.
    # shellcheck disable=SC2016  # expanded by the inner shells
    NODE_INIT=$(<"$TESTBED_DIR/lib/node_init.sh") start_daemon "$HERE/log/$name.init.log" "$@" \
        unshare --mount --propagation private --pid --fork --kill-child --uts --ipc --net \
        bash -c 'exec -a "$0" bash -c '\''eval "$NODE_INIT"'\'' "$0" "$1"' "$MARK:$name" "$name"
    if ! init=$(wait_for_first_process "$DAEMON_PID" "$MARK:$name") ||
        ! remember_process "$(process_file "$name")" "$init" ||
        ! wait_until 20 test -e "/proc/$init/root/run/node-is-set-up"; then
        die "cannot start the node $name: $(tail -1 "$HERE/log/$name.init.log")"
    fi
    plug_in "$name" "$init"
}

# wait_for_first_process PARENT MARK: prints its number. On the way there the parent has other children for a moment.
wait_for_first_process() {
    wait_until 20 is_first_process "$1" "$2" || return 1
    cut -d' ' -f1 "/proc/$1/task/$1/children"
}

is_first_process() {
    local child='' argument=''
    { read -r child _ <"/proc/$1/task/$1/children"; } 2>/dev/null || true
    [[ -n $child ]] && { IFS= read -r -d '' argument <"/proc/$child/cmdline"; } 2>/dev/null && [[ $argument == "$2" ]]
}

# plug_in NAME PID: a link from the node's eth0 to the port of the switch that has the node's name.
plug_in() {
    local inside=(nsenter --target "$2" --net ip)
    on_switch ip link add "$1" type veth peer name eth0 netns "$2"
    on_switch ip link set "$1" master switch up
    "${inside[@]}" link set lo up
    "${inside[@]}" address add "$(node_address "$1")/24" dev eth0
    "${inside[@]}" link set eth0 up
    "${inside[@]}" route add default via "$HOST_ADDRESS"
}

start_cluster_node() { start_node "$1" nsenter --target "$(keeper_pid)" --mount --; }

# The node of the inference server has a separate Debian root, without Slurm.
start_ai_server_node() {
    # Read-only, because this very directory is the cache.
    # shellcheck disable=SC2016  # expanded by the inner shell
    start_node "$AI_SERVER" unshare --mount --propagation private sh -eu -c '
        root=$1 enter=$2; shift 2
        mount --bind "$root" "$root"
        mount -o remount,bind,ro "$root"
        exec sh -c "$enter" sh "$root" "$@"
    ' sh "$(llama_root)" "$(<"$TESTBED_DIR/lib/enter_root.sh")"
}

# node_processes NODE [NAME]: numbers, as the machine counts them, of the node's processes but its first one.
node_processes() {
    local init process name
    init=$(node_pid "$1") || return 0
    for process in /proc/[0-9]*; do
        [[ $process/ns/pid -ef /proc/$init/ns/pid && ${process#/proc/} != "$init" ]] || continue
        if [[ -n ${2:-} ]]; then
            { name=$(<"$process/comm"); } 2>/dev/null || continue
            [[ $name == "$2" ]] || continue
        fi
        printf '%s\n' "${process#/proc/}"
    done
}

# Every process of this testbed that holds a namespace, by the mark it carries, remembered or not.
marked_processes() {
    local process line
    for process in /proc/[0-9]*; do
        { IFS= read -r -d '' line <"$process/cmdline"; } 2>/dev/null || continue
        [[ $line == "$MARK":* ]] && printf '%s\n' "${process#/proc/}"
    done
    return 0
}

no_marked_processes() { [[ -z $(marked_processes) ]]; }
