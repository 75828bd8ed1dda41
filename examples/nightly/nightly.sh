#!/usr/bin/env bash
# Measures an AI server, and compares it with the last good night. Ends with 1 if the server has become slower, and with 3 if the run is not
# valid. For scrontab or cron; the result directory keeps every night.
#
#   nightly.sh AI-SERVER RESULTS [BENCHMARK-FILE]
#
# Slurm runs it at 02:30 with this line of 'scrontab -e' (no account, partition or time that the site does not know):
#   #SCRON --time=00:20:00 --nodes=2 --ntasks-per-node=1 --cpus-per-task=4 --output=%x-%j.log --mail-type=FAIL
#   30 2 * * * $HOME/nightly.sh http://node17:8000 $HOME/nightly
set -euo pipefail
server=${1:?nightly.sh AI-SERVER RESULTS [BENCHMARK-FILE]} results=${2:?nightly.sh AI-SERVER RESULTS [BENCHMARK-FILE]}
file=${3:-}
tonight=$results/$(date -u +%Y-%m-%dT%H%M%SZ)
mkdir -p "$results"
# One night at a time: a long one does not measure against the next.
exec 9>"$results/lock"
flock -n 9 || { echo "nightly: the previous night still runs" >&2; exit 3; }

code=0
if [ -n "$file" ]; then
  aifactory benchmark -f "$file" --ai-server "$server" --output "$tonight" || code=$?
else
  aifactory benchmark --ai-server "$server" --request-rate "${RATE:-20}" --duration "${DURATION:-120s}" --warmup 10s --isl 256 --osl 128 --seed 7 --output "$tonight" || code=$?
fi
[ "$code" -eq 0 ] || { echo "nightly: the benchmark ended with $code; $tonight is not compared" >&2; exit "$code"; }
if [ -e "$results/baseline" ]; then
  aifactory compare "$results/baseline" -- "$tonight" --html "$tonight/comparison.html" --markdown "$tonight/comparison.md" \
    --fail-if 'ttft_ms.p50 > +5%' --fail-if 'tpot_ms.p50 > +5%' --fail-if 'e2el_ms.p99 > +10%' || code=$?
fi
# The baseline is the first good night; after an upgrade that is meant to be slower, delete the link.
[ "$code" -ne 0 ] || [ -e "$results/baseline" ] || ln -s "$(basename "$tonight")" "$results/baseline"
exit "$code"
