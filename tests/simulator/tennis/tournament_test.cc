#include "simulator/tennis/tournament.h"

#include <map>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "topics/match_fold.h"
#include "topics/score_event.h"

namespace matchpoint::simulator::tennis {
namespace {

constexpr Timestamp kStart{1'795'235'906'251};

Settings small(std::uint64_t seed) {
    Settings settings;
    settings.seed = seed;
    settings.start_at = kStart;
    settings.matches = 5;
    settings.total_matches = 12;
    return settings;
}

std::string all_bytes(const Settings& settings, std::size_t events = 1'000'000) {
    Tournament tournament(settings);
    std::string bytes;
    while (events-- > 0) {
        const Event* event = tournament.next();
        if (event == nullptr) break;
        bytes.append(event->match).append(" ").append(event->json).append("\n");
    }
    return bytes;
}

// Folds each match as the processor does.
class Fold {
  public:
    void apply(const Event& event) {
        const auto decoded = decoder_.decode(event.json);
        ASSERT_TRUE(decoded.has_value()) << decoded.error().detail << "\n" << event.json;
        ASSERT_EQ(decoded->match, event.match);
        ASSERT_EQ(decoded->at, event.at);
        auto [match, added] = matches_.try_emplace(std::string(event.match), *decoded->sport);
        ASSERT_EQ(decoded->seq, ++seqs_[match->first]);
        const auto rejection = match->second.apply(*decoded);
        ASSERT_FALSE(rejection.has_value()) << rejection->detail << "\n" << event.json;
    }
    [[nodiscard]] const std::map<std::string, topics::MatchFold>& matches() const { return matches_; }

