#!/bin/sh
# The jobs of this system, of yourself or another user, without the service: those in the queue, and today's that have ended.
# Fields have their full width: cut to 15 characters, as "%.15j" does, no name would be found.
#
#   scripts/monitor_jobs.sh [user]
set -eu
user=${1:-$(id -un)}

# Those of this system among the lines that come in, fields between bars, in columns as wide as their widest value.
ours() {
  awk -F'|' '
    $2 ~ /^benchmark-(client|gpu)-/ {
      rows++
      if (NF > columns) columns = NF
      for (i = 1; i <= NF; i++) { cell[rows, i] = $i; if (length($i) > width[i]) width[i] = length($i) }
    }
    END {
      for (row = 1; row <= rows; row++) {
        line = ""
        for (i = 1; i <= columns; i++) line = line sprintf("%-" (width[i] + 2) "s", cell[row, i])
        sub(/ +$/, "", line)
        print line
      }
      if (!rows) print "none"
    }'
}

echo "=== in the queue"
queue=$(squeue --user="$user" --noheader --format='%i|%j|%T|%M|%D|%R')
printf '%s\n' "$queue" | ours

echo "=== since midnight"
# Without accounting, sacct says so itself.
if ended=$(sacct --user="$user" --starttime=today --allocations --noheader --parsable2 --format=JobID,JobName,State,ExitCode,Start,End); then
  printf '%s\n' "$ended" | ours
else
  echo "not known: the accounting database did not answer"
fi
