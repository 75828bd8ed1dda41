# shellcheck shell=bash
# Apptainer for the ordinary user. Debian bookworm, and so the testbed with 22.05, has no Apptainer.

readonly IMAGE=/scratch/check.sif

# A small image out of the login node's own programs and the libraries that they and Java need, built once.
ensure_image() {
    [[ ! -f $HERE$IMAGE ]] || return 0
    # shellcheck disable=SC2016  # for the shell on the login node
    as root sh -eu -c '
        root=$(mktemp -d)
        mkdir -p "$root/usr/bin" "$root/usr/lib" "$root/usr/lib64" "$root/etc" "$root/tmp" "$root/proc" "$root/sys" "$root/dev" "$root/scratch" "$root/opt/jdk"
        touch "$root/etc/passwd" "$root/etc/group"
        for name in bin lib lib64; do ln -s "usr/$name" "$root/$name"; done
        for program in sh cat id hostname env ls sleep; do cp -L "/usr/bin/$program" "$root/usr/bin/"; done
        ldd "$root"/usr/bin/* /opt/jdk/bin/java /opt/jdk/lib/server/libjvm.so 2>/dev/null |
            grep -o "[[:space:]]/[^ )]*" | grep -v /opt/ | sort -u | while read -r library; do
            [ ! -f "$library" ] || { mkdir -p "$root${library%/*}" && cp -L "$library" "$root$library"; }
        done
        apptainer build "$1.partial" "$root" && mv "$1.partial" "$1" && chmod 644 "$1"
        rm -rf "$root"' sh "$IMAGE"
}

# only: 26.05
check_container_runs_by_srun_as_the_ordinary_user_on_every_node() {
    ensure_image
    local output
    # shellcheck disable=SC2016  # for the shell in the container
    output=$(as alice srun --nodes="$(node_count)" --ntasks-per-node=1 apptainer exec "$IMAGE" sh -c 'echo "$(hostname) $(id -u)"' | sort)
    same 'who ran where' "$(compute_nodes "$(node_count)" | sed 's/$/ 2001/')" "$output"
}

# only: 26.05
check_container_runs_by_sbatch_with_binds_and_without_home() {
    local job
    ensure_image
    as alice sh -c 'echo hello >/scratch/bound.txt'
    job=$(submit alice --output=/scratch/container.out <<JOB
#!/bin/sh
srun apptainer exec --cleanenv --containall --no-mount home,cwd --bind /scratch:/data:ro --pwd /data $IMAGE cat bound.txt
JOB
    )
    wait_for_job "$job" 60 COMPLETED FAILED
    same 'what it wrote' hello "$(grep -v -e INFO -e WARNING "$HERE/scratch/container.out")"
}

# only: 26.05
check_java_runs_in_a_container_as_the_ordinary_user() {
    ensure_image
    contains 'what it says' 'openjdk version' \
        "$(as alice srun apptainer exec --bind /opt/jdk:/opt/jdk:ro "$IMAGE" /opt/jdk/bin/java -version 2>&1)"
}

# only: 26.05
check_sigterm_reaches_the_program_in_the_container() {
    local job
    ensure_image
    job=$(submit alice --output=/scratch/signal.out <<JOB
#!/bin/sh
srun apptainer exec $IMAGE sh -c 'trap "echo flushed; exit 0" TERM; echo ready; while :; do sleep 0.2; done'
JOB
    )
    wait_until 60 grep -qs ready "$HERE/scratch/signal.out" || fail "no answer of the container: $(cat "$HERE/scratch/signal.out")"
    as alice scancel --signal=TERM "$job"
    wait_for_job "$job" 60 COMPLETED
    contains 'what it wrote' flushed "$(cat "$HERE/scratch/signal.out")"
}
