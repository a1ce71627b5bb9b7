#include "topics/json_syntax.h"

#include <cstddef>
#include <cstdint>

namespace matchpoint::topics {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Walks over the text; each function leaves `at_` behind what it has recognised.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

    void spaces() {
        while (!at_end() && is_json_space(text_[at_])) ++at_;
    }

    bool value(int depth) {
        spaces();
        switch (peek()) {
            case '{':
                return object(depth);
            case '[':
                return array(depth);
            case '"':
                return string();
            default:
                return scalar();
        }
    }

    bool scalar() {
        switch (peek()) {
            case 't':
                return word("true");
            case 'f':
                return word("false");
            case 'n':
                return word("null");
            default:
                return number();
        }
    }

    // The escape whose backslash has just been read.
    bool escape() {
        const char c = next();
        if (c != 'u') return c != '\0' && std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
        std::uint32_t unit = 0;
        if (!four_hex(unit)) return false;
        if (unit >= 0xDC00U && unit <= 0xDFFFU) return false;
        if (unit < 0xD800U || unit > 0xDBFFU) return true;
        std::uint32_t low = 0;
        return next() == '\\' && next() == 'u' && four_hex(low) && low >= 0xDC00U && low <= 0xDFFFU;
    }

    // NUL at the end; a NUL in the text is refused wherever it stands, so the two need no telling apart.
    char next() { return at_end() ? '\0' : text_[at_++]; }

  private:
    [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }

    bool eat(char c) {
        if (peek() != c || at_end()) return false;
        ++at_;
        return true;
    }

    bool word(std::string_view expected) {
        if (text_.substr(at_, expected.size()) != expected) return false;
        at_ += expected.size();
        return true;
    }

    bool four_hex(std::uint32_t& unit) {
        for (int i = 0; i < 4; ++i) {
            const int digit = hex_value(next());
            if (digit < 0) return false;
            unit = unit * 16U + static_cast<std::uint32_t>(digit);
        }
        return true;
    }

    bool digits() {
        const std::size_t begin = at_;
        while (is_digit(peek())) ++at_;
        return at_ > begin;
    }

    bool number() {
        eat('-');
        if (!eat('0') && !digits()) return false;
        if (eat('.') && !digits()) return false;
        if (eat('e') || eat('E')) {
            if (!eat('+')) eat('-');
            return digits();
        }
        return true;
    }

    bool string() {
        if (!eat('"')) return false;
        while (!at_end()) {
            const char c = next();
            if (c == '"') return true;
            if (static_cast<unsigned char>(c) < 0x20U) return false;
            if (c == '\\' && !escape()) return false;
        }
        return false;
    }

    bool array(int depth) {
        if (depth == 0) return false;
        eat('[');
        spaces();
        if (eat(']')) return true;
        do {
            if (!value(depth - 1)) return false;
            spaces();
        } while (eat(','));
        return eat(']');
    }

    bool object(int depth) {
        if (depth == 0) return false;
        eat('{');
        spaces();
        if (eat('}')) return true;
        do {
            spaces();
            if (!string()) return false;
            spaces();
            if (!eat(':') || !value(depth - 1)) return false;
            spaces();
        } while (eat(','));
        return eat('}');
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

bool is_json_value(std::string_view text) {
    Scanner scanner(text);
    if (!scanner.value(kMaxJsonDepth)) return false;
    scanner.spaces();
    return scanner.at_end();
}

bool is_json_scalar(std::string_view text) {
    Scanner scanner(text);
    return scanner.scalar() && scanner.at_end();
}

bool is_json_string_body(std::string_view body) {
    Scanner scanner(body);
    while (!scanner.at_end()) {
        const char c = scanner.next();
        if (static_cast<unsigned char>(c) < 0x20U || c == '"') return false;
        if (c == '\\' && !scanner.escape()) return false;
    }
    return true;
}

}  // namespace matchpoint::topics
