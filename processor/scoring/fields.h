// Reads the typed fields of one JSON object of an event. A field that is absent or null counts as not given; one of the
// wrong type or out of its range is refused as kInvalid with its full name ("format.final_set.at"). The first refusal
// stands: later reads return nothing, so that a decoder reads all its fields and asks once. Lives as long as the
// parser's document; one thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "processor/scoring/refusal.h"

namespace matchpoint::scoring {

class Fields {
  public:
    static constexpr std::size_t kMaxNameBytes = 256;

    // `path` is put before each name, such as "format.".
    explicit Fields(simdjson::ondemand::object object, std::string_view path = {}) : object_(object), path_(path) {}

    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
    [[nodiscard]] std::optional<double> number(std::string_view key, double min, double max);
    [[nodiscard]] std::optional<bool> boolean(std::string_view key);
    // Valid until the parser reads its next document. Empty text is refused.
    [[nodiscard]] std::optional<std::string_view> text(std::string_view key);
    // 1 or 2, as an index.
    [[nodiscard]] std::optional<SideIndex> side(std::string_view key);
    // The position of the field's text among `names`.
    [[nodiscard]] std::optional<std::size_t> choice(std::string_view key,
                                                    std::initializer_list<std::string_view> names);
    // Read the returned object to its end before going on with this one. One that gives a name twice is refused, since
    // readers disagree on which one counts.
    [[nodiscard]] std::optional<simdjson::ondemand::object> object(std::string_view key);
    [[nodiscard]] std::optional<simdjson::ondemand::array> array(std::string_view key);

    // As above, but the field must be there. What is returned after a refusal is 0 or empty.
    [[nodiscard]] SideIndex need_side(std::string_view key);
    [[nodiscard]] std::int64_t need_integer(std::string_view key, std::int64_t min, std::int64_t max);
    [[nodiscard]] std::string_view need_text(std::string_view key);
    // A player's name: one to kMaxNameBytes bytes.
    [[nodiscard]] std::string_view need_name(std::string_view key);
    [[nodiscard]] std::optional<std::string_view> name(std::string_view key);
    [[nodiscard]] std::size_t need_choice(std::string_view key, std::initializer_list<std::string_view> names);

    void refuse(std::string_view key, std::string_view why);
    // Refuses `key` if `inner`, of well-formed JSON, gives a name twice; leaves it to be read from its beginning.
    bool refuse_twice(std::string_view key, simdjson::ondemand::object& inner);
    // Takes over the refusal of an object within this one.
    void adopt(std::optional<Refusal> refusal);
    [[nodiscard]] bool ok() const { return !refusal_; }
    [[nodiscard]] std::optional<Refusal>& refusal() { return refusal_; }

  private:
    // The field if it is there and not null.
    std::optional<simdjson::ondemand::value> find(std::string_view key);

    simdjson::ondemand::object object_;
    std::string_view path_;
    std::optional<Refusal> refusal_;
};

}  // namespace matchpoint::scoring
