#!/bin/sh
# Cleans up behind the groups of the running service: shows first what would be done, asks, and does it. Jobs are cancelled by
# their recorded ids; logs older than 7 days go, never those of a live job. Options are those of 'aifactory cleanup'.
#
#   scripts/cleanup_jobs.sh [--yes] [option ...]
#
# Environment: AIFACTORY, the program, if it is not next to this directory.

program=${AIFACTORY:-$(dirname "$(readlink -f "$0")")/../aifactory}
yes=false
[ "${1:-}" = --yes ] && { yes=true; shift; }
"$program" cleanup --dry-run "$@" || exit
if ! $yes; then
  printf 'do it? [y/N] '
  read -r answer || exit 1
  [ "$answer" = y ] || exit 0
fi
exec "$program" cleanup "$@"
