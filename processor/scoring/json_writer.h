// Appends JSON text to a string: no tree, no allocation but the string's own growth. The caller keeps the nesting
// right; commas are put by the writer. Strings must be valid UTF-8 (simdjson has checked what came in). One thread.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace matchpoint::scoring {

// Appends `text` quoted and escaped as RFC 8259 asks (quote, backslash, control characters).
void append_json_string(std::string& out, std::string_view text);

class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    // The key needs no escaping: a literal of the contract.
    JsonWriter& key(std::string_view literal) {
        comma();
        out_.push_back('"');
        out_.append(literal);
        out_.append("\":", 2);
        first_ = true;
        return *this;
    }
    JsonWriter& string(std::string_view text) {
        comma();
        append_json_string(out_, text);
        return *this;
    }
    template <typename T>
        requires std::is_integral_v<T>
    JsonWriter& number(T value) {
        comma();
        if constexpr (std::is_same_v<T, bool>) {
            out_.append(value ? "true" : "false");
        } else {
            char digits[24];
            const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
            out_.append(digits, static_cast<std::size_t>(end - digits));
        }
        return *this;
    }
    JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
    JsonWriter& null() { return raw("null"); }
    // A complete JSON value, already encoded.
    JsonWriter& raw(std::string_view json) {
        comma();
        out_.append(json);
        return *this;
    }
    [[nodiscard]] std::string& out() { return out_; }

  private:
    void comma() {
        if (!first_) out_.push_back(',');
        first_ = false;
    }
    JsonWriter& open(char bracket) {
        comma();
        out_.push_back(bracket);
        first_ = true;
        return *this;
    }
    JsonWriter& close(char bracket) {
        out_.push_back(bracket);
        first_ = false;
        return *this;
    }
    std::string& out_;
    bool first_ = true;
};

}  // namespace matchpoint::scoring
