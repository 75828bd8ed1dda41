# shellcheck shell=bash
# shellcheck disable=SC2034  # names for all other files
# What a testbed is called and where it is: one testbed per version of Slurm, and all of them can run at the same time.

readonly LOGIN=login AI_SERVER=ai-server AI_SERVER_PORT=8000
readonly SERVICE_PORT=6820 # slurmrestd
readonly MAX_NODES=64
readonly TEST_USERS=(alice:2001 bob:2002)

# The suite of Debian that has each version. Sid moves on: `up` looks at what it got and refuses another version.
declare -Ar SUITES=([22.05]=bookworm [24.11]=trixie [26.05]=sid)
readonly VERSIONS=(22.05 24.11 26.05)
readonly DEFAULT_VERSION=22.05

# use_cluster VERSION: sets what belongs to that testbed.
use_cluster() {
    [[ -n ${SUITES[$1]:-} ]] || usage_error "there is no testbed with Slurm '$1'; choose one of: ${VERSIONS[*]}"
    VERSION=$1
    SUITE=${SUITES[$VERSION]}
    HERE=$STATE_DIR/$VERSION
    NETWORK=${AIFACTORY_TESTBED_NETWORK:-10.77}.${VERSION%%.*}
    HOST_LINK=tb-$NETWORK
    LOGIN_ADDRESS=$NETWORK.1
    AI_SERVER_ADDRESS=$NETWORK.2
    HOST_ADDRESS=$NETWORK.254
    # The name in `ps` of the first process of each namespace, by which `down` finds processes without a pid file.
    MARK=aifactory-testbed:$HERE
}

compute_nodes() { seq -f 'node%03g' 1 "$1"; }
node_count() { cat "$HERE/nodes" 2>/dev/null || echo 0; }
all_nodes() { printf '%s\n' "$LOGIN" "$AI_SERVER" && compute_nodes "$(node_count)"; }

node_address() {
    case $1 in
        "$LOGIN") echo "$LOGIN_ADDRESS" ;;
        "$AI_SERVER") echo "$AI_SERVER_ADDRESS" ;;
        node*) echo "$NETWORK.$((10 + 10#${1#node}))" ;;
    esac
}

require_node() {
    grep -qxF -- "$1" <(all_nodes) || usage_error "there is no node '$1'; there are: $(all_nodes | tr '\n' ' ')"
}

# A testbed that is whole has been marked so by `up` and its keeper lives.
is_up() { [[ -f $HERE/ready ]] && remembered_process "$HERE/processes/keeper" >/dev/null; }

running_versions() {
    local version
    for version in "${VERSIONS[@]}"; do
        (use_cluster "$version" && is_up) && echo "$version"
    done
    return 0
}

# choose_running_cluster VERSION_OR_NOTHING: without a version, the only one that runs.
choose_running_cluster() {
    local running
    if [[ -n $1 ]]; then
        use_cluster "$1"
        is_up || die "the testbed with Slurm $1 is not up; start it: $TESTBED_DIR/up --slurm $1"
        return
    fi
    running=$(running_versions)
    case $running in
        '') die "no testbed is up; start one: $TESTBED_DIR/up" ;;
        *$'\n'*) usage_error "several testbeds are up (${running//$'\n'/, }); name one: --slurm VERSION" ;;
        *) use_cluster "$running" ;;
    esac
}

lock_cluster() { take_lock "$CACHE_DIR/lock.testbed-$VERSION" "$1" "changing the testbed with Slurm $VERSION"; }
