#include "topics/rejection.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace matchpoint::topics {
namespace {

const Rejection kRejection{RejectReason::kNoStart, "the match has not started"};
const RejectionSource kSource{"scores", streams::Partition{3}, streams::Offset{12345678901}};

TEST(Rejection, ReasonsHaveTheTextsOfTheContract) {
    EXPECT_EQ(to_text(RejectReason::kMalformed), "malformed");
    EXPECT_EQ(to_text(RejectReason::kInvalid), "invalid");
    EXPECT_EQ(to_text(RejectReason::kNoStart), "no-start");
    EXPECT_EQ(to_text(RejectReason::kMatchOver), "match-over");
    EXPECT_EQ(to_text(RejectReason::kImpossible), "impossible");
    EXPECT_EQ(to_text(RejectReason::kSequenceGap), "sequence-gap");
    for (const char* text : {"malformed", "invalid", "no-start", "match-over", "impossible", "sequence-gap"}) {
        const auto reason = parse_reject_reason(text);
        ASSERT_TRUE(reason.has_value()) << text;
        EXPECT_EQ(to_text(*reason), text);
    }
    EXPECT_FALSE(parse_reject_reason("").has_value());
    EXPECT_FALSE(parse_reject_reason("Invalid").has_value());
}

TEST(Rejection, HeadersAreThoseOfTheContract) {
    const HeaderList expected = {{"reason", "no-start"},
                                 {"detail", "the match has not started"},
                                 {"source-topic", "scores"},
                                 {"source-partition", "3"},
                                 {"source-offset", "12345678901"},
                                 {"__streams.errors.exception", "matchpoint.rejected.no-start"},
                                 {"__streams.errors.message", "the match has not started"},
                                 {"__streams.errors.stacktrace",
                                  "matchpoint.rejected.no-start: the match has not started\n\tat scores-3@12345678901"},
                                 {"__streams.errors.topic", "scores"},
                                 {"__streams.errors.partition", "3"},
                                 {"__streams.errors.offset", "12345678901"}};
    EXPECT_EQ(rejection_headers(kRejection, kSource), expected);
}

TEST(Rejection, HeadersAreReadBackInAnyOrderAmongOthers) {
    HeaderList headers = rejection_headers(kRejection, kSource);
    std::reverse(headers.begin(), headers.end());
    headers.insert(headers.begin(), {"trace", "x"});
    const auto parsed = parse_rejection_headers(headers);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->rejection.reason, kRejection.reason);
    EXPECT_EQ(parsed->rejection.detail, kRejection.detail);
    EXPECT_EQ(parsed->source.topic, kSource.topic);
    EXPECT_EQ(parsed->source.partition, kSource.partition);
    EXPECT_EQ(parsed->source.offset, kSource.offset);
}

TEST(Rejection, AMissingOrUnreadableHeaderIsNoRejection) {
    const HeaderList good = rejection_headers(kRejection, kSource);
    for (std::size_t i = 0; i < 5; ++i) {
        HeaderList headers = good;
        headers.erase(headers.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(parse_rejection_headers(headers).has_value()) << good[i].first;
    }
    for (const std::size_t i : {0U, 3U, 4U}) {
        for (const char* value : {"", "x", "3x", "99999999999999999999"}) {
            HeaderList headers = good;
            headers[i].second = value;
            EXPECT_FALSE(parse_rejection_headers(headers).has_value()) << good[i].first << '=' << value;
        }
    }
}

}  // namespace
}  // namespace matchpoint::topics
