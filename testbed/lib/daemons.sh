# shellcheck shell=bash
# The daemons of a testbed: how each is started on its node, and how to see that it works.

readonly DATABASE=/var/lib/testbed-database

# Users, ownership and secrets, once per testbed, before the first node starts.
prepare_root() {
    local entry
    for entry in "${TEST_USERS[@]}"; do
        in_keeper useradd --create-home --shell /bin/bash --uid "${entry#*:}" "${entry%%:*}"
    done
    # slurmrestd refuses to run as root and as SlurmUser.
    in_keeper useradd --system --no-create-home --shell /usr/sbin/nologin slurmrest
    # shellcheck disable=SC2016  # expanded by the inner shell
    in_keeper sh -eu -c '
        cd /etc/slurm && chown slurm: slurmdbd.conf jwt.key
        install -d -o slurm -g slurm /var/lib/slurm /var/lib/slurm/slurmctld
        chown slurm: /var/log/slurm
        head -c 1024 /dev/urandom >/etc/munge/munge.key
        chown munge: /etc/munge/munge.key && chmod 400 /etc/munge/munge.key
        [ ! -x /opt/jdk/bin/java ] || ln -sf /opt/jdk/bin/* /usr/local/bin/
    '
}

# run_daemon NODE LOG COMMAND...: for those that do not go into the background by themselves.
run_daemon() {
    # shellcheck disable=SC2016  # expanded by the inner shell
    in_node "$1" sh -c 'log=$1; shift; setsid "$@" </dev/null >>"$log" 2>&1 &' sh "$2" "${@:3}"
}

start_munged() {
    in_node "$1" sh -eu -c '
        install -d -o munge -g munge -m 755 /run/munge
        exec setpriv --reuid munge --regid munge --clear-groups munged --force --seed-file=/run/munge/seed \
            --log-file=/run/munge/munged.log --pid-file=/run/munge/munged.pid'
    wait_until 10 in_node "$1" test -S /run/munge/munge.socket.2 || die "munged on $1 does not start; see: $TESTBED_DIR/exec --node $1 cat /run/munge/munged.log"
}

start_database() {
    in_node "$LOGIN" sh -eu -c "
        install -d -o mysql -g mysql /run/mysqld /run/mariadbd
        [ -d $DATABASE/mysql ] || mariadb-install-db --user=mysql --datadir=$DATABASE --skip-test-db
    " >>"$HERE/log/mariadb-install.log" 2>&1 || die "cannot make the accounting database: see $HERE/log/mariadb-install.log"
    # Its socket is where this suite's clients expect it. Its data is deleted with the testbed: no need to wait for a disk.
    run_daemon "$LOGIN" /var/log/slurm/mariadb.log mariadbd --user=mysql --datadir="$DATABASE" --skip-networking \
        --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=64M --innodb-lock-wait-timeout=900 --performance-schema=off
    wait_until 30 database_answers || die "MariaDB does not answer; see $HERE/log/mariadb.log"
    in_node "$LOGIN" mariadb -e "create database if not exists slurm_accounting;
        create user if not exists slurm@localhost identified via unix_socket;
        grant all on slurm_accounting.* to slurm@localhost"
}
database_answers() { in_node "$LOGIN" mariadb-admin ping >/dev/null 2>&1; }

start_slurmdbd() {
    in_node "$LOGIN" slurmdbd
    wait_until 30 accounting_answers || die "slurmdbd does not answer; see $HERE/log/slurmdbd.log"
}
accounting_answers() { in_node "$LOGIN" sacctmgr -n show cluster >/dev/null 2>&1; }

start_slurmctld() {
    in_node "$LOGIN" slurmctld
    wait_until 30 controller_answers || die "slurmctld does not answer; see $HERE/log/slurmctld.log"
}
# A slurmctld saves the usage of associations only now and then and when it ends, and one of 26.05 refuses to start without
# that file (unless its state is empty). So a controller killed young could not be brought back; ending it properly
# once makes all its files.
save_controller_state() {
    signal_processes TERM "$LOGIN" slurmctld
    wait_until 30 daemon_is_gone "$LOGIN" slurmctld || die "slurmctld does not end; see $HERE/log/slurmctld.log"
    start_slurmctld
}
controller_answers() { in_node "$LOGIN" scontrol ping 2>/dev/null | grep -q 'is UP'; }

start_slurmd() { in_node "$1" sh -c 'mkdir -p /var/spool/slurmd && exec slurmd' >>"$HERE/log/slurmd.$1.log" 2>&1 || die "slurmd on $1 does not start: $(tail -1 "$HERE/log/slurmd.$1.log")"; }

start_slurmrestd() {
    run_daemon "$LOGIN" /var/log/slurm/slurmrestd.log setpriv --reuid slurmrest --regid slurmrest --clear-groups \
        env SLURM_JWT=daemon slurmrestd -a rest_auth/jwt "0.0.0.0:$SERVICE_PORT"
    wait_until 20 rest_answers || die "slurmrestd does not answer; see $HERE/log/slurmrestd.log"
}
# Without a token it says 401, and that is an answer.
rest_answers() { [[ $(curl -s -m 2 -o /dev/null -w '%{http_code}' "http://$LOGIN_ADDRESS:$SERVICE_PORT/openapi/v3") != 000 ]]; }

start_inference_server() {
    local arguments
    mapfile -t arguments < <(llama_arguments 0.0.0.0 "$AI_SERVER_PORT" 4)
    run_daemon "$AI_SERVER" /run/llama-server.log setpriv --reuid nobody --regid nogroup --clear-groups "${arguments[@]}"
    wait_until 60 inference_server_answers || die "llama-server does not answer; see: $TESTBED_DIR/exec --slurm $VERSION --node $AI_SERVER cat /run/llama-server.log"
}
inference_server_answers() { [[ $(curl -s -m 2 -o /dev/null -w '%{http_code}' "http://$AI_SERVER_ADDRESS:$AI_SERVER_PORT/health") == 200 ]]; }

# start_daemon_on DAEMON NODE: used by testbed/fault to restart what it ended.
start_daemon_on() {
    case $1 in
        munged) start_munged "$2" ;;
        slurmd) start_slurmd "$2" ;;
        slurmctld) start_slurmctld ;;
        slurmdbd) start_slurmdbd ;;
        mariadbd) start_database ;;
        slurmrestd) start_slurmrestd ;;
        llama-server) start_inference_server ;;
    esac
}

# Prints NODE of every daemon that is asked for by name; daemons of the controller live on the login node.
daemons_of() {
    case $1 in
        "$LOGIN") echo munged mariadbd slurmdbd slurmctld slurmrestd ;;
        "$AI_SERVER") echo llama-server ;;
        *) echo munged slurmd ;;
    esac
}
