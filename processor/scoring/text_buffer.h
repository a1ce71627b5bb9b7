// Text of a bounded length, put together on the stack and appended to a string once: what a match writes with each
// point. The bound is the writer's to keep; debug builds check it. One thread.
#pragma once

#include <cassert>
#include <charconv>
#include <concepts>
#include <cstring>
#include <string_view>

namespace matchpoint::scoring {

template <std::size_t kCapacity>
class TextBuffer {
  public:
    TextBuffer& text(std::string_view text) {
        assert(text.size() <= room());
        if (text.empty()) return *this;  // its data may be null, which memcpy does not allow
        std::memcpy(end_, text.data(), text.size());
        end_ += text.size();
        return *this;
    }
    TextBuffer& character(char c) {
        assert(room() > 0);
        *end_++ = c;
        return *this;
    }
    TextBuffer& number(std::unsigned_integral auto value) {
        if (value < 10) return character(static_cast<char>('0' + value));
        const auto result = std::to_chars(end_, bytes_ + kCapacity, value);
        assert(result.ec == std::errc());
        end_ = result.ptr;
        return *this;
    }
    // "6-4" for a dash, "6,4" for a comma.
    template <typename Pair>
    TextBuffer& pair(const Pair& values, char between) {
        return number(values[0]).character(between).number(values[1]);
    }
    [[nodiscard]] std::string_view view() const { return {bytes_, static_cast<std::size_t>(end_ - bytes_)}; }

  private:
    [[nodiscard]] std::size_t room() const { return static_cast<std::size_t>(bytes_ + kCapacity - end_); }

    char bytes_[kCapacity];
    char* end_ = bytes_;
};

}  // namespace matchpoint::scoring
