# shellcheck shell=bash disable=SC2034  # variables set here are used by the scripts that source it
# Shared by the scripts beside it; sourced, never run.
# Sets MP_ROOT (the checkout), MP_BUILD and MP_KAFKA_VERSION. Errors go through `die`, which names the culprit and the remedy.

set -euo pipefail

MP_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
MP_BUILD=$MP_ROOT/build
MP_POM=$MP_ROOT/scripts/kafka-runtime/pom.xml
MP_KAFKA_VERSION=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$MP_POM")

say() { printf '%s\n' "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# usage: prints the comment block at the head of the calling script, without the first line.
usage() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"; }

# need_value OPTION [VALUE]: for option parsing, an option without its value is an error and not an unbound variable.
need_value() { [[ $# -ge 2 && -n $2 ]] || die "$1 needs a value (--help shows the options)"; }

need_number() { [[ $2 =~ ^[0-9]+$ ]] || die "$1 needs a number, not '$2'"; }

need_port() {
  need_number "$1" "$2"
  (($2 <= 65535)) || die "$1 needs a port between 0 and 65535, not $2"
}

# ---- the Kafka runtime ------------------------------------------------------------------------------------------------

# Where setup puts the pinned Kafka: a cache outside the checkout, so that clones share it and a clean build keeps it.
runtime_dir() {
  local cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
  printf '%s' "${cache:-$MP_BUILD/cache}/matchpoint/kafka-$MP_KAFKA_VERSION"
}

# A runtime is whole when it lies under its final name (setup renames it into place) and was made from today's pom.
runtime_ready() { cmp -s "$MP_POM" "$(runtime_dir)/pom.xml"; }

java_command() {
  if [[ -n ${JAVA_HOME:-} && -x $JAVA_HOME/bin/java ]]; then
    printf '%s' "$JAVA_HOME/bin/java"
  else
    command -v java || die "java is missing: Kafka needs Java 17 or newer. Run scripts/setup, or set JAVA_HOME"
  fi
}

# java_major JAVA: 17 for "17.0.15", also for "21-ea".
java_major() { "$1" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -1; }

# Sets MP_JAVA and MP_CLASSPATH, from KAFKA_HOME or the pinned runtime, which is fetched when it is missing.
use_kafka_runtime() {
  MP_JAVA=$(java_command) || exit 1
  if [[ -n ${KAFKA_HOME:-} ]]; then
    compgen -G "$KAFKA_HOME/libs/kafka-clients-*.jar" >/dev/null ||
      die "KAFKA_HOME=$KAFKA_HOME holds no libs/kafka-clients-*.jar: point it at an unpacked Kafka, or unset it to use the pinned $MP_KAFKA_VERSION"
    MP_CLASSPATH="$KAFKA_HOME/libs/*"
    return
  fi
  runtime_ready || "$MP_ROOT/scripts/setup" --runtime-only >&2
  local jars
  jars=("$(runtime_dir)"/libs/*.jar)
  MP_CLASSPATH=$(IFS=:; printf '%s' "${jars[*]}")
}

# Archives of loaded classes take a second off each start of the broker and half a second off each tool. setup makes them, one set a
# JVM build: class_archive ROLE JAVA names the one of "broker" or "tools".
class_archive() { printf '%s/%s-%s.jsa' "$(runtime_dir)" "$1" "$(stat -Lc '%Y%s' "$2" 2>/dev/null)"; }

# Sets MP_CDS, the options for it. MATCHPOINT_MAKE_ARCHIVES=1 writes the archive when the JVM ends.
use_class_archive() {
  local archive
  MP_CDS=(-Xshare:auto -Xlog:disable -Xlog:all=error:stderr)
  [[ -z ${KAFKA_HOME:-} ]] || return 0
  archive=$(class_archive "$1" "$MP_JAVA")
  if [[ -n ${MATCHPOINT_MAKE_ARCHIVES:-} ]]; then
    MP_CDS+=("-XX:ArchiveClassesAtExit=$archive.new")
  elif [[ -s $archive ]]; then
    MP_CDS+=("-XX:SharedArchiveFile=$archive")
  fi
}

# kafka_tool CLASS ARGUMENTS: becomes one of Kafka's command line tools.
kafka_tool() {
  use_class_archive tools
  exec "$MP_JAVA" "${MP_CDS[@]}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m \
    "-Dlog4j2.configurationFile=$MP_ROOT/scripts/kafka-runtime/log4j2-tools.xml" -cp "$MP_CLASSPATH" "$@"
}

# ---- ports ------------------------------------------------------------------------------------------------------------

# port_inodes PORT: the socket inodes that listen on it, over IPv4 and IPv6.
port_inodes() {
  local hex
  hex=$(printf '%04X' "$1")
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port=":$hex" '$4 == "0A" && $2 ~ port "$" { print $10 }'
}

port_in_use() { [[ -n $(port_inodes "$1") ]]; }

# port_holder PORT: "java (pid 4711)" for a process we may look into, else "another process".
port_holder() {
  local inode link pid
  for inode in $(port_inodes "$1"); do
    for link in /proc/[0-9]*/fd/*; do
      if [[ $(readlink "$link" 2>/dev/null) == "socket:[$inode]" ]]; then
        pid=${link#/proc/}
        pid=${pid%%/*}
        printf '%s (pid %s)' "$(cat "/proc/$pid/comm" 2>/dev/null || printf 'a process')" "$pid"
        return
      fi
    done
  done
  printf 'another process'
}

# A port nobody uses now, from below the ephemeral range so that no outgoing connection takes it meanwhile.
free_port() {
  local port try
  for ((try = 0; try < 200; ++try)); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if ! port_in_use "$port"; then
      printf '%s' "$port"
      return
    fi
  done
  die "no free port between 20000 and 32000"
}

# kafka_answers HOST PORT: one Metadata request (version 4, no topics) must be answered with at least one broker.
#   request   size i32 = 15 | key i16 = 3 | version i16 = 4 | correlation i32 = 1 | client id i16 = -1 | topics i32 = 0 | create = 0
#   reply     size i32      | correlation i32 = 1 | throttle i32 | brokers i32 ...
kafka_answers() {
  local reply
  reply=$(
    exec 2>/dev/null
    exec 3<>"/dev/tcp/$1/$2" || exit 1
    printf '\0\0\0\017\0\003\0\004\0\0\0\001\377\377\0\0\0\0\0' >&3
    timeout 2 head -c 16 <&3 | od -An -v -tx1 | tr -d ' \n'
  ) || return 1
  [[ ${#reply} -eq 32 && ${reply:8:8} == 00000001 && ${reply:24:8} != 00000000 ]]
}

# ---- processes --------------------------------------------------------------------------------------------------------

# stop_process PID SECONDS: SIGTERM, then SIGKILL once the time is up. Returns when it is gone; the caller has checked whose it is.
stop_process() {
  local pid=$1 deadline=$((SECONDS + $2))
  kill -TERM "$pid" 2>/dev/null || return 0
  while process_alive "$pid"; do
    if ((SECONDS >= deadline)); then
      kill -KILL "$pid" 2>/dev/null || true
      deadline=$((SECONDS + 60))
    fi
    sleep 0.05
  done
}

# A zombie has ended: only its parent has not looked yet.
process_alive() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  stat=${stat##*) }
  [[ ${stat:0:1} != Z ]]
}
