#include "http/ingest/ingest.h"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/rand.h>
#include <boost/algorithm/string/predicate.hpp>

#include "http/ingest/event_body.h"
#include "http/log/record.h"
#include "topics/simulation_request.h"
#include "topics/topic_catalog.h"

namespace matchpoint::http {
namespace {

constexpr std::size_t kMostClients = 10'000;
constexpr std::size_t kMostKeyBytes = 255;
constexpr std::string_view kScoresPath = "/api/scores";

Response accepted(std::string body) {
    Response response =
        make_response(status::accepted, "application/json", std::make_shared<const std::string>(std::move(body)));
    response.set("Cache-Control", "no-store");
    return response;
}

Response try_again(status code, std::string_view detail, std::int64_t seconds) {
    Response response = make_problem(code, detail);
    response.set("Retry-After", std::to_string(seconds));
    return response;
}

Response unauthorized(std::string_view detail, bool given) {
    Response response = make_problem(status::unauthorized, detail);
    response.set("WWW-Authenticate",
                 given ? R"(Bearer realm="matchpoint", error="invalid_token")" : R"(Bearer realm="matchpoint")");
    return response;
}

// RFC 9457 with a list of what is wrong with which event.
Response invalid_events(std::string_view detail, const std::vector<EventError>& errors) {
    std::string list;
    for (const EventError& error : errors) {
        list += fmt::format(R"({}{{"index":{},"field":{},"message":{}}})", list.empty() ? "" : ",", error.index,
                            error.field.empty() ? "null" : json_string(error.field), json_string(error.message));
    }
    return make_problem(status::unprocessable_entity, detail, fmt::format(R"("errors":[{}])", list));
}

std::optional<Response> wrong_content_type(const Request& request) {
    std::string_view type = request.header("Content-Type");
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    const std::string_view coding = request.header("Content-Encoding");
    if (boost::algorithm::iequals(type, "application/json") &&
        (coding.empty() || boost::algorithm::iequals(coding, "identity"))) {
        return std::nullopt;
    }
    Response response = make_problem(status::unsupported_media_type,
                                     "the body must come as Content-Type: application/json, without Content-Encoding");
    response.set("Accept-Post", "application/json");
    response.set("Accept-Encoding", "identity");
    return response;
}

bool is_idempotency_key(std::string_view key) {
    return key.size() <= kMostKeyBytes &&
           std::all_of(key.begin(), key.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string random_hex() {
    Digest bytes{};
    if (RAND_bytes(bytes.data(), 8) != 1) throw std::runtime_error("there are no random numbers");
    return hex_of(bytes, 8);
}

}  // namespace

// A request on its way.
struct Ingest::Submission {
    bool scores = true;
    std::string client;  // for the rate limit
    Digest token{};
    std::optional<Digest> scope;  // of its Idempotency-Key
    std::vector<OutgoingEvent> events;
    std::string receipt;  // what is said once all is stored
    std::string location;
};

Ingest::Ingest(const PublishConfig& config, Publisher* publisher, const streams::Clock& clock)
    : config_(config),
      publisher_(publisher),
      clock_(clock),
      tokens_(config.token_file, config.token),
      limiter_(static_cast<double>(config.events_per_second), static_cast<double>(config.burst), kMostClients),
      table_(config.idempotency_keys, config.idempotency_ms) {}

std::variant<Response, Pending> Ingest::handle(const Request& request, topics::ScoreEventDecoder& decoder,
                                               ShardMetrics& metrics) {
    auto outcome = accept(request, decoder, metrics);
    if (const auto* response = std::get_if<Response>(&outcome)) {
        if (response->header.result_int() >= 400) metrics.publish_refused.add();
    }
    return outcome;
}

std::variant<Response, Pending> Ingest::accept(const Request& request, topics::ScoreEventDecoder& decoder,
                                               ShardMetrics& metrics) {
    Submission submission;
    submission.scores = request.path == kScoresPath;
    if (auto no = admit(request, submission, metrics)) return std::move(*no);
    if (auto no = wrong_content_type(request)) return std::move(*no);
    if (auto known = seen_before(request, submission, metrics)) return std::move(*known);
    auto no = submission.scores ? read_scores(request, decoder, submission) : read_simulation(request, submission);
    if (no || submission.events.empty()) {
        if (submission.scope) table_.abandon(*submission.scope);
        if (no) return std::move(*no);
        return accepted(submission.receipt);  // an empty array
    }
    limiter_.charge(submission.client, static_cast<double>(submission.events.size() - 1), clock_.monotonic_ns());
    metrics.publishing.add();
    const std::int64_t begun_ns = clock_.monotonic_ns();
    const auto shared = std::make_shared<Submission>(std::move(submission));
    Pending pending;
    pending.start = [this, shared](Publisher::Done done) {
        publisher_->publish(shared->scores ? topics::kScores : topics::kSimulations, std::move(shared->events),
                            std::move(done));
    };
    pending.finish = [this, shared, begun_ns, count = shared->events.size(), &metrics](const PublishResult& result) {
        metrics.publishing.sub();
        if (result.status == PublishResult::Status::kStored) {
            metrics.published.add(count);
            metrics.publish_time.observe_us(static_cast<std::uint64_t>((clock_.monotonic_ns() - begun_ns) / 1000));
        }
        return answer(*shared, result, metrics);
    };
    return pending;
}

std::optional<Response> Ingest::admit(const Request& request, Submission& submission, ShardMetrics& metrics) {
    if (publisher_ == nullptr || !tokens_.any()) {
        return make_problem(status::forbidden,
                            "publishing is off on this gateway: give it a token with the setting publish.token.file or "
                            "the environment variable MATCHPOINT_PUBLISH_TOKEN");
    }
    const std::string_view token = bearer_of(request.header("Authorization"));
    const auto known = tokens_.find(token);
    // Whoever guesses is counted by address, so that it does not cost those who need not.
    submission.client = known ? hex_of(*known, 8) + request.peer : request.peer;
    if (const auto wait = limiter_.take(submission.client, clock_.monotonic_ns())) {
        metrics.publish_limited.add();
        return try_again(status::too_many_requests, "this client sends more than its share; wait a moment", *wait);
    }
    if (!known) {
        return unauthorized(token.empty() ? "publishing needs Authorization: Bearer <token>"
                                          : "this token is not one of those that may publish",
                            !token.empty());
    }
    submission.token = *known;
    return std::nullopt;
}

std::optional<Response> Ingest::seen_before(const Request& request, Submission& submission, ShardMetrics& metrics) {
    const std::string_view key = request.header("Idempotency-Key");
    if (key.empty()) return std::nullopt;
    if (!is_idempotency_key(key)) {
        return make_problem(status::bad_request,
                            fmt::format("Idempotency-Key must be 1 to {} visible characters", kMostKeyBytes));
    }
    submission.scope = digest_of(fmt::format("{} {} {}", hex_of(submission.token, 32), request.path, key));
    std::string receipt;
    switch (table_.begin(*submission.scope, digest_of(request.message.body()), clock_.monotonic_ns(), receipt)) {
        case IdempotencyTable::Found::kNew:
            return std::nullopt;
        case IdempotencyTable::Found::kUnderWay:
            return try_again(status::conflict, "the first request with this Idempotency-Key has no answer yet", 1);
        case IdempotencyTable::Found::kAnother:
            return make_problem(status::unprocessable_entity,
                                "this Idempotency-Key came with another body before; use a new key for new events");
        case IdempotencyTable::Found::kAnswered:
            break;
    }
    metrics.publish_replayed.add();
    Response response = accepted(std::move(receipt));
    response.set("Idempotency-Replayed", "true");
    return response;
}

std::optional<Response> Ingest::read_scores(const Request& request, topics::ScoreEventDecoder& decoder,
                                            Submission& submission) {
    EventBody body = read_event_body(request.message.body(), config_.events, decoder);
    if (!body.is_json) return make_problem(status::bad_request, "the body is not JSON in UTF-8");
    if (body.count > config_.events) {
        return make_problem(status::payload_too_large,
                            fmt::format("at most {} events come in one request", config_.events));
    }
    if (!body.errors.empty()) {
        return invalid_events("nothing was published, because not all events are as the contract says", body.errors);
    }
    submission.events = std::move(body.events);
    submission.receipt = fmt::format(R"({{"accepted":{}}})", submission.events.size());
    return std::nullopt;
}

std::optional<Response> Ingest::read_simulation(const Request& request, Submission& submission) {
    auto read = topics::read_simulation_request(request.message.body());
    if (!read) {
        const topics::Rejection& rejection = read.error();
        if (rejection.reason == topics::RejectReason::kMalformed) {
            return make_problem(status::bad_request, "the body is not JSON in UTF-8");
        }
        return invalid_events("the request is not as the contract says",
                              {{0, field_of(rejection.detail), rejection.detail}});
    }
    if (read->match.empty()) {
        // Made of the key where there is one: also after a restart the same request names the same match.
        read->match = "sim-" + (submission.scope ? hex_of(*submission.scope, 8) : random_hex());
    }
    OutgoingEvent event{read->match, {}, clock_.now()};
    topics::write_simulation_request(*read, event.value);
    submission.receipt = fmt::format(R"({{"match":{}}})", json_string(read->match));
    submission.events.push_back(std::move(event));
    return std::nullopt;
}

Response Ingest::answer(const Submission& submission, const PublishResult& result, ShardMetrics& metrics) {
    using Status = PublishResult::Status;
    if (result.status == Status::kStored) {
        if (submission.scope) table_.finish(*submission.scope, submission.receipt, clock_.monotonic_ns());
        return accepted(submission.receipt);
    }
    if (submission.scope) table_.abandon(*submission.scope);
    metrics.publish_failed.add();
    switch (result.status) {
        case Status::kTooLarge:
            return make_problem(status::payload_too_large, fmt::format("event {}: {}", result.index, result.detail));
        case Status::kRefused:
            return make_problem(status::bad_gateway, fmt::format("event {}: {}", result.index, result.detail));
        case Status::kBusy:
            return try_again(status::service_unavailable, fmt::format("nothing was published: {}", result.detail), 1);
        default:
            return try_again(status::service_unavailable,
                             fmt::format("{}; send the same again, events are told apart by seq", result.detail), 2);
    }
}

}  // namespace matchpoint::http
