# shellcheck shell=bash
# The commands of the user guide that need a cluster, as a reader types them.
# limit: 900

# shellcheck source=testbed/lib/product.sh
source "$TESTBED_DIR/lib/product.sh"

# usually: 26.05
check_every_command_of_the_guide_that_needs_slurm_works() {
    local shell directory
    new_product alice
    program_file alice
    directory=$(product_directory alice)
    ln -s /project/examples "$directory/examples"
    # Its state where the guide says it is; nothing of an earlier test.
    rm -rf "$HERE/home/alice/.local/share/aifactory" "$HERE/scratch/alice"
    shell="$(printf '%q ' "$TESTBED_DIR/exec" --slurm "$VERSION" --user alice --directory /scratch/product/alice \
        --env PATH=/scratch/product/alice:/opt/jdk/bin:/usr/local/bin:/usr/bin:/bin --env USER=alice -- bash)"
    "$TESTBED_DIR/check-documentation" --slurm --shell "$shell"
    same 'what squeue shows' '' "$(as alice squeue --noheader --me)"
}

# usually: 26.05
check_the_example_site_decides_what_slurm_is_asked_for() {
    local report part
    new_product alice
    sed 's/PROJECT/ai-factory/' "$TESTBED_DIR/../examples/sites/meluxina-like/aifactory.yaml" >"$(product_directory alice)/config.yaml"
    serve alice 8001
    report=$(aifactory alice group create 1 --num-clients 2 --time-limit 10 --profile largemem --dry-run)
    for part in --partition=largemem --account=ai-factory --cpus-per-task=32 --mem=1000G /project/home/ai-factory/software/aifactory/bin/aifactory; do
        contains 'what would be submitted' "$part" "$report"
    done
    contains 'what a GPU group would submit' --gres=gpu:1 "$(aifactory alice group create 1 --num-clients 2 --time-limit 10 --profile gpu --dry-run)"
    kill_service alice
}
