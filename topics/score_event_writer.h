// Writes events of `scores` as JSON, for simulators, replay and tests: fields in the contract's order, no spaces, so
// that the same event is the same bytes. Each function replaces `out`. Nothing is checked here: a test may write
// nonsense. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processor/scoring/sport.h"
#include "processor/streams/base/types.h"

namespace matchpoint::topics {

struct Envelope {
    std::string_view match;
    std::uint64_t seq = 1;
    streams::Timestamp at;
    std::string_view sport;
};

// Sides are 1 and 2 throughout. Fields that are optional in the contract are left out when empty.
struct StartEvent {
    scoring::Fixture fixture;
    std::string_view format_json;  // one JSON object, or empty
    std::optional<int> server;
};
struct UndoEvent {};
struct EndEvent {
    scoring::EndReason reason = scoring::EndReason::kResult;
    scoring::Winner winner = scoring::Winner::kNone;
};
struct TennisPoint {
    int winner = 1;
    std::optional<int> server;
    std::string_view how;
};
// Football and basketball.
struct PeriodEvent {
    std::string_view name;      // football
    std::optional<int> number;  // basketball
};
struct FootballGoal {
    int team = 1;
    std::string_view player;
    int minute = 0;
    std::optional<int> offset;
    bool own = false;
    bool penalty = false;
};
struct FootballCard {
    int team = 1;
    std::string_view player;
    std::string_view card;
    int minute = 0;
};
struct FootballSubstitution {
    int team = 1;
    std::string_view off;
    std::string_view on;
    int minute = 0;
};
struct FootballKick {
    int team = 1;
    std::string_view player;
    bool scored = false;
};
struct CricketInnings {
    struct Target {
        int runs = 0;
        double overs = 0;  // 14.5 is fourteen overs and five balls; 0 is left out
    };
    int team = 1;
    bool super_over = false;
    std::optional<Target> target;
};
struct CricketBall {
    struct Extras {
        int wides = 0;
        int noballs = 0;
        int byes = 0;
        int legbyes = 0;
        int penalty = 0;
    };
    struct Wicket {
        std::string_view player_out;
        std::string_view kind;
    };
    std::string_view batter;
    std::string_view non_striker;
    std::string_view bowler;
    int runs = 0;
    Extras extras;  // those that are not zero are written
    std::vector<Wicket> wickets;
};
struct BasketballBasket {
    int team = 1;
    std::string_view player;
    int points = 2;
};
struct BasketballFoul {
    int team = 1;
    std::string_view player;
};
struct ArcadeScore {
    std::string_view player;
    std::int64_t score = 0;
};

void write_event(const Envelope& envelope, const StartEvent& event, std::string& out);
void write_event(const Envelope& envelope, const UndoEvent& event, std::string& out);
void write_event(const Envelope& envelope, const EndEvent& event, std::string& out);
void write_event(const Envelope& envelope, const TennisPoint& event, std::string& out);
void write_event(const Envelope& envelope, const PeriodEvent& event, std::string& out);
void write_event(const Envelope& envelope, const FootballGoal& event, std::string& out);
void write_event(const Envelope& envelope, const FootballCard& event, std::string& out);
void write_event(const Envelope& envelope, const FootballSubstitution& event, std::string& out);
void write_event(const Envelope& envelope, const FootballKick& event, std::string& out);
void write_event(const Envelope& envelope, const CricketInnings& event, std::string& out);
void write_event(const Envelope& envelope, const CricketBall& event, std::string& out);
void write_event(const Envelope& envelope, const BasketballBasket& event, std::string& out);
void write_event(const Envelope& envelope, const BasketballFoul& event, std::string& out);
void write_event(const Envelope& envelope, const ArcadeScore& event, std::string& out);

}  // namespace matchpoint::topics
