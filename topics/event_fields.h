// The first half of reading an event: one pass over the fields of its object, which makes sure that all of the text is
// JSON (simdjson skips unread values unseen) and remembers, as written, the fields that every sport shares. For
// ScoreEventDecoder. One object an event; good as long as the parser and the text are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "topics/rejection.h"

namespace matchpoint::topics {

enum class Field : std::uint8_t { kMatch, kSeq, kAt, kSport, kType, kReason, kWinner, kCompetition, kSides };
inline constexpr std::size_t kFieldCount = 9;

[[nodiscard]] std::string_view field_name(Field field);

// Names of a sport's fields and of unknown ones, to find the one that comes twice. Past the last slot nothing is
// remembered: no event has that many fields of its own.
class OtherNames {
  public:
    // False if it was there.
    [[nodiscard]] bool add(std::string_view name);

  private:
    struct Name {
        const char* data;
        std::size_t size;
    };
    std::array<Name, 64> names_;  // the first count_; clearing all of them would be felt at every event
    std::size_t count_ = 0;
    std::uint64_t seen_ = 0;  // a bit a hash: most names need no look at the others
};

// Functions that may refuse return false, or an empty text, and leave the reason in refusal().
class EventFields {
  public:
    [[nodiscard]] bool read(simdjson::padded_string_view text, simdjson::ondemand::parser& parser);
    [[nodiscard]] Rejection& refusal() { return refusal_; }

    // The value as it is written, without white space around; empty if the field is not there.
    [[nodiscard]] std::string_view raw(Field field) const { return raw_[static_cast<std::size_t>(field)]; }
    // There, and not null.
    [[nodiscard]] bool given(Field field) const { return !raw(field).empty() && raw(field) != "null"; }

    // The object from its first field on, with simdjson's buffer of strings empty again.
    [[nodiscard]] simdjson::ondemand::object& rewind();

  private:
    [[nodiscard]] bool open(simdjson::ondemand::parser& parser, simdjson::padded_string_view text);
    [[nodiscard]] bool collect();
    [[nodiscard]] bool remember(std::string_view name, std::string_view value);
    [[nodiscard]] std::string_view value_text(simdjson::ondemand::value& value);
    [[nodiscard]] std::string_view string_text(std::string_view token);
    template <typename Container>
    [[nodiscard]] std::string_view nested_text(simdjson::simdjson_result<Container> nested);
    bool malformed(std::string_view why);
    bool invalid(std::string detail);
    bool duplicate(std::string_view name);

    std::string_view text_;
    simdjson::ondemand::document document_;
    simdjson::ondemand::object object_;
    std::array<std::string_view, kFieldCount> raw_;
    OtherNames other_names_;
    Rejection refusal_;
};

}  // namespace matchpoint::topics
