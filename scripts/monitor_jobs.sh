#!/bin/sh
# The jobs of this system, of yourself or another user, without the service: those in the queue, and today's that have ended.
# Fields have their full width: cut to 15 characters, as "%.15j" does, no name would be found.
#
#   scripts/monitor_jobs.sh [user]

user=${1:-$(id -un)}
ours='benchmark-(client|gpu)-'

echo "=== in the queue"
squeue --user="$user" --noheader --format='%i|%j|%T|%M|%D|%R' | grep -E "\|$ours" | column -t -s'|' || true

echo "=== since midnight"
sacct --user="$user" --starttime=today --allocations --noheader --parsable2 \
  --format=JobID,JobName,State,ExitCode,Start,End | grep -E "\|$ours" | column -t -s'|' || true
