#include <set>

#include <gtest/gtest.h>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring {
namespace {

TEST(Sports, AreFoundByTheirName) {
    ASSERT_FALSE(all_sports().empty());
    EXPECT_EQ(all_sports().front()->name(), "tennis");
    std::set<std::string_view> names;
    for (const auto* sport : all_sports()) {
        EXPECT_EQ(find_sport(sport->name()), sport);
        EXPECT_FALSE(sport->unit().empty());
        EXPECT_TRUE(names.insert(sport->name()).second) << sport->name();
    }
}

TEST(Sports, AreNotFoundByAnyOther) {
    EXPECT_EQ(find_sport("quidditch"), nullptr);
    EXPECT_EQ(find_sport(""), nullptr);
    EXPECT_EQ(find_sport("Tennis"), nullptr);
}

}  // namespace
}  // namespace matchpoint::scoring
