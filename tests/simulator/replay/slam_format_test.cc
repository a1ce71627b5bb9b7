#include "simulator/replay/slam_format.h"

#include <gtest/gtest.h>

namespace matchpoint::simulator::replay {
namespace {

using scoring::tennis::FinalSet;
using scoring::tennis::Format;

// "5 advantage", "3 tiebreak 6 10", "3 match-tiebreak 10 no-ad"
std::string format_of(std::string_view match_id) {
    const auto match = parse_slam_match(match_id);
    if (!match) return "not a slam match";
    const Format format = slam_format(*match);
    std::string text = std::to_string(format.best_of);
    if (format.final_set == FinalSet::kAdvantage) text += " advantage";
    if (format.final_set == FinalSet::kTiebreak) text += " tiebreak " + std::to_string(format.final_at);
    if (format.final_set == FinalSet::kMatchTiebreak) text += " match-tiebreak";
    if (format.final_set != FinalSet::kAdvantage) text += " " + std::to_string(format.final_points);
    return text + (format.no_ad ? " no-ad" : "");
}

TEST(SlamFormat, SinglesByTheRulesOfTheirYear) {
    EXPECT_EQ(format_of("2018-ausopen-1101"), "5 advantage");
    EXPECT_EQ(format_of("2019-ausopen-2101"), "3 tiebreak 6 10");
    EXPECT_EQ(format_of("2021-ausopen-MS101"), "5 tiebreak 6 10");
    EXPECT_EQ(format_of("2021-frenchopen-1701"), "5 advantage");
    EXPECT_EQ(format_of("2022-frenchopen-2701"), "3 tiebreak 6 10");
    EXPECT_EQ(format_of("2018-wimbledon-1601"), "5 advantage");
    EXPECT_EQ(format_of("2019-wimbledon-1701"), "5 tiebreak 12 7");
    EXPECT_EQ(format_of("2021-wimbledon-2701"), "3 tiebreak 12 7");
    EXPECT_EQ(format_of("2022-wimbledon-1101"), "5 tiebreak 6 10");
    EXPECT_EQ(format_of("2011-usopen-1101"), "5 tiebreak 6 7");
    EXPECT_EQ(format_of("2021-usopen-2101"), "3 tiebreak 6 7");
    EXPECT_EQ(format_of("2022-usopen-1101"), "5 tiebreak 6 10");
}

TEST(SlamFormat, DoublesByTheRulesOfTheirYear) {
    EXPECT_EQ(format_of("2018-ausopen-MD101"), "3 tiebreak 6 7");
    EXPECT_EQ(format_of("2019-ausopen-WD101"), "3 tiebreak 6 10");
    EXPECT_EQ(format_of("2020-frenchopen-3101"), "3 tiebreak 6 7");
    EXPECT_EQ(format_of("2018-wimbledon-3101"), "5 advantage");
    EXPECT_EQ(format_of("2019-wimbledon-3101"), "5 tiebreak 12 7");
    EXPECT_EQ(format_of("2021-wimbledon-3201"), "3 tiebreak 12 7");  // shortened by rain
    EXPECT_EQ(format_of("2021-wimbledon-3301"), "5 tiebreak 12 7");
    EXPECT_EQ(format_of("2022-wimbledon-3101"), "5 tiebreak 6 10");
    EXPECT_EQ(format_of("2023-wimbledon-3101"), "3 tiebreak 6 10");
    EXPECT_EQ(format_of("2019-wimbledon-4101"), "3 tiebreak 12 7");
}

TEST(SlamFormat, MixedDoubles) {
    EXPECT_EQ(format_of("2019-usopen-5101"), "3 match-tiebreak 10 no-ad");
    EXPECT_EQ(format_of("2018-ausopen-XD101"), "3 match-tiebreak 10 no-ad");
    EXPECT_EQ(format_of("2019-wimbledon-5101"), "3 tiebreak 12 7");
    EXPECT_EQ(format_of("2023-wimbledon-5101"), "3 tiebreak 6 10");
}

TEST(SlamFormat, OtherIdsAreNoSlamMatches) {
    for (const char* id :
         {"", "x", "2019-wimbledon", "2019-wimbledon-", "2019-wimbledon-9101", "year-wimbledon-1101"}) {
        EXPECT_FALSE(parse_slam_match(id).has_value()) << id;
    }
}

TEST(SlamFormat, NamesTheCompetition) {
    EXPECT_EQ(competition_name(*parse_slam_match("2019-wimbledon-1701")), "Wimbledon 2019, men's singles");
    EXPECT_EQ(competition_name(*parse_slam_match("2018-ausopen-XD101")), "Australian Open 2018, mixed doubles");
}

}  // namespace
}  // namespace matchpoint::simulator::replay
