#include "simulator/replay/openfootball_format.h"

#include <charconv>

#include "simulator/replay/json_file.h"

namespace matchpoint::simulator::replay::openfootball {
namespace {

using simdjson::dom::element;

constexpr int kMostGoals = 200;

std::optional<Pair> pair_of(simdjson::dom::array array) {
    Pair pair{};
    std::size_t count = 0;
    for (const element each : array) {
        std::int64_t number = 0;
        if (count == 2 || each.get_int64().get(number) != simdjson::SUCCESS || number < 0 || number > kMostGoals) {
            return std::nullopt;
        }
        pair.at(count++) = static_cast<int>(number);
    }
    return count == 2 ? std::optional(pair) : std::nullopt;
}

std::optional<Pair> pair_of(element object, std::string_view key) {
    const auto array = array_of(object, key);
    return array ? pair_of(*array) : std::nullopt;
}

// score1 and score2, and with i the half time, et, p: as older files have them.
std::optional<Pair> pair_of(element match, std::string_view first, std::string_view second) {
    const auto one = integer_of(match, first);
    const auto two = integer_of(match, second);
    if (!one || !two || *one < 0 || *two < 0 || *one > kMostGoals || *two > kMostGoals) return std::nullopt;
    return Pair{static_cast<int>(*one), static_cast<int>(*two)};
}

}  // namespace

Score read_score(element match) {
    if (const auto final = pair_of(match, "score")) return {.full_time = final};
    if (const auto score = member(match, "score"); score && score->is_object()) {
        return {.half_time = pair_of(*score, "ht"),
                .full_time = pair_of(*score, "ft"),
                .extra_time = pair_of(*score, "et"),
                .penalties = pair_of(*score, "p")};
    }
    return {.half_time = pair_of(match, "score1i", "score2i"),
            .full_time = pair_of(match, "score1", "score2"),
            .extra_time = pair_of(match, "score1et", "score2et"),
            .penalties = pair_of(match, "score1p", "score2p")};
}

std::optional<Minute> read_minute(element goal) {
    Minute out;
    out.offset = static_cast<int>(integer_of(goal, "offset").value_or(0));
    std::int64_t minute = integer_of(goal, "minute").value_or(-1);
    if (const auto text = text_of(goal, "minute")) {
        const char* const end = text->data() + text->size();
        auto parsed = std::from_chars(text->data(), end, minute);
        if (parsed.ec == std::errc{} && parsed.ptr != end && *parsed.ptr == '+') {
            parsed = std::from_chars(parsed.ptr + 1, end, out.offset);
        }
        if (parsed.ec != std::errc{}) return std::nullopt;
    }
    out.minute = static_cast<int>(minute);
    if (minute < 0 || minute > 130 || out.offset < 0 || out.offset > 60) return std::nullopt;
    return out;
}

std::optional<std::string> read_team(element match, std::string_view key) {
    const auto team = member(match, key);
    auto name = text_of(match, key);
    if (!name && team && team->is_object()) name = text_of(*team, "name");
    if (!name || name->empty()) return std::nullopt;
    return std::string(*name);
}

}  // namespace matchpoint::simulator::replay::openfootball