  private:
    topics::ScoreEventDecoder decoder_;
    std::map<std::string, topics::MatchFold> matches_;
    std::map<std::string, std::uint64_t> seqs_;
};

TEST(Tournament, SameSettingsSameBytes) {
    const std::string once = all_bytes(small(7));
    EXPECT_GT(once.size(), 100'000U);
    EXPECT_EQ(once, all_bytes(small(7)));
}

TEST(Tournament, AnotherSeedOrTimeHasOtherMatchIds) {
    Settings later = small(7);
    later.start_at = Timestamp{kStart.value() + 1};
    std::set<std::string> ids;
    for (const Settings& settings : {small(7), small(8), later}) {
        Tournament tournament(settings);
        std::set<std::string> own;
        while (const Event* event = tournament.next()) own.insert(std::string(event->match));
        EXPECT_EQ(own.size(), 12U);
        ids.merge(own);
        EXPECT_TRUE(own.empty()) << "shared: " << *own.begin();
    }
}

TEST(Tournament, EveryMatchIsLegalAndFinishes) {
    for (const std::uint8_t best_of : {std::uint8_t{3}, std::uint8_t{5}}) {
        Settings settings = small(best_of);
        settings.best_of = best_of;
        settings.total_matches = 200;
        Tournament tournament(settings);
        Fold fold;
        while (const Event* event = tournament.next()) ASSERT_NO_FATAL_FAILURE(fold.apply(*event));
        EXPECT_EQ(fold.matches().size(), 200U);
        for (const auto& [id, match] : fold.matches()) {
            EXPECT_EQ(match.match()->status(), scoring::Status::kFinished) << id;
            EXPECT_NE(match.match()->winner(), scoring::Winner::kNone) << id;
        }
        EXPECT_EQ(tournament.matches_finished(), 200U);
        EXPECT_EQ(tournament.matches_live(), 0U);
    }
}

TEST(Tournament, EventsComeInTheOrderOfTheirTimes) {
    Tournament tournament(small(3));
    std::int64_t last = 0;
    while (const Event* event = tournament.next()) {
        ASSERT_GE(event->due_us, last);
        ASSERT_EQ(event->at.value(), kStart.value() + event->due_us / 1000);
        last = event->due_us;
    }
}

TEST(Tournament, PlaysAsManyMatchesAtOnceAsAsked) {
    Settings settings = small(11);
    settings.total_matches.reset();
    Tournament tournament(settings);
    std::uint64_t most = 0;
    double live = 0;
    for (int i = 0; i < 20'000; ++i) {
        ASSERT_NE(tournament.next(), nullptr);
        most = std::max(most, tournament.matches_live());
        live += static_cast<double>(tournament.matches_live()) / 20'000;
    }
    EXPECT_EQ(most, 5U);
    EXPECT_GT(live, 4.7);  // but for the pause before the next match on a court
    EXPECT_GT(tournament.matches_finished(), 50U);
}

TEST(Tournament, NobodyPlaysTwoMatchesAtOnce) {
    Settings settings = small(13);
    settings.matches = 60;
    settings.total_matches = 600;
    settings.tours = Tours::kMen;
    Tournament tournament(settings);
    Fold fold;
    std::set<std::string> busy;
    while (const Event* event = tournament.next()) {
        ASSERT_NO_FATAL_FAILURE(fold.apply(*event));
        const topics::MatchFold& match = fold.matches().at(std::string(event->match));
        for (const auto& side : match.fixture().sides) {
            if (match.entries() == 1) {
                ASSERT_TRUE(busy.insert(side.name).second) << side.name << ": " << event->json;
            }
            if (match.match()->status() != scoring::Status::kLive) busy.erase(side.name);
        }
    }
    EXPECT_TRUE(busy.empty());
    EXPECT_EQ(fold.matches().size(), 600U);
}

TEST(Tournament, AMatchDoesNotDependOnWhatIsPlayedBesideIt) {
    // The points of the first match are the same whatever the rate.
    const auto winners = [](const Settings& settings) {
        Tournament tournament(settings);
        std::string text;
        while (const Event* event = tournament.next()) {
            if (!event->match.ends_with("-1")) continue;
            const auto type = event->json.find("\"type\"");
            text.append(event->json.substr(type)).append("\n");
        }
        return text;
    };
    Settings one = small(17);
    one.total_matches = 5;
    Settings fast = one;
    fast.gap_us = 777;
    EXPECT_EQ(winners(one), winners(fast));
}

TEST(Tournament, KeepsTheRateAskedFor) {
    Settings settings = small(19);
    settings.total_matches.reset();
    settings.matches = 50;
    settings.gap_us = 100'000;  // ten a second in each match
    Tournament tournament(settings);
    const Event* event = nullptr;
    constexpr double kEvents = 100'000;
    for (int i = 0; i < static_cast<int>(kEvents); ++i) event = tournament.next();
    const double seconds = static_cast<double>(event->due_us) / 1e6;
    EXPECT_NEAR(kEvents / seconds / 50, 10, 0.5);
}

TEST(Tournament, ToursAreAsChosen) {
    for (const auto& [tours, men, women] :
         {std::tuple{Tours::kMen, true, false}, {Tours::kWomen, false, true}, {Tours::kMixed, true, true}}) {
        Settings settings = small(23);
        settings.tours = tours;
        settings.total_matches = 40;
        const std::string bytes = all_bytes(settings);
        EXPECT_EQ(bytes.find(", men's singles") != std::string::npos, men);
        EXPECT_EQ(bytes.find(", women's singles") != std::string::npos, women);
    }
}

TEST(Tournament, OneMatchOnly) {
    Settings settings = small(29);
    settings.matches = 8;
    settings.total_matches = 1;
    Tournament tournament(settings);
    std::set<std::string> ids;
    while (const Event* event = tournament.next()) ids.insert(std::string(event->match));
    EXPECT_EQ(ids.size(), 1U);
    EXPECT_EQ(tournament.matches_finished(), 1U);
    EXPECT_EQ(tournament.next(), nullptr);
}

}  // namespace
}  // namespace matchpoint::simulator::tennis
