# shellcheck shell=bash
# The first process of a node: sets up what a machine has to itself, then reaps what is left to it. Run by bash in new
# mount, process, host name, IPC and network namespaces. When it ends, the kernel ends everything on the node.
set -euo pipefail
unset NODE_INIT
name=$1
hostname "$name"
umask 022

mount -t proc proc /proc
# Everyone may ping, as on a machine with systemd.
echo '0 2147483647' >/proc/sys/net/ipv4/ping_group_range

# A separate /dev: the machine's /dev/fuse is for root only, and the fake GPUs must not appear on the machine.
mount -t tmpfs -o mode=755 tmpfs /dev
device() { mknod -m 666 "/dev/$1" c "$2" "$3"; }
device null 1 3 && device zero 1 5 && device full 1 7 && device random 1 8 && device urandom 1 9
device tty 5 0 && device fuse 10 229
device nvidia0 1 3 && device nvidia1 1 3
mkdir /dev/pts /dev/shm
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
ln -s pts/ptmx /dev/ptmx
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin && ln -s fd/1 /dev/stdout && ln -s fd/2 /dev/stderr

# Local to the node, as on a real one: sockets and pid files, job scripts, temporary files.
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /tmp
mount -t tmpfs -o mode=1777 tmpfs /var/tmp
mount -t tmpfs -o mode=755 tmpfs /var/spool

touch /run/node-is-set-up
# bash reaps orphans while it waits. The sleep may be killed with everything else on the node; then there is another.
while :; do
    sleep infinity &
    wait $! || true
done
