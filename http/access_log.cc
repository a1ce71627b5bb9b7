#include "http/access_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "http/log/record.h"

namespace matchpoint::http {
namespace {

constexpr std::size_t kMostWaiting = 4U << 20U;
constexpr std::chrono::milliseconds kPause{100};  // gathers lines into one write
constexpr std::size_t kMostOfAField = 2'000;

// As nginx does: what would end the field or the line is written as \xHH.
std::string escaped(std::string_view text) {
    if (text.empty()) return "-";
    std::string out;
    for (const char c : text.substr(0, kMostOfAField)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\') {
            out += fmt::format("\\x{:02X}", byte);
        } else {
            out.push_back(c);
        }
    }
    return out;
}

std::string text_of(std::string_view view) {
    return std::string(view.substr(0, kMostOfAField));
}

std::tm calendar(std::int64_t ms) {
    return fmt::gmtime(static_cast<std::time_t>(ms / 1000));
}

void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;  // a full disk must not stop the service
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

std::string without_tokens(std::string_view target) {
    const std::size_t mark = target.find('?');
    if (mark == std::string_view::npos) return text_of(target);
    std::string out(target.substr(0, mark + 1));
    std::string_view query = target.substr(mark + 1);
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        const std::string_view name = pair.substr(0, pair.find('='));
        // An escape in the name could hide one.
        const std::string plain = form_decode(name);
        const bool secret =
            plain == "access_token" || plain == "token" || plain == "key" || plain.find('%') != std::string::npos;
        out.append(secret ? name : pair).append(secret ? "=***" : "");
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        if (!query.empty()) out.push_back('&');
    }
    return text_of(out);
}

AccessEntry AccessEntry::of(const Request& request, const streams::Clock& clock) {
    const auto target = request.message.target();
    AccessEntry entry;
    entry.peer = request.peer;
    entry.method = text_of(request.method());
    entry.target = without_tokens({target.data(), target.size()});
    entry.referer = without_tokens(request.header("Referer"));
    entry.agent = text_of(request.header("User-Agent"));
    entry.version = request.message.version();
    entry.begun_ms = clock.now().value();
    entry.begun_ns = clock.monotonic_ns();
    return entry;
}

std::string combined_line(const AccessEntry& entry) {
    return fmt::format("{} - - [{:%d/%b/%Y:%H:%M:%S} +0000] \"{} {} HTTP/{}.{}\" {} {} \"{}\" \"{}\"\n", entry.peer,
                       calendar(entry.begun_ms), escaped(entry.method), escaped(entry.target), entry.version / 10,
                       entry.version % 10, entry.status, entry.bytes, escaped(entry.referer), escaped(entry.agent));
}

std::string json_line(const AccessEntry& entry, std::int64_t duration_us) {
    return fmt::format(
        R"({{"time":"{:%Y-%m-%dT%H:%M:%S}.{:03}Z","remote":{},"method":{},"target":{},"status":{},"bytes":{},)"
        R"("duration_us":{},"referer":{},"agent":{}}})"
        "\n",
        calendar(entry.begun_ms), entry.begun_ms % 1000, json_string(entry.peer), json_string(entry.method),
        json_string(entry.target), entry.status, entry.bytes, duration_us, json_string(entry.referer),
        json_string(entry.agent));
}

AccessLog::AccessLog(std::string file, Format format, const streams::Clock& clock)
    : file_(std::move(file)), format_(format), clock_(clock), next_(open()), thread_([this] { run(); }) {}

AccessLog::~AccessLog() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

int AccessLog::open() const {
    const int fd =
        file_ == "-" ? ::dup(STDOUT_FILENO) : ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0) throw std::invalid_argument(fmt::format("access.log={}: {}", file_, std::strerror(errno)));
    return fd;
}

void AccessLog::reopen() {
    const int fd = open();
    const std::lock_guard lock(mutex_);
    if (next_ >= 0) ::close(next_);
    next_ = fd;
}

void AccessLog::write(const AccessEntry& entry) {
    std::string line = format_ == Format::kCombined ? combined_line(entry)
                                                    : json_line(entry, (clock_.monotonic_ns() - entry.begun_ns) / 1000);
    const std::lock_guard lock(mutex_);
    if (lines_.size() + line.size() > kMostWaiting) {
        ++dropped_;
        return;
    }
    const bool first = lines_.empty();
    lines_ += line;
    if (first) wake_.notify_one();
}

void AccessLog::run() {
    int fd = -1;
    for (bool last = false; !last;) {
        std::string lines;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !lines_.empty(); });
            wake_.wait_for(lock, kPause, [this] { return stopping_; });
            lines.swap(lines_);
            last = stopping_;
            if (next_ >= 0) {
                if (fd >= 0) ::close(fd);
                fd = std::exchange(next_, -1);
            }
        }
        write_all(fd, lines);
    }
    if (fd >= 0) ::close(fd);
    if (next_ >= 0) ::close(next_);
}

}  // namespace matchpoint::http
