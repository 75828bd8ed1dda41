# shellcheck shell=sh
# Run by sh in a separate mount namespace: makes ROOT the / of this namespace, then runs COMMAND there.
# pivot_root and not chroot, because Apptainer refuses to run where / is not a mount point.
set -eu
root=$1
shift
mountpoint -q "$root" || mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount --rbind /sys sys
pivot_root . .
umount -l .
cd /
exec "$@"
