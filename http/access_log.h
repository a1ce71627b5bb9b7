// One line a request, in the combined log format or as JSON, to a file or standard output. Lines are handed to a thread
// that writes them, so that a slow disk holds no shard up; what it cannot take is counted and dropped. Tokens in a
// query are not written. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "http/request.h"
#include "processor/streams/base/clock.h"

namespace matchpoint::http {

struct AccessEntry {
    std::string peer;
    std::string method;
    std::string target;  // without tokens
    std::string referer;
    std::string agent;
    unsigned version = 11;
    unsigned status = 0;
    std::uint64_t bytes = 0;  // of the body, without transfer coding where there is none shared
    std::int64_t begun_ms = 0;
    std::int64_t begun_ns = 0;  // monotonic

    [[nodiscard]] static AccessEntry of(const Request& request, const streams::Clock& clock);
};

// The values of access_token, token and key in a query become "***".
[[nodiscard]] std::string without_tokens(std::string_view target);
[[nodiscard]] std::string combined_line(const AccessEntry& entry);
[[nodiscard]] std::string json_line(const AccessEntry& entry, std::int64_t duration_us);

class AccessLog {
  public:
    enum class Format : std::uint8_t { kCombined, kJson };
    // `file` "-" is standard output. Throws std::invalid_argument if it cannot be opened.
    AccessLog(std::string file, Format format, const streams::Clock& clock);
    ~AccessLog();
    AccessLog(const AccessLog&) = delete;
    AccessLog& operator=(const AccessLog&) = delete;

    void write(const AccessEntry& entry);
    // After the file has been moved away. On a throw the old one goes on.
    void reopen();
    [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(); }

  private:
    [[nodiscard]] int open() const;
    void run();

    const std::string file_;
    const Format format_;
    const streams::Clock& clock_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::string lines_;  // under the mutex, as are the next three
    int next_ = -1;      // to go on with, if the file was opened again
    bool stopping_ = false;
    std::atomic<std::uint64_t> dropped_{0};
    std::thread thread_;
};

// Of an answer that lasts: written when this goes.
struct LastingEntry {
    LastingEntry(AccessLog& to, AccessEntry what) : log(to), entry(std::move(what)) {}
    ~LastingEntry() { log.write(entry); }
    LastingEntry(const LastingEntry&) = delete;
    LastingEntry& operator=(const LastingEntry&) = delete;
    AccessLog& log;
    AccessEntry entry;
};

}  // namespace matchpoint::http
