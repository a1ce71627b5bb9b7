#include "topics/score_event_writer.h"

#include <fmt/format.h>

#include "processor/scoring/json_writer.h"
#include "topics/match_state.h"

namespace matchpoint::topics {
namespace {

using scoring::JsonWriter;

// The fields that all events begin with; the object stays open for those of the event.
JsonWriter begin(const Envelope& envelope, std::string_view type, std::string& out) {
    out.clear();
    JsonWriter json(out);
    json.begin_object();
    json.key("match").string(envelope.match);
    json.key("seq").number(envelope.seq);
    json.key("at").number(envelope.at.value());
    json.key("sport").string(envelope.sport);
    json.key("type").string(type);
    return json;
}

std::string_view reason_text(scoring::EndReason reason) {
    switch (reason) {
        case scoring::EndReason::kRetired:
            return "retired";
        case scoring::EndReason::kWalkover:
            return "walkover";
        case scoring::EndReason::kAbandoned:
            return "abandoned";
        case scoring::EndReason::kResult:
            break;
    }
    return "result";
}

void write_side(JsonWriter& json, const scoring::Competitor& side) {
    json.begin_object().key("name").string(side.name);
    if (!side.players.empty()) {
        json.key("players").begin_array();
        for (const std::string& player : side.players) json.string(player);
        json.end_array();
    }
    json.end_object();
}

void write_optional(JsonWriter& json, std::string_view key, std::string_view text) {
    if (!text.empty()) json.key(key).string(text);
}

void write_optional(JsonWriter& json, std::string_view key, std::optional<int> number) {
    if (number) json.key(key).number(*number);
}

void write_extras(JsonWriter& json, const CricketBall::Extras& extras) {
    const auto write = [&json](std::string_view key, int runs) {
        if (runs != 0) json.key(key).number(runs);
    };
    json.begin_object();
    write("wides", extras.wides);
    write("noballs", extras.noballs);
    write("byes", extras.byes);
    write("legbyes", extras.legbyes);
    write("penalty", extras.penalty);
    json.end_object();
}

bool any(const CricketBall::Extras& extras) {
    return (extras.wides | extras.noballs | extras.byes | extras.legbyes | extras.penalty) != 0;
}

}  // namespace

void write_event(const Envelope& envelope, const StartEvent& event, std::string& out) {
    JsonWriter json = begin(envelope, "start", out);
    write_optional(json, "competition", event.fixture.competition);
    json.key("sides").begin_array();
    for (const scoring::Competitor& side : event.fixture.sides) write_side(json, side);
    json.end_array();
    if (!event.format_json.empty()) json.key("format").raw(event.format_json);
    write_optional(json, "server", event.server);
    json.end_object();
}

void write_event(const Envelope& envelope, const UndoEvent& /*event*/, std::string& out) {
    begin(envelope, "undo", out).end_object();
}

void write_event(const Envelope& envelope, const EndEvent& event, std::string& out) {
    JsonWriter json = begin(envelope, "end", out);
    json.key("reason").string(reason_text(event.reason));
    json.key("winner").raw(to_json(event.winner));
    json.end_object();
}

void write_event(const Envelope& envelope, const TennisPoint& event, std::string& out) {
    JsonWriter json = begin(envelope, "point", out);
    json.key("winner").number(event.winner);
    write_optional(json, "server", event.server);
    write_optional(json, "how", event.how);
    json.end_object();
}

void write_event(const Envelope& envelope, const PeriodEvent& event, std::string& out) {
    JsonWriter json = begin(envelope, "period", out);
    if (event.number) {
        json.key("period").number(*event.number);
    } else {
        json.key("period").string(event.name);
    }
    json.end_object();
}

void write_event(const Envelope& envelope, const FootballGoal& event, std::string& out) {
    JsonWriter json = begin(envelope, "goal", out);
    json.key("team").number(event.team);
    write_optional(json, "player", event.player);
    json.key("minute").number(event.minute);
    write_optional(json, "offset", event.offset);
    if (event.own) json.key("own").boolean(true);
    if (event.penalty) json.key("penalty").boolean(true);
    json.end_object();
}

void write_event(const Envelope& envelope, const FootballCard& event, std::string& out) {
    JsonWriter json = begin(envelope, "card", out);
    json.key("team").number(event.team);
    write_optional(json, "player", event.player);
    json.key("card").string(event.card);
    json.key("minute").number(event.minute);
    json.end_object();
}

void write_event(const Envelope& envelope, const FootballSubstitution& event, std::string& out) {
    JsonWriter json = begin(envelope, "substitution", out);
    json.key("team").number(event.team);
    json.key("off").string(event.off);
    json.key("on").string(event.on);
    json.key("minute").number(event.minute);
    json.end_object();
}

void write_event(const Envelope& envelope, const FootballKick& event, std::string& out) {
    JsonWriter json = begin(envelope, "kick", out);
    json.key("team").number(event.team);
    write_optional(json, "player", event.player);
    json.key("scored").boolean(event.scored);
    json.end_object();
}

void write_event(const Envelope& envelope, const CricketInnings& event, std::string& out) {
    JsonWriter json = begin(envelope, "innings", out);
    json.key("team").number(event.team);
    json.key("super_over").boolean(event.super_over);
    if (event.target) {
        json.key("target").begin_object();
        json.key("runs").number(event.target->runs);
        if (event.target->overs > 0) json.key("overs").raw(fmt::format("{}", event.target->overs));
        json.end_object();
    }
    json.end_object();
}

void write_event(const Envelope& envelope, const CricketBall& event, std::string& out) {
    JsonWriter json = begin(envelope, "ball", out);
    json.key("batter").string(event.batter);
    json.key("non_striker").string(event.non_striker);
    json.key("bowler").string(event.bowler);
    json.key("runs").number(event.runs);
    if (any(event.extras)) {
        json.key("extras");
        write_extras(json, event.extras);
    }
    if (!event.wickets.empty()) {
        json.key("wickets").begin_array();
        for (const CricketBall::Wicket& wicket : event.wickets) {
            json.begin_object();
            json.key("player_out").string(wicket.player_out);
            json.key("kind").string(wicket.kind);
            json.end_object();
        }
        json.end_array();
    }
    json.end_object();
}

void write_event(const Envelope& envelope, const BasketballBasket& event, std::string& out) {
    JsonWriter json = begin(envelope, "basket", out);
    json.key("team").number(event.team);
    write_optional(json, "player", event.player);
    json.key("points").number(event.points);
    json.end_object();
}

void write_event(const Envelope& envelope, const BasketballFoul& event, std::string& out) {
    JsonWriter json = begin(envelope, "foul", out);
    json.key("team").number(event.team);
    write_optional(json, "player", event.player);
    json.end_object();
}

void write_event(const Envelope& envelope, const ArcadeScore& event, std::string& out) {
    JsonWriter json = begin(envelope, "score", out);
    json.key("player").string(event.player);
    json.key("score").number(event.score);
    json.end_object();
}

}  // namespace matchpoint::topics
