# shellcheck shell=bash
# Everything, for the commands that work on a whole testbed.
# shellcheck source=testbed/lib/common.sh
source "$TESTBED_DIR/lib/common.sh"
# shellcheck source=testbed/lib/roots.sh
source "$TESTBED_DIR/lib/roots.sh"
# shellcheck source=testbed/lib/inference.sh
source "$TESTBED_DIR/lib/inference.sh"
# shellcheck source=testbed/lib/cluster.sh
source "$TESTBED_DIR/lib/cluster.sh"
# shellcheck source=testbed/lib/slurm_config.sh
source "$TESTBED_DIR/lib/slurm_config.sh"
# shellcheck source=testbed/lib/namespaces.sh
source "$TESTBED_DIR/lib/namespaces.sh"
# shellcheck source=testbed/lib/daemons.sh
source "$TESTBED_DIR/lib/daemons.sh"
# shellcheck source=testbed/lib/accounting.sh
source "$TESTBED_DIR/lib/accounting.sh"
# shellcheck source=testbed/lib/take_down.sh
source "$TESTBED_DIR/lib/take_down.sh"
# shellcheck source=testbed/lib/surroundings.sh
source "$TESTBED_DIR/lib/surroundings.sh"
# shellcheck source=testbed/lib/faults.sh
source "$TESTBED_DIR/lib/faults.sh"
