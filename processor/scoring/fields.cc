#include "processor/scoring/fields.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

namespace matchpoint::scoring {
namespace {

constexpr std::size_t kNamesKept = 16;  // more than any object of an event has

std::string_view text_of(simdjson::ondemand::raw_json_string name) {
    const char* end = name.raw();
    while (*end != '"') end += *end == '\\' ? 2 : 1;
    return {name.raw(), static_cast<std::size_t>(end - name.raw())};
}

}  // namespace

using simdjson::ondemand::value;

std::optional<value> Fields::find(std::string_view key) {
    if (refusal_) return std::nullopt;
    value found;
    const auto error = object_.find_field_unordered(key).get(found);
    if (error == simdjson::NO_SUCH_FIELD) return std::nullopt;
    if (error != simdjson::SUCCESS) {
        refuse(key, "cannot be read: the JSON around it is malformed");
        return std::nullopt;
    }
    bool null = false;
    if (found.is_null().get(null) == simdjson::SUCCESS && null) return std::nullopt;
    return found;
}

std::optional<std::int64_t> Fields::integer(std::string_view key, std::int64_t min, std::int64_t max) {
    auto found = find(key);
    if (!found) return std::nullopt;
    std::int64_t number = 0;
    if (found->get_int64().get(number) != simdjson::SUCCESS) {
        refuse(key, "must be a whole number");
        return std::nullopt;
    }
    if (number < min || number > max) {
        refuse(key, fmt::format("must be from {} to {}, not {}", min, max, number));
        return std::nullopt;
    }
    return number;
}

std::optional<double> Fields::number(std::string_view key, double min, double max) {
    auto found = find(key);
    if (!found) return std::nullopt;
    double number = 0;
    if (found->get_double().get(number) != simdjson::SUCCESS) {
        refuse(key, "must be a number");
        return std::nullopt;
    }
    if (!(number >= min && number <= max)) {
        refuse(key, fmt::format("must be from {} to {}, not {}", min, max, number));
        return std::nullopt;
    }
    return number;
}

std::optional<bool> Fields::boolean(std::string_view key) {
    auto found = find(key);
    if (!found) return std::nullopt;
    bool flag = false;
    if (found->get_bool().get(flag) != simdjson::SUCCESS) {
        refuse(key, "must be true or false");
        return std::nullopt;
    }
    return flag;
}

std::optional<std::string_view> Fields::text(std::string_view key) {
    auto found = find(key);
    if (!found) return std::nullopt;
    std::string_view characters;
    if (found->get_string().get(characters) != simdjson::SUCCESS) {
        refuse(key, "must be a string");
        return std::nullopt;
    }
    if (characters.empty()) {
        refuse(key, "must not be empty");
        return std::nullopt;
    }
    return characters;
}

std::optional<std::size_t> Fields::choice(std::string_view key, std::initializer_list<std::string_view> names) {
    const auto given = text(key);
    if (!given) return std::nullopt;
    std::size_t index = 0;
    for (const auto name : names) {
        if (name == *given) return index;
        ++index;
    }
    refuse(key, fmt::format("must be one of {}", fmt::join(names, ", ")));
    return std::nullopt;
}

std::optional<simdjson::ondemand::object> Fields::object(std::string_view key) {
    auto found = find(key);
    if (!found) return std::nullopt;
    simdjson::ondemand::object inner;
    if (found->get_object().get(inner) != simdjson::SUCCESS) {
        refuse(key, "must be an object");
        return std::nullopt;
    }
    if (refuse_twice(key, inner)) return std::nullopt;
    return inner;
}

std::optional<simdjson::ondemand::array> Fields::array(std::string_view key) {
    auto found = find(key);
    if (!found) return std::nullopt;
    simdjson::ondemand::array inner;
    if (found->get_array().get(inner) != simdjson::SUCCESS) {
        refuse(key, "must be an array");
        return std::nullopt;
    }
    return inner;
}

std::int64_t Fields::need_integer(std::string_view key, std::int64_t min, std::int64_t max) {
    const auto number = integer(key, min, max);
    if (!number) refuse(key, "is missing");
    return number.value_or(0);
}

std::string_view Fields::need_text(std::string_view key) {
    const auto given = text(key);
    if (!given) refuse(key, "is missing");
    return given.value_or(std::string_view());
}

std::optional<std::string_view> Fields::name(std::string_view key) {
    const auto given = text(key);
    if (given && given->size() > kMaxNameBytes) refuse(key, fmt::format("must have at most {} bytes", kMaxNameBytes));
    return ok() ? given : std::nullopt;
}

std::string_view Fields::need_name(std::string_view key) {
    const auto given = name(key);
    if (!given) refuse(key, "is missing");
    return given.value_or(std::string_view());
}

std::optional<SideIndex> Fields::side(std::string_view key) {
    const auto number = integer(key, 1, 2);
    if (!number) return std::nullopt;
    return static_cast<SideIndex>(*number - 1);
}

SideIndex Fields::need_side(std::string_view key) {
    const auto given = side(key);
    if (!given) refuse(key, "is missing");
    return given.value_or(SideIndex{0});
}

std::size_t Fields::need_choice(std::string_view key, std::initializer_list<std::string_view> names) {
    const auto index = choice(key, names);
    if (!index) refuse(key, "is missing");
    return index.value_or(0);
}

void Fields::refuse(std::string_view key, std::string_view why) {
    if (!refusal_) refusal_ = invalid(fmt::format("{}{} {}", path_, key, why));
}

bool Fields::refuse_twice(std::string_view key, simdjson::ondemand::object& inner) {
    std::array<std::string_view, kNamesKept> names;
    std::size_t count = 0;
    for (auto field : inner) {
        if (field.error() != simdjson::SUCCESS) break;  // not JSON: whoever reads on meets it
        const std::string_view name = text_of(field.key().value_unsafe());
        const auto end = names.begin() + static_cast<std::ptrdiff_t>(count);
        if (std::find(names.begin(), end, name) != end) {
            refuse(key, fmt::format("gives \"{}\" twice", name.substr(0, 64)));
            return true;
        }
        if (count < names.size()) names[count++] = name;
    }
    if (inner.reset().error() != simdjson::SUCCESS) refuse(key, "cannot be read: the JSON around it is malformed");
    return !ok();
}

void Fields::adopt(std::optional<Refusal> refusal) {
    if (!refusal_) refusal_ = std::move(refusal);
}

}  // namespace matchpoint::scoring
