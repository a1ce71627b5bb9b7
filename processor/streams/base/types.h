// Strong types for the numbers that a stream processor must not mix up: partitions, offsets and timestamps.
// Each converts to and from its plain integer explicitly only. Values; any thread.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include <fmt/format.h>

namespace matchpoint::streams {

// A number with a meaning: `Tag` keeps two of the same representation apart.
template <typename Tag, typename Rep>
class Strong {
  public:
    constexpr Strong() = default;
    constexpr explicit Strong(Rep value) : value_(value) {}
    [[nodiscard]] constexpr Rep value() const { return value_; }
    constexpr auto operator<=>(const Strong&) const = default;

  private:
    Rep value_{};
};

using Partition = Strong<struct PartitionTag, std::int32_t>;

// Offset of a record in its partition. As a position it is that of the next record to read.
using Offset = Strong<struct OffsetTag, std::int64_t>;
inline constexpr Offset kNoOffset{-1001};  // librdkafka's "invalid", so that it passes through unchanged

// Milliseconds since the Unix epoch.
using Timestamp = Strong<struct TimestampTag, std::int64_t>;
inline constexpr Timestamp kNoTimestamp{-1};

struct TopicPartition {
    std::string topic;
    Partition partition;
    auto operator<=>(const TopicPartition&) const = default;
};

// A task: one partition of one sub-topology. Printed as Kafka Streams does, "0_3".
struct TaskId {
    std::int32_t subtopology = 0;
    Partition partition;
    auto operator<=>(const TaskId&) const = default;
    [[nodiscard]] std::string to_string() const { return fmt::format("{}_{}", subtopology, partition.value()); }
};

}  // namespace matchpoint::streams

template <typename Tag, typename Rep>
struct std::hash<matchpoint::streams::Strong<Tag, Rep>> {
    std::size_t operator()(const matchpoint::streams::Strong<Tag, Rep>& strong) const noexcept {
        return std::hash<Rep>{}(strong.value());
    }
};

template <>
struct std::hash<matchpoint::streams::TopicPartition> {
    std::size_t operator()(const matchpoint::streams::TopicPartition& tp) const noexcept {
        return std::hash<std::string>{}(tp.topic) * 31U + std::hash<std::int32_t>{}(tp.partition.value());
    }
};

template <>
struct std::hash<matchpoint::streams::TaskId> {
    std::size_t operator()(const matchpoint::streams::TaskId& id) const noexcept {
        return static_cast<std::size_t>(id.subtopology) * 1000003U + static_cast<std::size_t>(id.partition.value());
    }
};

template <typename Tag, typename Rep>
struct fmt::formatter<matchpoint::streams::Strong<Tag, Rep>> : fmt::formatter<Rep> {
    template <typename Context>
    auto format(const matchpoint::streams::Strong<Tag, Rep>& strong, Context& context) const {
        return fmt::formatter<Rep>::format(strong.value(), context);
    }
};

template <>
struct fmt::formatter<matchpoint::streams::TopicPartition> : fmt::formatter<std::string_view> {
    template <typename Context>
    auto format(const matchpoint::streams::TopicPartition& tp, Context& context) const {
        return fmt::format_to(context.out(), "{}-{}", tp.topic, tp.partition.value());
    }
};
