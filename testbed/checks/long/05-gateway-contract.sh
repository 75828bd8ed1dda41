# shellcheck shell=bash
# The contract that FakeSlurm is held to by the unit tests, on the real commands and the real slurmrestd.
# limit: 600

# everyday
check_the_gateway_by_commands_keeps_its_contract_on_a_real_cluster() { keeps_contract CommandLineGatewayOnTestbed; }

check_the_gateway_by_rest_keeps_its_contract_on_a_real_cluster() { keeps_contract RestGatewayOnTestbed; }

keeps_contract() {
    local repository=$TESTBED_DIR/..
    cd "$repository" || return 1
    # Both versions may be under test at the same time, and the directory that Maven compiles into is one.
    (flock -w 500 8 || fail 'the other version has kept the lock for 500 s'
        ./mvnw -B -ntp -q test-compile -pl slurm) 8>target/gateway-contract.lock
    ./mvnw -B -ntp -q surefire:test -pl slurm -Dtest="$1" -Daifactory.testbed.exec="$TESTBED_DIR/exec" -Daifactory.testbed.version="$VERSION"
}
