# shellcheck shell=bash disable=SC2034 # Variables are for the scripts that source this.
# The stage of the benchmarks, to be sourced: a work folder, an origin, a broker and a worker on
# loopback, the clocks, and an end to everything that was started.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
haul=${HAUL:-$root/haul}
started=()
work=

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

need() {
  local command
  for command in "$@"; do
    command -v "$command" >/dev/null || die "$command is needed"
  done
}

# set_stage FOLDER: makes the work folder (a temporary one if FOLDER is empty) and sets the traps.
set_stage() {
  if [[ -n $1 ]]; then
    mkdir -p "$1"
    [[ -z $(ls -A "$1") ]] || die "$1 is not empty"
    work=$(cd "$1" && pwd)
  else
    work=$(mktemp -d "${TMPDIR:-/tmp}/haul-bench.XXXXXX")
  fi
  mkdir "$work/logs" "$work/tmp"
  trap strike_stage EXIT
  trap 'exit 130' INT TERM
}

# describe WHAT: begins $work/results.md with what ran and on what machine.
describe() {
  {
    echo "$1; $(date -u +%F); $(nproc) cores of $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)," \
      "$(awk '/MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r)," \
      "$(df --output=fstype "$work" | tail -n 1); $("$haul" --version | head -n 1), $(curl -V | cut -d' ' -f1,2 | head -n 1)," \
      "$(nginx -v 2>&1 | sed 's/.*: //'); load at the start $(cut -d' ' -f1 /proc/loadavg)"
    echo
  } >"$work/results.md"
  cat "$work/results.md"
}

# Ends every process, newest first, and removes what is large: results and logs stay.
strike_stage() {
  local status=$? i
  trap - EXIT INT TERM
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    end "${started[i]}" TERM
  done
  rm -rf "$work"/{origin,out,kafka,filler,tmp}
  say "results and logs: $work"
  exit "$status"
}

