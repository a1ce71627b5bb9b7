#include "simulator/replay/slam_format.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace matchpoint::simulator::replay {
namespace {

using scoring::tennis::FinalSet;
using scoring::tennis::Format;

bool singles(SlamEvent event) {
    return event == SlamEvent::kMensSingles || event == SlamEvent::kWomensSingles;
}

void tiebreak(Format& format, std::uint8_t at, std::uint8_t points) {
    format.final_set = FinalSet::kTiebreak;
    format.final_at = at;
    format.final_points = points;
}

std::uint8_t best_of(const SlamMatch& match) {
    if (match.event == SlamEvent::kMensSingles) return 5;
    if (match.event != SlamEvent::kMensDoubles || match.slam != "wimbledon" || match.year >= 2023) return 3;
    // Wimbledon's men's doubles were best of five until 2022; in 2021 rain made the first two rounds best of three.
    return match.year == 2021 && (match.round == 1 || match.round == 2) ? 3 : 5;
}

// Since 2022 all four agree: a tie-break to ten at six all.
void set_final(const SlamMatch& match, Format& format) {
    if (match.event == SlamEvent::kMixedDoubles && match.slam != "wimbledon") {
        format.final_set = FinalSet::kMatchTiebreak;
        format.final_points = 10;
        format.no_ad = true;
    } else if (match.year >= 2022 || (match.slam == "ausopen" && match.year >= 2019)) {
        tiebreak(format, 6, 10);
    } else if (match.slam == "wimbledon" && match.year >= 2019) {
        tiebreak(format, 12, 7);
    } else if (match.slam == "wimbledon" || (match.slam != "usopen" && singles(match.event))) {
        format.final_set = FinalSet::kAdvantage;
    } else {
        tiebreak(format, 6, 7);
    }
}

std::optional<int> whole(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<SlamEvent> event_of(std::string_view number, std::size_t& letters) {
    constexpr std::array<std::string_view, 5> kLetters{"MS", "WS", "MD", "WD", "XD"};
    for (std::size_t index = 0; index < kLetters.size(); ++index) {
        letters = 2;
        if (number.starts_with(kLetters.at(index))) return static_cast<SlamEvent>(index);
        letters = 1;
        if (!number.empty() && number[0] == static_cast<char>('1' + index)) return static_cast<SlamEvent>(index);
    }
    return std::nullopt;
}

}  // namespace

std::optional<SlamMatch> parse_slam_match(std::string_view match_id) {
    const auto first = match_id.find('-');
    const auto last = match_id.rfind('-');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    const auto year = whole(match_id.substr(0, first));
    const std::string_view number = match_id.substr(last + 1);
    std::size_t letters = 0;
    const auto event = event_of(number, letters);
    if (!year || !event) return std::nullopt;
    SlamMatch match{.slam = std::string(match_id.substr(first + 1, last - first - 1)), .year = *year, .event = *event};
    if (number.size() > letters) match.round = whole(number.substr(letters, 1)).value_or(0);
    return match;
}

Format slam_format(const SlamMatch& match) {
    Format format;
    format.best_of = best_of(match);
    set_final(match, format);
    return format;
}

std::string competition_name(const SlamMatch& match) {
    constexpr std::array<std::string_view, 5> kEvents{"men's singles", "women's singles", "men's doubles",
                                                      "women's doubles", "mixed doubles"};
    std::string_view slam = match.slam;
    if (slam == "ausopen") slam = "Australian Open";
    if (slam == "frenchopen") slam = "French Open";
    if (slam == "wimbledon") slam = "Wimbledon";
    if (slam == "usopen") slam = "US Open";
    return fmt::format("{} {}, {}", slam, match.year, kEvents.at(static_cast<std::size_t>(match.event)));
}

}  // namespace matchpoint::simulator::replay
