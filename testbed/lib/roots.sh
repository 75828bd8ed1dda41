# shellcheck shell=bash
# Root file systems of other Debian suites, made from Debian's packages and kept in the cache. Slurm, MariaDB and
# llama.cpp are installed into these and never on the machine itself: no service starts, no user is added there.

# Packages that the machine itself must have; command and package.
readonly HOST_TOOLS=(debootstrap:debootstrap ip:iproute2 flock:util-linux curl:curl python3:python3)

install_host_tools() {
    local pair missing=()
    for pair in "${HOST_TOOLS[@]}"; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
    done
    ((${#missing[@]})) || return 0
    # Two testbeds may come up at the same time, and apt refuses the second.
    mkdir -p "$CACHE_DIR"
    exec {host_tools_lock}>"$CACHE_DIR/lock.host-tools"
    flock -w 300 "$host_tools_lock" || die "another testbed command has been installing packages for 300 s; find it with: fuser -v $CACHE_DIR/lock.host-tools"
    install_missing_host_tools "${missing[@]}"
    exec {host_tools_lock}>&-
}

# What another has installed meanwhile is no harm.
install_missing_host_tools() {
    local missing=("$@")
    command -v apt-get >/dev/null || die "needs ${missing[*]}, and there is no apt-get to install them; install them by hand"
    say "installing on this machine: ${missing[*]}"
    local log=$CACHE_DIR/host-tools.log
    {
        apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
    } >"$log" 2>&1 </dev/null || package_failure "$log" "${missing[*]}"
}

# package_failure LOG WHAT
package_failure() {
    local reason
    reason=$(grep -aE '^(E|W): |Failed|Unable|ERROR' "$1" | tail -1) || true
    die "cannot install $2: ${reason:-see the log}; check that Debian's packages can be reached (apt-get update), log: $1"
}

# The mirror that this machine's apt uses already: it is the one known to be reachable from here.
debian_mirror() {
    local mirror=${AIFACTORY_TESTBED_MIRROR:-}
    [[ -n $mirror ]] || mirror=$(mirror_of_apt)
    # Before its first update, apt does not know whose its sources are.
    [[ -n $mirror ]] || { apt-get update >/dev/null 2>&1 && mirror=$(mirror_of_apt); } || true
    [[ -n $mirror ]] || die "finds no Debian mirror in this machine's apt configuration; name one: AIFACTORY_TESTBED_MIRROR=URL $PROGRAM ..."
    printf '%s\n' "$mirror"
}

mirror_of_apt() {
    command -v apt-get >/dev/null || return 0
    # shellcheck disable=SC2016  # apt's own placeholders
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' |
        sed -n 's/^Debian|Debian|//p' | head -1
}

# root_path NAME SUITE PACKAGE...: the path of such a root in the cache. Another list of packages is another root, so
# that a root which a running testbed stands on is never changed under it.
root_path() {
    local name=$1 digest
    shift
    digest=$(printf '%s\n' "$@" | sha256sum)
    printf '%s/roots/%s-%s\n' "$CACHE_DIR" "$name" "${digest:0:8}"
}

# ensure_root NAME SUITE PACKAGE...: makes that root if the cache lacks it. Built under another name and renamed, so that a root
# with the final name is complete.
ensure_root() {
    local name=$1 suite=$2 path
    path=$(root_path "$@")
    [[ ! -d $path ]] || return 0
    shift 2
    (
        take_lock "$CACHE_DIR/lock.$suite" 900 "building a root"
        [[ ! -d $path ]] || exit 0
        ensure_base "$suite"
        say "installing into the $name root ($suite): $*"
        rm -rf "$path.partial"
        cp -a --reflink=auto "$CACHE_DIR/roots/base-$suite" "$path.partial"
        local log=$CACHE_DIR/$name.log
        install_into "$path.partial" "$@" >"$log" 2>&1 || package_failure "$log" "$* from $suite"
        mv "$path.partial" "$path"
    ) || exit 1
}

# ensure_base SUITE: the smallest Debian of that suite, copied for every root of it.
ensure_base() {
    local base=$CACHE_DIR/roots/base-$1 log=$CACHE_DIR/base-$1.log mirror
    [[ ! -d $base ]] || return 0
    mirror=$(debian_mirror) || exit 1
    say "bootstrapping Debian $1"
    rm -rf "$base.partial"
    mkdir -p "${base%/*}"
    # In a separate mount and process namespace: what a killed debootstrap leaves mounted or running ends with it.
    unshare --mount --pid --fork --kill-child --propagation private \
        debootstrap --variant=minbase --include=ca-certificates "$1" "$base.partial" "$mirror" \
        >"$log" 2>&1 </dev/null || package_failure "$log" "the base of Debian $1"
    configure_packaging "$base.partial"
    mv "$base.partial" "$base"
}

configure_packaging() {
    # The machine's own way to its mirror (proxies, for instance), then what a throw-away root wants.
    apt-config dump Acquire | grep -vE '^Acquire "";$' >"$1/etc/apt/apt.conf.d/01machine" || true
    cat >"$1/etc/apt/apt.conf.d/02testbed" <<'CONF'
APT::Install-Recommends "false";
Acquire::Languages "none";
// A snapshot of a rolling suite may be older than its Release file allows.
Acquire::Check-Valid-Until "false";
CONF
    cat >"$1/etc/dpkg/dpkg.cfg.d/testbed" <<'CONF'
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
CONF
    # Packages of daemons must not start them while they are being installed.
    printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
    chmod 755 "$1/usr/sbin/policy-rc.d"
}

# install_into ROOT PACKAGE...
install_into() {
    local root=$1
    shift
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    # shellcheck disable=SC2016  # expanded by the inner shell
    DEBIAN_FRONTEND=noninteractive unshare --mount --pid --fork --kill-child --propagation private sh -eu -c '
        root=$1; shift
        mount -t proc proc "$root/proc"
        chroot "$root" apt-get update
        chroot "$root" apt-get install -y "$@"
        chroot "$root" apt-get clean
        rm -rf "$root"/var/lib/apt/lists/*
    ' sh "$root" "$@" </dev/null
}