# end PID SIGNAL: sends the signal and waits; a process that does not go within 20 s is killed.
end() {
  local pid=$1 i
  kill -CONT "$pid" 2>/dev/null || true
  kill "-$2" "$pid" 2>/dev/null || return 0
  for ((i = 0; i < 200; i++)); do
    running "$pid" || break
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

running() {
  local state
  state=$(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) && [[ $state != Z ]]
}

# forget PID…: what has ended needs no end any more; its id may be another's soon.
forget() {
  local pid i
  for pid in "$@"; do
    for i in "${!started[@]}"; do
      [[ ${started[i]} != "$pid" ]] || unset "started[i]"
    done
  done
  started=("${started[@]}")
}

# aside NAME COMMAND…: starts a process of the stage; its id is then in $aside, its output in logs.
aside() {
  local log=$work/logs/$1.log
  shift
  "$@" >>"$log" 2>&1 &
  aside=$!
  started+=("$aside")
}

# within SECONDS COMMAND…: waits for a condition; fails when it does not come.
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

# await SECONDS WHAT COMMAND…: the same, where there is no going on without it.
await() {
  local seconds=$1 what=$2
  shift 2
  within "$seconds" "$@" || die "waited $seconds s for $what: $work/logs"
}

# Ports below the kernel's own choice (32768–60999), so that no outgoing connection takes one.
free_port() {
  local port
  while :; do
    port=$((RANDOM % 12000 + 20000))
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

listens() { (: <"/dev/tcp/127.0.0.1/$1"); }

# make_files FOLDER COUNT BYTES: files with random content, a hundred to a sub-folder.
make_files() {
  local folder=$1 count=$2 bytes=$3 first many name
  for ((first = 0; first < count; first += 100)); do
    many=$((count - first < 100 ? count - first : 100))
    printf -v name '%05d' $((first / 100))
    mkdir -p "$folder/$name"
    head -c $((many * bytes)) /dev/urandom |
      split -b "$bytes" -a 2 --numeric-suffixes - "$folder/$name/"
  done
}

# list_files FOLDER: what must arrive: $work/sums for sha256sum -c, $work/sizes.
list_files() {
  (cd "$1" && find . -type f -printf '%P\0' | sort -z | xargs -0 sha256sum) >"$work/sums"
  find "$1" -type f -printf '%s %P\n' >"$work/sizes"
}

# start_origin [LOCATION-DIRECTIVE…]: nginx with one process, as far as it goes on one core. Its port
# is then in $origin_port, its process in $origin. $origin_server may hold more directives of the server.
start_origin() {
  local log=off
  [[ ${origin_log:-} ]] && log="$origin_log uri"
  origin_port=$(free_port)
  cat >"$work/tmp/nginx.conf" <<EOF
daemon off;
user $(id -un) $(id -gn);
worker_processes 1;
pid $work/tmp/nginx.pid;
error_log stderr warn;
events { worker_connections 4096; }
http {
  log_format uri '\$status \$http_range \$uri';
  access_log $log;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 300s;
  keepalive_requests 1000000;
  client_body_temp_path $work/tmp/body;
  proxy_temp_path $work/tmp/proxy;
  fastcgi_temp_path $work/tmp/fastcgi;
  uwsgi_temp_path $work/tmp/uwsgi;
  scgi_temp_path $work/tmp/scgi;
  server {
    listen 127.0.0.1:$origin_port backlog=4096;
    root $work/origin;
    location / { $* }
    ${origin_server:-}
  }
}
EOF
  aside nginx nginx -p "$work/tmp" -c "$work/tmp/nginx.conf" -e stderr
  origin=$aside
  await 10 nginx listens "$origin_port"
}

# start_broker [OPTION…]: Kafka as a process of its own, with Haul's topics, made with the options. Sets $broker and
# $kafka (its address).
start_broker() {
  local port
  port=$(free_port)
  kafka=127.0.0.1:$port
  aside broker "$haul" kafka --port "$port" --data "$work/kafka"
  broker=$aside
  await 60 Kafka kcat -L -b "$kafka"
  broker=$(jvm_of "$broker")
  "$haul" topics --create --bootstrap-servers "$kafka" "$@" >>"$work/logs/topics.log" 2>&1 ||
    die "topics could not be created: $work/logs/topics.log"
}

# start_worker STORE [OPTION…]: Haul with default settings but for the options, let out to the origin only.
# Sets $worker, and $admin_port, where its metrics are.
start_worker() {
  local store=$1
  shift
  admin_port=$(free_port)
  aside worker "$haul" worker --bootstrap-servers "$kafka" --store "$store" \
    --allow-network 127.0.0.0/8 --allow-port "$origin_port" --admin-port "$admin_port" "$@"
  worker=$aside
  await 120 "the worker" curl -sf "http://127.0.0.1:$admin_port/health/ready"
  worker=$(jvm_of "$worker")
}

# even_memory: fills what memory is free with the page cache of empty (sparse) files, which the kernel takes back for
# nothing. A virtual machine may have given its free memory back to the host (free page reporting): the first use of
# such a page costs up to 10 µs, and so whoever comes first pays for those after it.
even_memory() {
  local free number
  mkdir -p "$work/filler"
  for number in {1..8}; do
    free=$(awk '$1 == "MemFree:" { print $2 }' /proc/meminfo)
    ((free > 700 << 10)) || break
    truncate -s $((free - (300 << 10)))K "$work/filler/$EPOCHREALTIME"
    cat "$work"/filler/* >/dev/null
  done
}

# jvm_of PID: the Java process that a launcher is, or has below it.
jvm_of() {
  local pid=$1 child
  if [[ $(<"/proc/$pid/comm") == java ]]; then
    echo "$pid"
    return
  fi
  for child in $(pgrep -P "$pid"); do
    jvm_of "$child"
  done
}

# write_jobs PREFIX [BASE]: jobs for all files in $work/sums, with key, size and checksum, for kcat -K.
write_jobs() {
  awk -v prefix="$1" -v base="${2:-http://127.0.0.1:$origin_port/}" -v sizes="$work/sizes" '
    BEGIN { while ((getline line < sizes) > 0) { split(line, part, " "); size[part[2]] = part[1] } }
    {
      id = prefix "-" $2; gsub("/", "-", id)
      printf "%s\t{\"id\":\"%s\",\"url\":\"%s%s\",\"target\":\"%s/%s\",\"size\":%s,\"checksum\":\"sha256:%s\"}\n",
        id, id, base, $2, prefix, $2, size[$2], $1
    }' "$work/sums"
}

publish() { kcat -P -q -b "$kafka" -t "$1" -K $'\t'; }

# listen TOPIC EARLIER MORE: a consumer that ends when MORE records came after the EARLIER ones. It has
# read those when this returns, so it costs little later. Sets $listener; keys go to $work/tmp/seen.
listen() {
  timeout 900 kcat -C -q -u -X isolation.level=read_committed -b "$kafka" -t "$1" -o beginning -c $(($2 + $3)) -f '%k\n' \
    >"$work/tmp/seen" 2>>"$work/logs/kcat.log" &
  listener=$!
  started+=("$listener")
  await 60 "earlier events" has_lines "$work/tmp/seen" "$2"
}

has_lines() { (($(wc -l <"$1") >= $2)); }

# heard: waits for the listener.
heard() {
  wait "$listener" || die "jobs did not end within 15 minutes: $work/logs"
  forget "$listener"
}

# events TOPIC: key, time in milliseconds and value of every committed record now in the topic.
events() { kcat -C -q -e -X isolation.level=read_committed -b "$kafka" -t "$1" -o beginning -f '%k\t%T\t%s\n'; }

# Micro-seconds since the epoch.
now() { echo "${EPOCHREALTIME/[^0-9]/}"; }

# cpu PID…: CPU milliseconds of processes and of their living children, user and system.
cpu() {
  local pid stat ticks=0
  for pid in "$@" $(pgrep -P "$(IFS=,; echo "$*")"); do
    stat=$(<"/proc/$pid/stat")
    read -ra stat <<<"${stat##*) }"
    ticks=$((ticks + stat[11] + stat[12]))
  done
  echo $((ticks * 1000 / $(getconf CLK_TCK)))
}

# check_files FOLDER: all files are there and right.
check_files() {
  (cd "$1" && sha256sum --quiet --strict -c "$work/sums") >"$work/logs/sums.log" 2>&1 ||
    die "wrong or missing files in $1: $work/logs/sums.log"
}

# memory PID FIELD: VmRSS (now) or VmHWM (peak) in KiB.
memory() { awk -v field="$2:" '$1 == field { print $2 }' "/proc/$1/status"; }

# Starts the peak of a process anew, where the kernel lets us.
reset_peak() { echo 5 2>/dev/null >"/proc/$1/clear_refs" || true; }

# measure COMMAND…: runs it; sets $wall in micro-seconds, $own in CPU milliseconds, $peak in KiB.
measure() {
  local TIMEFORMAT='%3R %3U %3S' timer pid sample user system
  { time "$@" >"$work/logs/measured.log" 2>&1; } 2>"$work/tmp/time" &
  timer=$!
  started+=("$timer")
  peak=0
  sleep 0.05
  pid=$(pgrep -P "$timer" || true)
  started+=(${pid:+"$pid"})
  while [[ $pid ]] && sample=$(memory "$pid" VmHWM 2>/dev/null) && [[ $sample ]]; do
    peak=$sample
    sleep 0.1
  done
  wait "$timer" || die "$1 failed: $work/logs/measured.log"
  forget "$timer" "$pid"
  read -r wall user system < <(tail -n 1 "$work/tmp/time")
  wall=$(awk "BEGIN { printf \"%d\", $wall * 1e6 }")
  own=$(awk "BEGIN { printf \"%d\", ($user + $system) * 1e3 }")
}
