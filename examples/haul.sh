#!/usr/bin/env bash
# Publishes a job and waits for its end, with kcat and jq.
#   examples/haul.sh https://example.com/files/weekly.mp4 2026/11/weekly.mp4
# BROKERS, JOBS and COMPLETIONS change the brokers and the topics. Exit code 0: the file is there.
set -euo pipefail

brokers=${BROKERS:-localhost:9092}
jobs=${JOBS:-haul.jobs}
completions=${COMPLETIONS:-haul.completions}
id=shell-$(date +%s)-$$

# From a little before the end of each partition, so that no end is missed however long kcat takes to begin. (It asks
# for "s@TIME" twice, and an end between the two is lost.) Committed records only: there is exactly one end for each job.
exec 3< <(exec kcat -C -q -u -b "$brokers" -t "$completions" -o -1000 -X auto.offset.reset=earliest \
  -X isolation.level=read_committed -f '%k\t%s\n')
follower=$!
trap 'kill "$follower" 2> /dev/null || true' EXIT

# The key is the id: all that is told of the job has it, too.
job=$(jq -cn --arg id "$id" --arg url "$1" --arg target "$2" '{id: $id, url: $url, target: $target}')
printf '%s\t%s\n' "$id" "$job" | kcat -P -b "$brokers" -t "$jobs" -K '\t' -X acks=all

while IFS=$'\t' read -r key end <&3; do
  if [ "$key" = "$id" ]; then
    jq -r 'if .outcome == "completed" then .location else .error.code + ": " + .error.message end' <<< "$end"
    [ "$(jq -r .outcome <<< "$end")" = completed ]
    exit
  fi
done
echo "The end of $id could not be read from $completions." >&2
exit 1
