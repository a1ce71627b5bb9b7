#include "topics/event_fields.h"

#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "topics/json_syntax.h"

namespace matchpoint::topics {
namespace {

namespace ondemand = simdjson::ondemand;

// By the enum's values.
constexpr std::array<std::string_view, kFieldCount> kNames = {"match",  "seq",    "at",          "sport", "type",
                                                              "reason", "winner", "competition", "sides"};

// Sizes first: one comparison a name, or none.
std::optional<Field> find_field(std::string_view name) {
    const auto is = [name](Field field) { return name == kNames[static_cast<std::size_t>(field)]; };
    switch (name.size()) {
        case 2:
            if (is(Field::kAt)) return Field::kAt;
            break;
        case 3:
            if (is(Field::kSeq)) return Field::kSeq;
            break;
        case 4:
            if (is(Field::kType)) return Field::kType;
            break;
        case 5:
            if (is(Field::kMatch)) return Field::kMatch;
            if (is(Field::kSport)) return Field::kSport;
            if (is(Field::kSides)) return Field::kSides;
            break;
        case 6:
            if (is(Field::kWinner)) return Field::kWinner;
            if (is(Field::kReason)) return Field::kReason;
            break;
        case 11:
            if (is(Field::kCompetition)) return Field::kCompetition;
            break;
        default:
            break;
    }
    return std::nullopt;
}

// The key that begins at `begin` and whose value begins at `value`: back from the value over the colon, with nothing
// but white space on either side of it.
std::string_view key_before(const char* begin, const char* value) {
    const char* end = value;
    while (*--end != ':') {
    }
    while (*--end != '"') {
    }
    return {begin, static_cast<std::size_t>(end - begin)};
}

std::string_view trim_end(std::string_view token) {
    while (!token.empty() && is_json_space(token.back())) token.remove_suffix(1);
    return token;
}

bool has_escape(std::string_view text) {
    return std::memchr(text.data(), '\\', text.size()) != nullptr;
}

std::size_t hash(std::string_view name) {
    if (name.empty()) return 0;
    return name.size() * 7U + static_cast<unsigned char>(name.front()) * 3U + static_cast<unsigned char>(name.back());
}

}  // namespace

std::string_view field_name(Field field) {
    return kNames[static_cast<std::size_t>(field)];
}

bool OtherNames::add(std::string_view name) {
    const std::uint64_t bit = std::uint64_t{1} << (hash(name) & 63U);
    if ((seen_ & bit) != 0) {
        for (std::size_t i = 0; i < count_; ++i) {
            if (std::string_view(names_[i].data, names_[i].size) == name) return false;
        }
    }
    seen_ |= bit;
    if (count_ < names_.size()) names_[count_++] = {name.data(), name.size()};
    return true;
}

bool EventFields::read(simdjson::padded_string_view text, ondemand::parser& parser) {
    text_ = text;
    return open(parser, text) && collect();
}

simdjson::ondemand::object& EventFields::rewind() {
    document_.rewind();
    // It was an object before, so it is one now.
    [[maybe_unused]] const simdjson::error_code code = document_.get_object().get(object_);
    return object_;
}

bool EventFields::open(ondemand::parser& parser, simdjson::padded_string_view text) {
    if (const auto code = parser.iterate(text).get(document_)) return malformed(simdjson::error_message(code));
    const std::size_t first = text_.find_first_not_of(" \n\r\t");
    if (first == std::string_view::npos) return malformed("nothing but white space");
    if (text_[first] != '{') {
        if (!is_json_value(text_)) return malformed("neither an object nor any other value");
        return invalid("an event must be a JSON object");
    }
    if (const auto code = document_.get_object().get(object_)) return malformed(simdjson::error_message(code));
    return true;
}

bool EventFields::collect() {
    for (auto entry : object_) {
        if (const auto code = entry.error()) return malformed(simdjson::error_message(code));
        ondemand::field&& field = std::move(entry).value_unsafe();  // in place: a copy here costs as much as the rest
        const char* const key = field.key().raw();
        const std::string_view value = value_text(field.value());
        if (value.empty() || !remember(key_before(key, value.data()), value)) return false;
    }
    if (document_.current_location().error() != simdjson::OUT_OF_BOUNDS) {
        return malformed("something follows the object");
    }
    return true;
}

bool EventFields::remember(std::string_view name, std::string_view value) {
    if (const auto field = find_field(name)) {
        std::string_view& slot = raw_[static_cast<std::size_t>(*field)];
        if (!slot.empty()) return duplicate(name);
        slot = value;
        return true;
    }
    if (has_escape(name) && !is_json_string_body(name)) return malformed("a name has a wrong escape");
    return other_names_.add(name) || duplicate(name);
}

std::string_view EventFields::value_text(ondemand::value& value) {
    const std::string_view token = value.raw_json_token();
    switch (token.front()) {
        case '{':
            return nested_text(value.get_object());
        case '[':
            return nested_text(value.get_array());
        case '"':
            // Consumed, not skipped: skipping, simdjson takes a string before a colon for a key and goes on.
            if (value.get_raw_json_string().error()) break;
            return string_text(trim_end(token));
        default:
            break;
    }
    const std::string_view text = trim_end(token);
    if (is_json_scalar(text)) return text;
    malformed("a value is neither a number nor true, false or null");
    return {};
}

std::string_view EventFields::string_text(std::string_view token) {
    if (!has_escape(token) || is_json_string_body(token.substr(1, token.size() - 2))) return token;
    malformed("a string has a wrong escape");
    return {};
}

template <typename Container>
std::string_view EventFields::nested_text(simdjson::simdjson_result<Container> nested) {
    Container container;
    std::string_view text;
    if (std::move(nested).get(container) == simdjson::SUCCESS && container.raw_json().get(text) == simdjson::SUCCESS &&
        is_json_value(text)) {
        return trim_end(text);
    }
    malformed("an object or array in it is not well formed, or nested too deeply");
    return {};
}

bool EventFields::malformed(std::string_view why) {
    refusal_ = {RejectReason::kMalformed, fmt::format("not JSON: {}", why)};
    return false;
}

bool EventFields::invalid(std::string detail) {
    refusal_ = {RejectReason::kInvalid, std::move(detail)};
    return false;
}

bool EventFields::duplicate(std::string_view name) {
    // What follows has not been looked at, and not being JSON weighs more.
    if (!is_json_value(text_)) return malformed("after a field that is given twice");
    return invalid(fmt::format("field \"{}\" is given twice", name.substr(0, 64)));
}

}  // namespace matchpoint::topics
