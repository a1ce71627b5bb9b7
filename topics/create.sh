#!/usr/bin/env bash
# topics/create.sh --bootstrap-server HOST:PORT [--replication-factor N] [--command-config FILE]
#
# Creates the topics of topics.json with Kafka's own kafka-topics.sh. Topics that are there already are left alone; one that
# has another partition count or cleanup policy than the catalog is named with both values, nothing is created, and the exit status is 1.
#   --replication-factor N    instead of the catalog's, for a cluster of several brokers
#   --command-config FILE     client settings for kafka-topics.sh, such as SASL and TLS
# shellcheck source-path=SCRIPTDIR source=../scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh" || exit 1

readonly kCatalog=$MP_ROOT/topics/topics.json

main() {
  local server='' replication=''
  local -a config=()
  while (($#)); do
    case $1 in
      --bootstrap-server) need_value "$@" && server=$2 && shift 2 ;;
      --replication-factor) need_value "$@" && need_number "$1" "$2" && replication=$2 && shift 2 ;;
      --command-config) need_value "$@" && config=(--command-config "$2") && shift 2 ;;
      -h | --help) usage && exit 0 ;;
      *) die "unknown option '$1' (--help shows the options)" ;;
    esac
  done
  [[ -n $server ]] || die "--bootstrap-server HOST:PORT is missing"
  command -v jq >/dev/null || die "jq is missing: scripts/setup installs it"
  use_kafka_runtime # once, before the calls that run side by side

  local work
  work=$(mktemp -d)
  # shellcheck disable=SC2064  # the folder's name now, not when the trap runs
  trap "rm -rf '$work'" EXIT
  kafka_topics=("$MP_ROOT/scripts/kafka-topics.sh" --bootstrap-server "$server" "${config[@]}")
  describe "$server" "$work"
  check_existing "$work/existing"
  create_missing "$work" "$replication"
}

# somebody_listens HOST:PORT[,HOST:PORT...]: kafka-topics.sh itself would try for a minute.
somebody_listens() {
  local server
  for server in ${1//,/ }; do
    # shellcheck disable=SC2016  # for the inner bash to expand
    timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2"' _ "${server%:*}" "${server##*:}" 2>/dev/null && return 0
  done
  return 1
}

# Writes a line "name partitions policy" for each topic of the catalog that is there to $work/existing.
describe() {
  local names
  somebody_listens "$1" || die "nobody listens at $1: scripts/kafka start starts a Kafka, or name another with --bootstrap-server HOST:PORT"
  names=$(jq -r '[.topics[].name] | join("|")' "$kCatalog")
  "${kafka_topics[@]}" --describe --if-exists --topic "$names" >"$2/described" 2>"$2/errors" || {
    grep -v '^[[:space:]]*at ' "$2/errors" | sed 's/^/  /' >&2
    die "cannot read the topics of $1: is Kafka running there? scripts/kafka start starts one"
  }
  # A policy of two values, "compact,delete", shares its comma with the list of configs it stands in.
  awk -F '\t' '
    /^Topic: .*PartitionCount: / {
      policy = ""
      for (i = 1; i <= NF; ++i) {
        if ($i ~ /^Topic: /) { name = substr($i, 8); gsub(/ /, "", name) }
        if ($i ~ /^PartitionCount: /) partitions = substr($i, 17) + 0
        if ($i ~ /^Configs: /) {
          count = split(substr($i, 10), config, ",")
          for (j = 1; j <= count; ++j) {
            if (config[j] ~ /^cleanup\.policy=/) policy = substr(config[j], 16)
            else if (config[j] !~ /=/ && config[j - 1] ~ /^cleanup\.policy=/) policy = policy "," config[j]
          }
        }
      }
      print name, partitions, policy == "" ? "delete" : policy
    }' "$2/described" >"$2/existing"
}

check_existing() {
  local name partitions policy there other=0
  while read -r name partitions policy; do
    there=$(awk -v name="$name" '$1 == name { print $2, $3 }' "$1")
    [[ -n $there ]] || continue
    if [[ ${there% *} != "$partitions" ]]; then
      printf '%s: topic %s has %s partitions, the catalog says %s\n' "${0##*/}" "$name" "${there% *}" "$partitions" >&2
      other=1
    fi
    if [[ ${there#* } != "$policy" ]]; then
      printf '%s: topic %s has cleanup.policy=%s, the catalog says %s\n' "${0##*/}" "$name" "${there#* }" "$policy" >&2
      other=1
    fi
  done < <(jq -r '.topics[] | "\(.name) \(.partitions) \(.configs["cleanup.policy"])"' "$kCatalog")
  ((other == 0)) || die "nothing created: delete these topics or change them with scripts/kafka-topics.sh and kafka-configs.sh, or edit topics/topics.json"
}

# kafka-topics.sh creates one topic a call, and a call is a JVM: the calls run side by side.
create_missing() {
  local work=$1 name failed=0
  local -a names=() pids=() arguments
  while read -r name; do
    if awk -v name="$name" '$1 == name { found = 1 } END { exit !found }' "$work/existing"; then
      say "topic $name is there"
      continue
    fi
    mapfile -t arguments < <(jq -r --arg name "$name" --arg replication "$2" '
      .topics[] | select(.name == $name)
      | "--partitions", .partitions, "--replication-factor", (if $replication == "" then .replication_factor else $replication end),
        (.configs | to_entries[] | "--config", "\(.key)=\(.value)")' "$kCatalog")
    "${kafka_topics[@]}" --create --if-not-exists --topic "$name" "${arguments[@]}" >"$work/$name.out" 2>&1 &
    pids+=("$!") names+=("$name")
  done < <(jq -r '.topics[].name' "$kCatalog")
  local i
  for i in "${!pids[@]}"; do
    if wait "${pids[i]}"; then
      say "topic ${names[i]} created"
    else
      grep -v '^[[:space:]]*at ' "$work/${names[i]}.out" | sed 's/^/  /' >&2
      printf '%s: topic %s could not be created\n' "${0##*/}" "${names[i]}" >&2
      failed=1
    fi
  done
  return "$failed"
}

main "$@"
