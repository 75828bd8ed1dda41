# shellcheck shell=bash disable=SC2153
# The cluster as such: nodes, users, files, network.

check_every_node_is_idle() {
    local states
    states=$(as alice sinfo --noheader --Node --partition=cpu --format='%N %T')
    printf '%s\n' "$states"
    same 'the number of idle nodes' "$(node_count)" "$(grep -c ' idle$' <<<"$states")"
}

check_partitions_gpu_cpu_dgx_exist() {
    same 'the partitions' 'cpu dgx gpu' "$(as alice sinfo --noheader --format=%R | sort -u | tr '\n' ' ' | sed 's/ $//')"
}

check_controller_nodes_and_commands_run_the_version_asked_for() {
    contains 'the running slurmctld' " $VERSION." "$(as root scontrol show config | grep SLURM_VERSION)"
    contains 'srun' " $VERSION." "$(as alice srun --version)"
    same 'the number of nodes with that version' "$(node_count)" \
        "$(as root scontrol show node --oneliner | grep -c " Version=$VERSION")"
}

check_srun_runs_on_every_node_as_the_user() {
    local output expected
    # shellcheck disable=SC2016  # for the shell on the node
    output=$(as alice srun --nodes="$(node_count)" --ntasks-per-node=1 sh -c 'echo "$(hostname) $(id -un)"' | sort)
    expected=$(compute_nodes "$(node_count)" | sed 's/$/ alice/')
    same 'who ran where' "$expected" "$output"
}

check_sacct_remembers_a_finished_job() {
    local job
    job=$(submit alice --job-name=remembered --output=/dev/null <<<$'#!/bin/sh\nexit 3')
    wait_for_job "$job" 30 FAILED
    wait_until 30 accounted_as "$job" 'remembered|FAILED|3:0' || fail "sacct says: $(as alice sacct -X -n -P -j "$job" -o JobName,State,ExitCode)"
}
accounted_as() { [[ $(as alice sacct -X -n -P -j "$1" -o JobName,State,ExitCode) == "$2" ]]; }

check_job_name_and_comment_are_kept() {
    local job token=benchmark-client-check-7f3a9c
    job=$(submit alice --hold --job-name="$token" --comment='what for: a check' <<<$'#!/bin/sh\ntrue')
    same 'squeue by the whole name' "$job" "$(as alice squeue --noheader --name="$token" --format=%A)"
    contains 'the comment' 'Comment=what for: a check' "$(as alice scontrol show job "$job")"
    cancel "$job"
}

check_scratch_is_one_directory_for_login_node_nodes_and_this_machine() {
    local file
    file=$(as alice mktemp -p /scratch)
    as alice srun --nodes="$(node_count)" sh -c "hostname >>$file"
    same 'lines seen by the login node' "$(node_count)" "$(as alice sh -c "wc -l <$file")"
    same 'lines seen by this machine' "$(node_count)" "$(wc -l <"$HERE$file")"
    as alice rm "$file"
}

check_project_is_shown_to_the_nodes_and_cannot_be_written() {
    as alice srun --nodes=1 test -x /project/testbed/up || fail 'a node does not see /project/testbed/up'
    refused 'Read-only file system' as root touch /project/written-by-check
}

check_java_25_runs_on_login_node_and_nodes() {
    local version
    version=$(as alice java -version 2>&1 | head -1)
    [[ $version =~ \"([0-9]+) ]] || fail "java on the login node: $version"
    ((BASH_REMATCH[1] >= 25)) || fail "java on the login node: $version"
    same 'java on a node' "$version" "$(as alice srun --nodes=1 sh -c 'java -version 2>&1 | head -1')"
}

# Each node answers on its own port 9000 with its own name, to the login node and to this machine.
check_every_node_has_its_own_address_and_port_9000() {
    local job node
    job=$(submit alice --nodes="$(node_count)" --output=/scratch/port-9000.out <<'JOB'
#!/bin/sh
srun perl -MIO::Socket::INET -e '
    chomp(my $name = `hostname`);
    my $server = IO::Socket::INET->new(LocalPort => 9000, Listen => 5, ReuseAddr => 1) or die "cannot listen: $!";
    alarm 60;
    while (my $client = $server->accept) { <$client>; print $client "HTTP/1.0 200 OK\r\n\r\n$name"; close $client }'
JOB
    )
    for node in $(compute_nodes "$(node_count)"); do
        wait_until 30 answers_with_its_name "$node" || fail "port 9000 of $node: $(as root cat /scratch/port-9000.out)"
        same "port 9000 of $node from this machine" "$node" "$(curl -s -m 5 "http://$(node_address "$node"):9000/")"
    done
    cancel "$job"
}
answers_with_its_name() { [[ $(as alice curl -s -m 2 "http://$1:9000/") == "$1" ]]; }

check_the_end_of_exec_ends_its_command() {
    local pid
    timeout 2 "$TESTBED_DIR/exec" --slurm "$VERSION" --user alice -- sleep 4711 || true
    sleep 0.5
    pid=$(on "$LOGIN" alice pgrep -x -f 'sleep 4711') && fail "process $pid still runs"
    return 0
}
