#!/usr/bin/env bash
# scripts/kafka-topics.sh ARGUMENTS
#
# Kafka's own kafka-topics.sh, on the pinned runtime or on KAFKA_HOME: every argument goes to it as it is.
#   scripts/kafka-topics.sh --bootstrap-server 127.0.0.1:9092 --describe
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

use_kafka_runtime
exec "$MP_JAVA" "${MP_CDS[@]}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m \
  "-Dlog4j2.configurationFile=$MP_ROOT/scripts/kafka-runtime/log4j2-tools.xml" \
  -cp "$MP_CLASSPATH" org.apache.kafka.tools.TopicCommand "$@"
