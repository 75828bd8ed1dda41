# shellcheck shell=bash
# Everything, for the commands that work on a whole testbed.
# shellcheck source-path=SCRIPTDIR
source "$TESTBED_DIR/lib/common.sh"
source "$TESTBED_DIR/lib/roots.sh"
source "$TESTBED_DIR/lib/inference.sh"
source "$TESTBED_DIR/lib/cluster.sh"
source "$TESTBED_DIR/lib/slurm_config.sh"
source "$TESTBED_DIR/lib/namespaces.sh"
source "$TESTBED_DIR/lib/daemons.sh"
source "$TESTBED_DIR/lib/accounting.sh"
source "$TESTBED_DIR/lib/take_down.sh"
source "$TESTBED_DIR/lib/surroundings.sh"
