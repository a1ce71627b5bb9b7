#include "simulator/progress.h"

#include <fmt/format.h>
#include <unistd.h>

namespace matchpoint::simulator {
namespace {

constexpr std::int64_t kInPlaceEveryUs = 500'000;
constexpr std::int64_t kLineEveryUs = 10'000'000;
constexpr std::string_view kClearLine = "\r\x1b[K";

double a_second(std::uint64_t count, std::int64_t us) {
    return us <= 0 ? 0 : static_cast<double>(count) * 1e6 / static_cast<double>(us);
}

std::string format_rate(double rate) {
    return rate < 100 ? fmt::format("{:.1f}", rate) : fmt::format("{:.0f}", rate);
}

// Rounded as one would say it.
std::string format_left(std::int64_t us) {
    const std::int64_t seconds = (us + 999'999) / 1'000'000;
    if (seconds < 120) return fmt::format("{} s", seconds);
    const std::int64_t minutes = (seconds + 30) / 60;
    return minutes < 120 ? fmt::format("{} min", minutes) : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace

Progress::Progress(std::FILE* stream)
    : Progress(isatty(fileno(stream)) != 0 ? Style::kInPlace : Style::kLines, [stream](std::string_view text) {
          std::fwrite(text.data(), 1, text.size(), stream);
          std::fflush(stream);
      }) {}

Progress::Progress(Style style, std::function<void(std::string_view)> write)
    : style_(style), write_(std::move(write)), next_us_(style == Style::kInPlace ? kInPlaceEveryUs : kLineEveryUs) {}

void Progress::update(const Figures& figures) {
    if (style_ == Style::kNone || figures.elapsed_us < next_us_) return;
    const double rate = a_second(figures.published - last_.published, figures.elapsed_us - last_.elapsed_us);
    last_ = figures;
    next_us_ = figures.elapsed_us + (style_ == Style::kInPlace ? kInPlaceEveryUs : kLineEveryUs);
    std::string text = fmt::format("{:.0f} s: {} events, {} a second, {} acknowledged; {} matches live, {} finished",
                                   static_cast<double>(figures.elapsed_us) / 1e6, figures.published, format_rate(rate),
                                   figures.acknowledged, figures.live, figures.finished);
    if (figures.left_us) text += fmt::format("; {} left", format_left(*figures.left_us));
    if (style_ == Style::kInPlace) {
        write_(fmt::format("{}{}", kClearLine, text));
        running_line_ = true;
    } else {
        write_(text + "\n");
    }
}

void Progress::say(std::string_view line) {
    clear();
    write_(fmt::format("{}\n", line));
}

void Progress::clear() {
    if (running_line_) write_(kClearLine);
    running_line_ = false;
}

}  // namespace matchpoint::simulator
