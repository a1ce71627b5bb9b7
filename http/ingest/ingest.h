// The publishing routes: POST /api/scores and POST /api/simulations. Who may, how much, is it an event, was it sent
// before; then to the publisher, and an answer once that has answered. Shared by all shards, thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "http/config.h"
#include "http/ingest/idempotency.h"
#include "http/ingest/publish_tokens.h"
#include "http/ingest/publisher.h"
#include "http/ingest/rate_limiter.h"
#include "http/metrics.h"
#include "http/request.h"
#include "http/response.h"
#include "processor/streams/base/clock.h"
#include "topics/score_event.h"

namespace matchpoint::http {

// An answer that comes later.
struct Pending {
    // Calls its argument once, from any thread, perhaps at once.
    std::function<void(Publisher::Done)> start;
    // On the shard's thread.
    std::function<Response(const PublishResult&)> finish;
};

class Ingest {
  public:
    // `publisher` may be null where there is no token. Throws std::invalid_argument if the tokens cannot be read.
    Ingest(const PublishConfig& config, Publisher* publisher, const streams::Clock& clock);
    // Reads the file of tokens again; throws and keeps the old ones if it is no good. Any thread.
    void reload_tokens() { tokens_.reload(); }

    // A POST to one of the two. `decoder` and `metrics` are the shard's, and the latter outlive what is pending.
    [[nodiscard]] std::variant<Response, Pending> handle(const Request& request, topics::ScoreEventDecoder& decoder,
                                                         ShardMetrics& metrics);

  private:
    struct Submission;
    [[nodiscard]] std::variant<Response, Pending> accept(const Request& request, topics::ScoreEventDecoder& decoder,
                                                         ShardMetrics& metrics);
    [[nodiscard]] std::optional<Response> admit(const Request& request, Submission& submission, ShardMetrics& metrics);
    [[nodiscard]] std::optional<Response> read_scores(const Request& request, topics::ScoreEventDecoder& decoder,
                                                      Submission& submission);
    [[nodiscard]] std::optional<Response> read_simulation(const Request& request, Submission& submission);
    [[nodiscard]] std::optional<Response> seen_before(const Request& request, Submission& submission,
                                                      ShardMetrics& metrics);
    [[nodiscard]] Response answer(const Submission& submission, const PublishResult& result, ShardMetrics& metrics);

    const PublishConfig config_;
    Publisher* const publisher_;
    const streams::Clock& clock_;
    PublishTokens tokens_;
    RateLimiter limiter_;
    IdempotencyTable table_;
};

}  // namespace matchpoint::http
