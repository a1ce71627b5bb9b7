#include "tests/bench/gateway/bench_record.h"

#include <charconv>

namespace matchpoint::bench {
namespace {

// The places of the zeros are written over.
constexpr std::string_view kHead =
    R"({"match":"m-00000","sport":"tennis","competition":"@0000000000000000000","status":"live","seq":)";
constexpr std::string_view kTail =
    R"(,"at":1795235906251,"sides":[{"name":"Ada 00000"},{"name":"Bo 00000"}],"format":{"best_of":3},)"
    R"("score":{"sets":[{"games":[6,4]},{"games":[2,1]}],"points":["40","15"],"server":1},)"
    R"("stats":[{},{}],"winner":null,"summary":"6-4 2-1 40-15"})";
constexpr std::size_t kMatch = kHead.find("00000");
constexpr std::size_t kTime = kHead.find('@') + 1;
constexpr std::size_t kFirstName = kTail.find("00000");
constexpr std::size_t kSecondName = kTail.find("00000", kFirstName + 5);
constexpr std::size_t kMatchDigits = 5;
constexpr std::size_t kTimeDigits = 19;

void write_digits(char* at, std::size_t digits, std::uint64_t number) {
    for (std::size_t i = digits; i > 0; --i, number /= 10) at[i - 1] = static_cast<char>('0' + number % 10);
}

template <typename Number>
bool read_digits(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string BenchRecord::key() const {
    std::string key = "m-00000";
    write_digits(key.data() + 2, kMatchDigits, match);
    return key;
}

void BenchRecord::write(std::string& out) const {
    out.assign(kHead);
    write_digits(out.data() + kMatch, kMatchDigits, match);
    write_digits(out.data() + kTime, kTimeDigits, static_cast<std::uint64_t>(published_ns));
    char digits[16];
    const auto written = std::to_chars(digits, digits + sizeof digits, seq);
    out.append(digits, written.ptr);
    const std::size_t tail = out.size();
    out += kTail;
    write_digits(out.data() + tail + kFirstName, kMatchDigits, match);
    write_digits(out.data() + tail + kSecondName, kMatchDigits, match);
}

std::optional<BenchRecord> take_record(std::string_view& text) {
    if (text.size() < kHead.size() + kTail.size()) return std::nullopt;
    BenchRecord record;
    if (!read_digits(text.substr(kMatch, kMatchDigits), record.match)) return std::nullopt;
    if (!read_digits(text.substr(kTime, kTimeDigits), record.published_ns)) return std::nullopt;
    const std::size_t end = text.find(',', kHead.size());
    if (end == std::string_view::npos || !read_digits(text.substr(kHead.size(), end - kHead.size()), record.seq))
        return std::nullopt;
    thread_local std::string expected;
    record.write(expected);
    if (!text.starts_with(expected)) return std::nullopt;
    text.remove_prefix(expected.size());
    return record;
}

}  // namespace matchpoint::bench
