#!/usr/bin/env bash
# One benchmark per night, compared with the nights before: nightly-trend.sh BENCHMARK.yaml
# Exits with 1 when a metric became worse, 3 when the run is not valid, 4 when the server is unavailable; cron and scrontab mail the output.
#
#   cron:      30 2 * * * /path/to/nightly-trend.sh /path/to/nightly.yaml
#   scrontab:  see scrontab in this directory
set -euo pipefail
file=${1:?nightly-trend.sh requires a benchmark file; see its first lines}
name=${AIFACTORY_NIGHTLY_NAME:-nightly}
results=${AIFACTORY_NIGHTLY_RESULTS:-$HOME/aifactory-nightly}
program=${AIFACTORY:-aifactory}
mkdir -p "$results"

# A run that is not valid stays in the history and out of the trend.
status=0
"$program" benchmark -f "$file" --name "$name" --tag "host=$(hostname -s)" --output "$results/$(date +%Y-%m-%d-%H%M%S)" || status=$?
case $status in
  0 | 1 | 3) ;;
  *) exit "$status" ;;
esac

"$program" trend --filter-name "$name" --check --html "$results/trend.html" ${AIFACTORY_NIGHTLY_WEBHOOK:+--webhook "$AIFACTORY_NIGHTLY_WEBHOOK"} || exit $?
exit "$status"
