#include "http/log/event_id.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "http/log/base64url.h"

namespace matchpoint::http {
namespace {

constexpr streams::Timestamp kMade{1'800'000'000'000};

TEST(EventId, TwoTopicsOfTheCatalogFitInto128Characters) {
    constexpr std::int64_t kFar = (std::int64_t{1} << 34) - 1;  // 17 billion records a partition
    const std::string states = encode_event_id("match-state", OffsetVector(12, kFar), kMade);
    const std::string scores = encode_event_id("high-scores", OffsetVector(4, kFar), kMade);
    EXPECT_LE(states.size() + 1 + scores.size(), 128U);
}

TEST(EventId, HasOnlyCharactersThatNeedNoPreflight) {
    const std::string id = encode_event_id("match-state", {0, 1, 127, 128, 1'000'000}, kMade);
    EXPECT_EQ(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
}

TEST(EventId, IsOfItsTopicOnly) {
    const std::string id = encode_event_id("match-state", {1, 2, 3}, kMade);
    EXPECT_TRUE(decode_event_id("match-state", id));
    EXPECT_FALSE(decode_event_id("high-scores", id));
}

TEST(EventId, PartsOfSeveralTopicsAreFoundInAnyOrder) {
    const std::string a = encode_event_id("match-state", {1, 2, 3}, kMade);
    const std::string b = encode_event_id("high-scores", {7}, kMade);
    EXPECT_EQ(decode_event_id("high-scores", a + "." + b)->offsets, OffsetVector{7});
    EXPECT_EQ(decode_event_id("match-state", b + "." + a)->offsets, (OffsetVector{1, 2, 3}));
}

RC_GTEST_PROP(EventIdProperty, DecodesWhatWasEncoded, ()) {
    const auto offsets = *rc::gen::container<OffsetVector>(rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 40));
    const auto id = decode_event_id("t", encode_event_id("t", offsets, kMade));
    RC_ASSERT(id.has_value());
    RC_ASSERT(id->offsets == offsets);
    RC_ASSERT(kMade.value() - id->made.value() >= 0 && kMade.value() - id->made.value() < 3'600'000);
}

RC_GTEST_PROP(EventIdProperty, GarbageIsRefusedAndHurtsNothing, (std::string garbage)) {
    const auto id = decode_event_id("t", garbage);
    if (id) RC_ASSERT(encode_event_id("t", id->offsets, id->made).size() <= garbage.size());
}

RC_GTEST_PROP(EventIdProperty, AChangedCharacterIsNoticedAlmostAlways, ()) {
    std::string id = encode_event_id("t", {1000, 2000, 3000}, kMade);
    const auto at = *rc::gen::inRange<std::size_t>(0, id.size() - 1);  // the last may hold unused bits
    const char other = *rc::gen::element('A', 'z', '5', '_', '!');
    RC_PRE(id[at] != other);
    id[at] = other;
    const auto decoded = decode_event_id("t", id);
    RC_CLASSIFY(decoded.has_value());
    // 16 bits of checksum: what slips through is still a vector of offsets.
    if (decoded) RC_ASSERT(decoded->offsets.size() <= 16U);
}

RC_GTEST_PROP(EventIdProperty, Base64UrlGivesBackTheBytes, (std::string bytes)) {
    RC_ASSERT(base64url_decode(base64url_encode(bytes)) == bytes);
}

TEST(EventId, JoinTakesTheFurtherOfEach) {
    EXPECT_EQ(join({1, 5}, {3, 2, 9}), (OffsetVector{3, 5, 9}));
    EXPECT_EQ(join({1, 5, 7}, {3}), (OffsetVector{3, 5, 7}));
}

}  // namespace
}  // namespace matchpoint::http
