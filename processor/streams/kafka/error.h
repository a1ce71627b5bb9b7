// Kafka's errors sorted by what to do about them. Operations return them as values; only construction (a wrong
// configuration, no client to be had) throws. Values; any thread.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "processor/streams/base/error.h"

struct rd_kafka_error_s;

namespace matchpoint::streams::kafka {

struct KafkaError {
    enum class Kind {
        kRetriable,         // the same call may succeed later
        kAbortTransaction,  // abort the transaction, then go on
        kFenced,            // another producer or member has taken our place: close dirty, make a new client, rejoin
        kFatal,             // the client is of no more use
        kPermanent,         // this call will not succeed; the client is well
    };

    int code = 0;      // librdkafka's rd_kafka_resp_err_t: negative ones are local
    std::string name;  // e.g. "UNKNOWN_TOPIC_OR_PART"
    std::string message;
    Kind kind = Kind::kPermanent;

    [[nodiscard]] bool retriable() const { return kind == Kind::kRetriable; }
    [[nodiscard]] bool fenced() const { return kind == Kind::kFenced; }
    [[nodiscard]] bool fatal() const { return kind == Kind::kFatal || kind == Kind::kFenced; }
    [[nodiscard]] bool timed_out() const;
    [[nodiscard]] bool unknown_topic_or_partition() const;
    [[nodiscard]] bool topic_already_exists() const;
    [[nodiscard]] bool offset_out_of_range() const;
    // The group has moved on without this member (ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, …).
    [[nodiscard]] bool member_lost() const;
    // "NAME: message (kind)"
    [[nodiscard]] std::string to_string() const;
};

[[nodiscard]] const char* kind_name(KafkaError::Kind kind);

// Sorts a response code; `message` defaults to librdkafka's own text.
[[nodiscard]] KafkaError error_from_code(int code, std::string message = {});

// Success or what went wrong.
using MaybeError = std::optional<KafkaError>;

// Takes ownership of `error` and destroys it; null is success.
[[nodiscard]] MaybeError take_error(rd_kafka_error_s* error);

// Thrown for a setting that librdkafka refuses; what() names key, value and reason.
using streams::ConfigError;

// Thrown where there is no result to carry an error: construction, Result::value() on an error.
class KafkaException : public StreamsError {
  public:
    explicit KafkaException(KafkaError error) : StreamsError(error.to_string()), error_(std::move(error)) {}
    [[nodiscard]] const KafkaError& error() const { return error_; }

  private:
    KafkaError error_;
};

// A value or a KafkaError.
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : either_(std::in_place_index<0>, std::move(value)) {}           // NOLINT: implicit on purpose
    Result(KafkaError error) : either_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose
    [[nodiscard]] bool ok() const { return either_.index() == 0; }
    explicit operator bool() const { return ok(); }
    [[nodiscard]] T& value() & { return checked(); }
    // By value: a range-for over a temporary's value must not dangle.
    [[nodiscard]] T value() && { return std::move(checked()); }
    [[nodiscard]] T* operator->() { return &checked(); }
    [[nodiscard]] T& operator*() { return checked(); }
    [[nodiscard]] const KafkaError& error() const { return std::get<1>(either_); }

  private:
    T& checked() {
        if (!ok()) throw KafkaException(error());
        return std::get<0>(either_);
    }
    std::variant<T, KafkaError> either_;
};

}  // namespace matchpoint::streams::kafka
