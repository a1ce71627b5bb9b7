#include "processor/scoring/player_book.h"

#include <gtest/gtest.h>

namespace matchpoint::scoring {
namespace {

std::vector<Tally> changed(const PlayerBook& book) {
    std::vector<Tally> out;
    book.changed_tallies(out);
    return out;
}

std::vector<Tally> all(const PlayerBook& book) {
    std::vector<Tally> out;
    book.all_tallies(out);
    return out;
}

TEST(PlayerBook, AddsUpAndKeepsTheTimeOfTheLastGain) {
    PlayerBook book;
    EXPECT_TRUE(changed(book).empty());
    book.add(0, "ana", 2, Timestamp{1});
    book.add(0, "ana", 3, Timestamp{2});
    book.add(0, "ana", 0, Timestamp{3});
    ASSERT_EQ(changed(book).size(), 1U);
    EXPECT_EQ(changed(book)[0].score, 5);
    EXPECT_EQ(changed(book)[0].at, Timestamp{2});
    EXPECT_EQ(book.total(0, "ana"), 5);
    EXPECT_EQ(book.total(1, "ana"), 0);
}

TEST(PlayerBook, LeavesOutWhoHasNothing) {
    PlayerBook book;
    book.add(1, "bo", 0, Timestamp{1});
    EXPECT_TRUE(changed(book).empty());
    EXPECT_TRUE(all(book).empty());
}

TEST(PlayerBook, TellsNothingChangedWhenToldSo) {
    PlayerBook book;
    book.add(1, "bo", 1, Timestamp{1});
    book.add_nothing();
    EXPECT_TRUE(changed(book).empty());
    EXPECT_EQ(all(book).size(), 1U);
}

TEST(PlayerBook, TakesNamesakesForOnePlayerWithTheBetterTotal) {
    PlayerBook book;
    book.add(0, "silva", 1, Timestamp{1});
    book.add(1, "silva", 2, Timestamp{2});
    book.add(0, "silva", 0, Timestamp{3});
    ASSERT_EQ(changed(book).size(), 1U);
    EXPECT_EQ(changed(book)[0].score, 2);
    ASSERT_EQ(all(book).size(), 1U);
    EXPECT_EQ(all(book)[0].score, 2);
    EXPECT_EQ(all(book)[0].at, Timestamp{2});
}

}  // namespace
}  // namespace matchpoint::scoring
