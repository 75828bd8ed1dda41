# shellcheck shell=bash
# What Slurm refuses, what it lets wait for ever, whom it prefers, and what it hands out.

readonly NOTHING=$'#!/bin/sh\ntrue' SLEEP=$'#!/bin/sh\nexec sleep 300'

check_unknown_account_is_refused() {
    refused 'Invalid account' as alice sbatch --account=none --wrap=true
}

check_qos_that_the_user_may_not_use_is_refused() {
    refused 'Invalid qos specification' as bob sbatch --qos=gpu --wrap=true
    refused 'Invalid qos specification' as alice sbatch --qos=none --wrap=true
}

check_unknown_partition_is_refused() {
    refused 'invalid partition' as alice sbatch --partition=none --wrap=true
}

# 24.11 refuses at once what the others accept and let wait.
check_more_nodes_than_there_are_never_start_and_slurm_says_why() {
    local job
    if [[ $VERSION == 24.11 ]]; then
        refused 'Requested node configuration is not available' as alice sbatch --nodes=999 --wrap=true
        return
    fi
    job=$(submit alice --nodes=999 <<<"$NOTHING")
    wait_for_reason "$job" 30 PartitionConfig
    cancel "$job"
}

check_third_job_beyond_a_submit_limit_is_refused() {
    local first second
    first=$(submit alice --qos=debug --hold --time=1 <<<"$NOTHING")
    second=$(submit alice --qos=debug --hold --time=1 <<<"$NOTHING")
    refused 'QOSMaxSubmitJobPerUserLimit' as alice sbatch --qos=debug --hold --time=1 --wrap=true
    cancel "$first" "$second"
}

check_time_beyond_a_denying_qos_is_refused() {
    refused 'QOSMaxWallDurationPerJobLimit' as alice sbatch --qos=debug --time=60 --wrap=true
}

check_time_beyond_the_qos_waits_for_ever_and_says_why() {
    local job
    job=$(submit alice --qos=gpu --time=60 <<<"$NOTHING")
    wait_for_reason "$job" 30 QOSMaxWallDurationPerJobLimit
    same 'its state' PENDING "$(job_state "$job")"
    cancel "$job"
}

check_time_beyond_the_partition_waits_for_ever_and_says_why() {
    local job
    job=$(submit alice --partition=dgx --time=10:00:00 <<<"$NOTHING")
    wait_for_reason "$job" 30 PartitionTimeLimit
    cancel "$job"
}

check_gres_sets_cuda_visible_devices_and_its_absence_does_not() {
    # shellcheck disable=SC2016  # for the shell on the node
    local ask='echo "${CUDA_VISIBLE_DEVICES-unset}"'
    same 'CUDA_VISIBLE_DEVICES with one GPU' 0 "$(as alice srun --partition=gpu --qos=gpu --gres=gpu:1 sh -c "$ask")"
    same 'CUDA_VISIBLE_DEVICES with two GPUs' 0,1 "$(as alice srun --partition=gpu --gres=gpu:2 sh -c "$ask")"
    same 'CUDA_VISIBLE_DEVICES without a GPU' unset "$(as alice srun sh -c "$ask")"
    refused 'Requested node configuration is not available' as alice srun --gres=gpu:3 true
}

check_profiles_of_the_mission_fit_the_nodes() {
    as alice srun --partition=dgx --qos=gpu --gres=gpu:1 --constraint=dgx_a100 --cpus-per-task=8 --mem=32G true
    as alice srun --partition=cpu --qos=normal --constraint=skylake --cpus-per-task=16 --mem=64G true
    refused 'Invalid feature specification' as alice srun --constraint=h100 true
}

# A job of the qos low fills the cluster; a normal one needs a node of it. Its batch shell is not a step, so the SIGTERM of
# the grace time does not reach it: a job that ended by that would be neither queued again nor PREEMPTED, but FAILED.
fill_with_low_priority() {
    local job
    job=$(submit bob --qos=low --exclusive --nodes="$(node_count)" --output=/dev/null "$@" <<<"$SLEEP")
    wait_for_job "$job" 30 RUNNING >&2
    printf '%s\n' "$job"
}

check_higher_qos_preempts_a_lower_one_which_is_queued_again() {
    local low normal
    low=$(fill_with_low_priority --requeue)
    normal=$(submit alice --exclusive --output=/dev/null <<<"$SLEEP")
    wait_for_job "$normal" 90 RUNNING
    wait_for_job "$low" 60 PENDING
    contains 'the restarts of the preempted job' 'Restarts=1' "$(as root scontrol show job "$low")"
    cancel "$low" "$normal"
}

# usually: 22.05
check_preempted_job_that_may_not_be_queued_again_ends_as_preempted() {
    local low normal
    low=$(fill_with_low_priority --no-requeue)
    normal=$(submit alice --exclusive --output=/dev/null <<<"$SLEEP")
    wait_for_job "$normal" 90 RUNNING
    wait_for_job "$low" 60 PREEMPTED
    cancel "$normal"
}
