#include "tests/processor/scoring/table.h"

#include <stdexcept>
#include <utility>

namespace matchpoint::scoring {
namespace {

const Sport& sport_named(std::string_view name) {
    const auto* sport = find_sport(name);
    if (sport == nullptr) throw std::invalid_argument("no sport " + std::string(name));
    return *sport;
}

template <typename Decode>
std::optional<Refusal> with_object(const std::string& event, Decode decode) {
    simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(event);
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS) {
        throw std::invalid_argument("not a JSON object: " + event);
    }
    return decode(object);
}

template <typename Write>
nlohmann::json written(Write write) {
    std::string text;
    JsonWriter writer(text);
    write(writer);
    return nlohmann::json::parse(text);
}

}  // namespace

Table::Table(std::string_view sport, std::string_view start, std::string side1, std::string side2)
    : sport_(sport_named(sport)) {
    fixture_.sides[0].name = std::move(side1);
    fixture_.sides[1].name = std::move(side2);
    if (sport_.needs_start()) {
        if (const auto refusal = decode_start(sport_, std::string(start), options_)) {
            throw std::invalid_argument(refusal->detail);
        }
    }
    restart();
}

void Table::restart() {
    match_ = sport_.start(fixture_, options_);
}

std::optional<Refusal> Table::decode(const Sport& sport, const std::string& event, Bytes& move) {
    const auto type = nlohmann::json::parse(event).at("type").get<std::string>();
    return with_object(event, [&](auto& object) { return sport.decode(type, object, move); });
}

std::optional<Refusal> Table::decode_start(const Sport& sport, const std::string& event, Bytes& move) {
    return with_object(event, [&](auto& object) { return sport.decode_start(object, move); });
}

std::optional<Refusal> Table::play(const std::string& event) {
    Bytes move;
    if (auto refusal = decode(sport_, event, move)) return refusal;
    return apply(move);
}

// A refused event leaves no trace, not in the clock either.
Timestamp Table::next_at() const {
    return Timestamp{static_cast<std::int64_t>(moves_.size()) + 1};
}

std::optional<Refusal> Table::apply(const Bytes& move) {
    if (auto refusal = match_->apply(move, next_at())) return refusal;
    moves_.push_back(move);
    return std::nullopt;
}

void Table::must(const std::string& event) {
    if (const auto refusal = play(event)) throw std::runtime_error(event + ": " + refusal->detail);
}

void Table::undo() {
    auto moves = std::exchange(moves_, {});
    moves.pop_back();
    restart();
    for (const auto& move : moves) {
        if (const auto refusal = apply(move)) throw std::logic_error("a fold was refused: " + refusal->detail);
    }
}

nlohmann::json Table::format() const {
    return written([&](JsonWriter& out) { match_->write_format(out); });
}

nlohmann::json Table::score() const {
    return written([&](JsonWriter& out) { match_->write_score(out); });
}

nlohmann::json Table::stats() const {
    return written([&](JsonWriter& out) { match_->write_stats(out); });
}

std::string Table::summary() const {
    std::string text;
    match_->append_summary(text);
    return text;
}

nlohmann::json Table::state() const {
    nlohmann::json tallies = nlohmann::json::array();
    std::vector<Tally> all;
    match_->all_tallies(all);
    for (const auto& tally : all) tallies.push_back({tally.player, tally.score, tally.at.value()});
    return {{"format", format()},
            {"score", score()},
            {"stats", stats()},
            {"summary", summary()},
            {"tallies", tallies},
            {"status", static_cast<int>(match_->status())},
            {"winner", static_cast<int>(match_->winner())}};
}

std::string kind_of(const std::optional<Refusal>& refusal) {
    if (!refusal) return "accepted";
    switch (refusal->kind) {
        case Refusal::Kind::kInvalid:
            return "invalid";
        case Refusal::Kind::kImpossible:
            return "impossible";
        case Refusal::Kind::kMatchOver:
            return "match over";
    }
    return "?";
}

}  // namespace matchpoint::scoring
