#include "processor/streams/kafka/error.h"

#include <fmt/format.h>

#include "processor/streams/kafka/handles.h"

namespace matchpoint::streams::kafka {
namespace {

using Kind = KafkaError::Kind;

Kind kind_of(int code) {
    switch (code) {
        case RD_KAFKA_RESP_ERR__FENCED:
        case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
        case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
        case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
            return Kind::kFenced;
        case RD_KAFKA_RESP_ERR__FATAL:
        case RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE:
            return Kind::kFatal;
        case RD_KAFKA_RESP_ERR__TRANSPORT:
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        case RD_KAFKA_RESP_ERR__RESOLVE:
        case RD_KAFKA_RESP_ERR__TIMED_OUT:
        case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
        case RD_KAFKA_RESP_ERR__WAIT_COORD:
        case RD_KAFKA_RESP_ERR__WAIT_CACHE:
        case RD_KAFKA_RESP_ERR__IN_PROGRESS:
        case RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS:
        case RD_KAFKA_RESP_ERR__QUEUE_FULL:
        case RD_KAFKA_RESP_ERR__RETRY:
        case RD_KAFKA_RESP_ERR__UNKNOWN_BROKER:
        case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
        case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
        case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
        case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
        case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
        case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
        case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
        case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
        case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
        case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
        case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
        case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_PREFERRED_LEADER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT:
        case RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS:
        case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
        case RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED:
            return Kind::kRetriable;
        default:
            return Kind::kPermanent;
    }
}

}  // namespace

const char* kind_name(Kind kind) {
    switch (kind) {
        case Kind::kRetriable:
            return "retriable";
        case Kind::kAbortTransaction:
            return "abort the transaction";
        case Kind::kFenced:
            return "fenced";
        case Kind::kFatal:
            return "fatal";
        case Kind::kPermanent:
            return "permanent";
    }
    return "?";
}

bool KafkaError::timed_out() const {
    return code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT ||
           code == RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE || code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT;
}

bool KafkaError::unknown_topic_or_partition() const {
    return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
           code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

bool KafkaError::topic_already_exists() const {
    return code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS;
}

bool KafkaError::offset_out_of_range() const {
    return code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE || code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET;
}

bool KafkaError::member_lost() const {
    return code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION || code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
           code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID || code == RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST ||
           code == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED;
}

std::string KafkaError::to_string() const {
    return fmt::format("{}: {} ({})", name, message, kind_name(kind));
}

KafkaError error_from_code(int code, std::string message) {
    const auto err = static_cast<rd_kafka_resp_err_t>(code);
    if (message.empty()) message = rd_kafka_err2str(err);
    return {code, rd_kafka_err2name(err), std::move(message), kind_of(code)};
}

MaybeError take_error(rd_kafka_error_s* raw) {
    if (raw == nullptr) return std::nullopt;
    const Handle<rd_kafka_error_t, rd_kafka_error_destroy> owned(raw);
    KafkaError error = error_from_code(rd_kafka_error_code(raw), rd_kafka_error_string(raw));
    // librdkafka knows the client's state, the code alone does not: it decides, but fenced is told from fatal.
    if (rd_kafka_error_is_fatal(raw) != 0) {
        if (!error.fenced()) error.kind = Kind::kFatal;
    } else if (rd_kafka_error_txn_requires_abort(raw) != 0) {
        error.kind = Kind::kAbortTransaction;
    } else if (rd_kafka_error_is_retriable(raw) != 0) {
        error.kind = Kind::kRetriable;
    }
    return error;
}

}  // namespace matchpoint::streams::kafka
