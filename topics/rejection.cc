#include "topics/rejection.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace matchpoint::topics {
namespace {

// By the enum's values.
constexpr std::array<std::string_view, 6> kReasonTexts = {"malformed",  "invalid",    "no-start",
                                                          "match-over", "impossible", "sequence-gap"};

template <typename Int>
std::optional<Int> parse_integer(std::string_view text) {
    Int value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::string_view> find_header(const HeaderList& headers, std::string_view name) {
    for (const auto& [header, value] : headers) {
        if (header == name) return value;
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_text(RejectReason reason) {
    return kReasonTexts[static_cast<std::size_t>(reason)];
}

std::optional<RejectReason> parse_reject_reason(std::string_view text) {
    for (std::size_t i = 0; i < kReasonTexts.size(); ++i) {
        if (kReasonTexts[i] == text) return static_cast<RejectReason>(i);
    }
    return std::nullopt;
}

HeaderList rejection_headers(const Rejection& rejection, const RejectionSource& source) {
    const std::string reason(to_text(rejection.reason));
    const std::string partition = fmt::format("{}", source.partition.value());
    const std::string offset = fmt::format("{}", source.offset.value());
    const std::string exception = "matchpoint.rejected." + reason;
    return {{"reason", reason},
            {"detail", rejection.detail},
            {"source-topic", source.topic},
            {"source-partition", partition},
            {"source-offset", offset},
            {"__streams.errors.exception", exception},
            {"__streams.errors.message", rejection.detail},
            {"__streams.errors.stacktrace",
             fmt::format("{}: {}\n\tat {}-{}@{}", exception, rejection.detail, source.topic, partition, offset)},
            {"__streams.errors.topic", source.topic},
            {"__streams.errors.partition", partition},
            {"__streams.errors.offset", offset}};
}

std::optional<RejectionHeaders> parse_rejection_headers(const HeaderList& headers) {
    const auto reason_text = find_header(headers, "reason");
    const auto detail = find_header(headers, "detail");
    const auto topic = find_header(headers, "source-topic");
    const auto partition_text = find_header(headers, "source-partition");
    const auto offset_text = find_header(headers, "source-offset");
    if (!reason_text || !detail || !topic || !partition_text || !offset_text) return std::nullopt;
    const auto reason = parse_reject_reason(*reason_text);
    const auto partition = parse_integer<std::int32_t>(*partition_text);
    const auto offset = parse_integer<std::int64_t>(*offset_text);
    if (!reason || !partition || !offset) return std::nullopt;
    return RejectionHeaders{
        {*reason, std::string(*detail)},
        {std::string(*topic), streams::Partition{*partition}, streams::Offset{*offset}},
    };
}

}  // namespace matchpoint::topics
