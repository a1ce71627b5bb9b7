// What was answered to a request with an Idempotency-Key, so that sending it again does nothing again. Bounded by count
// and age; of too many the oldest answer goes first. In memory only: after a restart it is `seq` and the match id made
// of the key that keep a repeated request from counting twice. Thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "http/ingest/publish_tokens.h"

namespace matchpoint::http {

class IdempotencyTable {
  public:
    IdempotencyTable(std::size_t most, std::int64_t keep_ms) : most_(most), keep_ns_(keep_ms * 1'000'000) {}

    enum class Found : std::uint8_t {
        kNew,       // ours now, until finish() or abandon()
        kAnswered,  // `answer` is what was said then
        kUnderWay,  // the first one has no answer yet
        kAnother,   // the key came with other content
    };
    // `scope` tells apart whose key and of which route it is, `content` what was asked.
    [[nodiscard]] Found begin(const Digest& scope, const Digest& content, std::int64_t now_ns, std::string& answer);
    void finish(const Digest& scope, std::string answer, std::int64_t now_ns);
    // It came to nothing: the key may be used again.
    void abandon(const Digest& scope);

  private:
    struct Entry {
        Digest content;
        std::optional<std::string> answer;
        std::int64_t answered_ns = 0;
        std::list<Digest>::iterator place;  // in answered_, once there is an answer
    };
    void forget_old(std::int64_t now_ns);

    const std::size_t most_;
    const std::int64_t keep_ns_;
    std::mutex mutex_;
    std::map<Digest, Entry> entries_;
    std::list<Digest> answered_;  // oldest first
};

}  // namespace matchpoint::http
