// Progress on standard error: one line that rewrites itself on a terminal, a line now and then in a pipe. One thread.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace matchpoint::simulator {

class Progress {
  public:
    enum class Style : std::uint8_t { kNone, kLines, kInPlace };
    struct Figures {
        std::int64_t elapsed_us = 0;
        std::uint64_t published = 0;
        std::uint64_t acknowledged = 0;
        std::uint64_t live = 0;
        std::uint64_t finished = 0;
        std::optional<std::int64_t> left_us = std::nullopt;  // where there is an end to come to
    };

    // In place if `stream` is a terminal. The stream must outlive this object.
    explicit Progress(std::FILE* stream);
    Progress(Style style, std::function<void(std::string_view)> write);
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // Shows the figures if it is time to.
    void update(const Figures& figures);
    // Prints a line of its own, above the running one.
    void say(std::string_view line);

  private:
    void clear();

    Style style_;
    std::function<void(std::string_view)> write_;
    std::int64_t next_us_ = 0;
    Figures last_;
    bool running_line_ = false;
};

}  // namespace matchpoint::simulator
