#!/usr/bin/env bash
# scripts/kafka-topics.sh ARGUMENTS
#
# Kafka's own kafka-topics.sh, on the pinned runtime or on KAFKA_HOME: every argument goes to it as it is.
#   scripts/kafka-topics.sh --bootstrap-server 127.0.0.1:9092 --describe
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh" || exit 1

use_kafka_runtime
kafka_tool org.apache.kafka.tools.TopicCommand "$@"
