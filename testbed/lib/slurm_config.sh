# shellcheck shell=bash
# The configuration of Slurm. It is written into the upper layer of the root file system before that is mounted.

SLURM_PACKAGES=(slurmctld slurmd slurm-client slurmdbd slurmrestd slurm-wlm-jwt-plugin munge mariadb-server
    curl procps iproute2 iputils-ping)
# Debian's Apptainer is in sid alone: trixie has none, and it needs a newer glibc than bookworm has.
CONTAINER_PACKAGES=(apptainer squashfuse fuse-overlayfs uidmap)

slurm_root_arguments() {
    printf '%s\n' "slurm-$VERSION" "$SUITE" "${SLURM_PACKAGES[@]}"
    [[ $VERSION != 26.05 ]] || printf '%s\n' "${CONTAINER_PACKAGES[@]}"
}

slurm_root() {
    local arguments
    mapfile -t arguments < <(slurm_root_arguments)
    root_path "${arguments[@]}"
}

ensure_slurm() {
    local arguments installed
    mapfile -t arguments < <(slurm_root_arguments)
    ensure_root "${arguments[@]}"
    installed=$(chroot "$(slurm_root)" slurmctld -V) || die "slurmctld does not run in $(slurm_root); remove the cache: $TESTBED_DIR/down --purge"
    is_wanted_version "${installed##* }" ||
        die "Debian $SUITE now has Slurm ${installed##* }, not $VERSION; name a mirror that still has it (AIFACTORY_TESTBED_MIRROR=URL), then: $TESTBED_DIR/down --purge && $TESTBED_DIR/up --slurm $VERSION"
}

is_wanted_version() { [[ $1 == "$VERSION" || $1 == "$VERSION".* ]]; }

# write_configuration NODES
write_configuration() {
    local etc=$HERE/upper/etc
    mkdir -p "$etc/slurm"
    slurm_conf "$1" >"$etc/slurm/slurm.conf"
    printf 'AutoDetect=off\nName=gpu Type=a100 File=/dev/nvidia[0-1]\n' >"$etc/slurm/gres.conf"
    cgroup_conf >"$etc/slurm/cgroup.conf"
    install -m 600 /dev/null "$etc/slurm/slurmdbd.conf"
    slurmdbd_conf >"$etc/slurm/slurmdbd.conf"
    install -m 600 /dev/null "$etc/slurm/jwt.key"
    head -c 32 /dev/urandom >"$etc/slurm/jwt.key"
    hosts_file "$1" >"$etc/hosts"
    # The nodes reach no name server; a query would wait for its timeout.
    : >"$etc/resolv.conf"
    printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n' >"$etc/nsswitch.conf"
    mkdir -p "$etc/profile.d"
    # shellcheck disable=SC2016  # for the shell that reads it
    printf 'export JAVA_HOME=/opt/jdk PATH=/opt/jdk/bin:$PATH\n' >"$etc/profile.d/testbed-java.sh"
}

hosts_file() {
    local node
    printf '127.0.0.1 localhost\n%s outside\n' "$HOST_ADDRESS"
    for node in "$LOGIN" "$AI_SERVER" $(compute_nodes "$1"); do
        printf '%s %s\n' "$(node_address "$node")" "$node"
    done
}

# The nodes claim more than the machine has (config_overrides), so that a job of the size that real ones have fits.
slurm_conf() {
    local nodes
    nodes=$(printf 'node[001-%03d]' "$1")
    cat <<CONF
ClusterName=aifactory
SlurmctldHost=$LOGIN($LOGIN_ADDRESS)
SlurmUser=slurm
AuthType=auth/munge
AuthAltTypes=auth/jwt
AuthAltParameters=jwt_key=/etc/slurm/jwt.key
StateSaveLocation=/var/lib/slurm/slurmctld
SlurmctldPidFile=/run/slurmctld.pid
SlurmctldLogFile=/var/log/slurm/slurmctld.log
SlurmdSpoolDir=/var/spool/slurmd
SlurmdPidFile=/run/slurmd.pid
SlurmdLogFile=/var/log/slurm/slurmd.%n.log
SlurmdParameters=config_overrides

# No cgroups: the nodes share one machine's.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=5
MpiDefault=none
MailProg=/bin/true

# A dead node is noticed in 20 s and not in 300, a finished job forgotten after 60 s and not 300: tests shall not wait.
SlurmdTimeout=20
MinJobAge=60
ReturnToService=2

SchedulerType=sched/backfill
SchedulerParameters=bf_interval=5,sched_interval=5
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
# Otherwise a job that does not say how much memory it wants gets the whole node's.
DefMemPerCPU=1024
PreemptType=preempt/qos
PreemptMode=REQUEUE
PriorityType=priority/multifactor
PriorityWeightQOS=1000

AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=$LOGIN
AccountingStorageEnforce=limits,qos,associations
AccountingStorageTRES=gres/gpu

GresTypes=gpu
NodeName=$nodes NodeAddr=$NETWORK.[11-$((10 + $1))] CPUs=32 RealMemory=131072 Gres=gpu:a100:2 Feature=dgx_a100,skylake State=UNKNOWN
PartitionName=cpu Nodes=$nodes Default=YES DefaultTime=00:10:00 MaxTime=1-00:00:00 State=UP
PartitionName=gpu Nodes=$nodes DefaultTime=00:10:00 MaxTime=04:00:00 State=UP
PartitionName=dgx Nodes=$nodes DefaultTime=00:10:00 MaxTime=02:00:00 State=UP
CONF
}

# 22.05 cannot do without, and does not find the mount by itself.
cgroup_conf() {
    case $VERSION in
        22.05) printf 'CgroupPlugin=cgroup/v1\nCgroupMountpoint=/sys/fs/cgroup\n' ;;
        *) printf 'CgroupPlugin=disabled\n' ;;
    esac
}

slurmdbd_conf() {
    cat <<CONF
DbdHost=$LOGIN
SlurmUser=slurm
AuthType=auth/munge
AuthAltTypes=auth/jwt
AuthAltParameters=jwt_key=/etc/slurm/jwt.key
LogFile=/var/log/slurm/slurmdbd.log
PidFile=/run/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=slurm
StorageLoc=slurm_accounting
CONF
}
