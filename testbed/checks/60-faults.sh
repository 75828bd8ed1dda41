# shellcheck shell=bash
# The actions of testbed/fault: each has its effect, the effect is seen, and it is healed.

# usually: 26.05
check_killed_slurmd_makes_its_node_down_and_a_started_one_brings_it_back() {
    fault kill slurmd node002
    wait_for_node node002 90 'down' 'down*'
    fault start slurmd node002
    wait_for_node node002 60 idle
    as alice srun --nodelist=node002 true
}

# As if its power failed: its part of a job is lost, and --no-kill keeps the other part.
# usually: 26.05
check_killed_node_costs_a_job_only_its_own_part() {
    local job started=$HERE/scratch/started-tasks
    rm -f "$started"
    job=$(submit alice --nodelist=node001,node002 --nodes=2 --no-kill --output=/dev/null <<'JOB'
#!/bin/sh
srun --no-kill --kill-on-bad-exit=0 --wait=0 sh -c 'hostname >>/scratch/started-tasks; sleep 120'
JOB
    )
    # A node that dies while srun still launches tasks ends the step on all nodes, with any options.
    wait_until 30 has_lines 2 "$started" || fail "tasks that started: $(cat "$started")"
    fault kill node node002
    wait_for_node node002 90 'down' 'down*'
    wait_for_job "$job" 10 RUNNING
    same 'the nodes that are left to the job' node001 "$(as root squeue --noheader --jobs="$job" --format=%N)"
    cancel "$job"
    fault start node node002
    wait_for_node node002 60 idle
}

has_lines() { [[ -f $2 && $(wc -l <"$2") == "$1" ]]; }

# usually: 22.05
check_paused_node_is_silent_and_comes_back() {
    fault pause node node002
    refused '' as alice timeout 5 srun --job-name=to-a-silent-node --nodelist=node002 true
    as alice scancel --name=to-a-silent-node
    contains 'the status' 'slurmd=PAUSED' "$("$TESTBED_DIR/status" --slurm "$VERSION" || true)"
    fault resume node node002
    wait_for_node node002 60 idle
    as alice srun --nodelist=node002 true
}

check_killed_slurmctld_cannot_be_reached_and_a_started_one_knows_its_jobs() {
    local job
    job=$(submit alice --output=/dev/null <<<$'#!/bin/sh\nexec sleep 60')
    wait_for_job "$job" 30 RUNNING
    # It saves the jobs every 5 s: what is younger is lost with it.
    sleep 7
    fault kill slurmctld
    refused 'Unable to contact slurm controller' as alice squeue
    fault start slurmctld
    wait_for_job "$job" 30 RUNNING
    cancel "$job"
    wait_until 60 every_node_responds || fail "nodes: $(as root sinfo -N)"
}

check_paused_slurmctld_lets_commands_hang_until_it_is_resumed() {
    fault pause slurmctld
    refused '' as alice timeout 3 squeue
    fault resume slurmctld
    as alice squeue >/dev/null
}

check_killed_slurmdbd_stops_sacct_but_not_jobs() {
    fault kill slurmdbd
    refused '' as alice timeout 20 sacct
    as alice srun --nodes=1 true
    fault start slurmdbd
    as alice sacct >/dev/null
}

check_cut_link_separates_a_node_and_restore_joins_it() {
    fault cut node003
    refused '' as alice ping -c 1 -W 1 node003
    refused '' on node003 alice ping -c 1 -W 1 "$LOGIN"
    as alice ping -c 1 -W 1 node002
    fault restore node003
    as alice ping -c 1 -W 1 node003
    wait_for_node node003 60 idle
}

check_delay_is_added_in_both_directions_and_taken_away() {
    local time
    fault impair node001 --delay 40
    time=$(round_trip node001)
    ((time >= 80 && time < 200)) || fail "a round trip should take 80 ms and takes $time"
    same 'what comes through by TCP' "$(sha256sum <"$TESTBED_DIR/check")" "$(as alice srun --nodelist=node001 cat /project/testbed/check | sha256sum)"
    fault restore node001
    time=$(round_trip node001)
    ((time < 20)) || fail "a round trip should take no time and takes $time ms"
}
# The fastest of five, in whole milliseconds.
round_trip() { as alice ping -c 5 -i 0.2 "$1" | sed -n 's/^rtt .* = \([0-9]*\).*/\1/p'; }

check_loss_loses_about_as_much_as_asked_for() {
    local lost
    fault impair node001 --loss 30
    # A packet is lost on its way there or back: 1 - 0.7 * 0.7 = 51 %. Of 200, fewer than 60 or more than 144 do not happen.
    lost=$(as root ping -c 200 -i 0.01 -W 1 node001 | sed -n 's/.* \([0-9.]*\)% packet loss.*/\1/p')
    fault restore node001
    lost=${lost%.*}
    ((lost >= 30 && lost <= 72)) || fail "51 % should be lost and $lost % are"
}

check_heal_mends_everything_at_once() {
    fault kill slurmd node001
    fault pause slurmctld
    fault cut node002
    fault kill llama-server
    fault heal
    "$TESTBED_DIR/status" --slurm "$VERSION" || fail 'the status is not well after heal'
}
