#include "http/session.h"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/system/system_error.hpp>

#include "http/request.h"
#include "http/router.h"
#include "http/shard.h"
#include "http/websocket.h"

namespace matchpoint::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;

constexpr std::size_t kReadBytes = 8192;
constexpr std::int64_t kLingerMs = 1'000;
constexpr std::size_t kMostLingerBytes = 1U << 20U;

// Closes the wire when it is over; whoever waits on the wire then sees it end.
class Deadline {
  public:
    explicit Deadline(Shard& shard) : shard_(shard), timer_(shard.io()), guarded_(std::make_shared<Wire*>(nullptr)) {}
    ~Deadline() { disarm(); }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    void arm(Wire& wire, std::int64_t ms) {
        *guarded_ = nullptr;
        guarded_ = std::make_shared<Wire*>(&wire);
        timer_.expires_after(std::chrono::milliseconds(ms));
        timer_.async_wait([guarded = guarded_, &metrics = shard_.host().metrics](boost::system::error_code error) {
            if (error || *guarded == nullptr) return;
            metrics.request_timeouts.add();
            (*guarded)->close();
        });
    }
    void disarm() {
        *guarded_ = nullptr;
        timer_.cancel();
    }

  private:
    Shard& shard_;
    asio::steady_timer timer_;
    std::shared_ptr<Wire*> guarded_;
};

struct Read {
    std::optional<Message> message;
    status refusal = status::bad_request;
    bool head_only = false;  // the method was HEAD, as far as it was read
};

// Takes what the client sends apart into requests. Both calls throw when the wire ends.
class RequestReader {
  public:
    RequestReader(Shard& shard, Wire& wire, Deadline& deadline) : shard_(shard), wire_(wire), deadline_(deadline) {}

    // True if some of a request is there. Room for it is taken once it is, since thousands may have none. Empty lines
    // before it are none: clients of old sent one after a body.
    [[nodiscard]] bool begun() {
        constexpr std::string_view kEmptyLine = "\r\n";
        if (received_.size() < kEmptyLine.size()) receive();
        while (received_.starts_with(kEmptyLine)) received_.erase(0, kEmptyLine.size());
        return !received_.empty() && received_ != kEmptyLine.substr(0, 1);
    }
    // The request that has begun, or a refusal if what the client sent is none.
    asio::awaitable<Read> next() {
        const Limits& limits = shard_.config().limits;
        beast_http::request_parser<beast_http::string_body> parser;
        parser.eager(true);
        parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
        parser.body_limit(limits.body_bytes);
        bool continued = false;
        deadline_.arm(wire_, limits.header_timeout_ms);
        for (;;) {
            boost::system::error_code error;
            received_.erase(0, parser.put(asio::buffer(received_), error));
            if (received_.empty()) received_.shrink_to_fit();
            const bool head_only = parser.get().method() == beast_http::verb::head;
            if (parser.is_done()) co_return Read{parser.release(), {}, head_only};
            if (error && error != beast_http::error::need_more) {
                co_return Read{std::nullopt, refusal(error), head_only};
            }
            if (received_.size() > limits.header_bytes + kReadBytes) {
                // A chunk's size line or the fields after the last chunk, and no end to it.
                co_return Read{std::nullopt, status::payload_too_large, head_only};
            }
            if (parser.is_header_done() && !continued) {
                continued = true;
                deadline_.arm(wire_, limits.body_timeout_ms);
                // RFC 9110, 10.1.1: not to a client of HTTP/1.0.
                if (parser.get().version() >= 11 &&
                    beast_http::token_list(parser.get()[beast_http::field::expect]).exists("100-continue")) {
                    const iovec piece = piece_of("HTTP/1.1 100 Continue\r\n\r\n");
                    co_await write_all(wire_, {&piece, 1});
                }
            }
            while (!receive()) co_await wait_readable(wire_);
        }
    }

  private:
    bool receive() {
        std::array<char, kReadBytes> bytes;
        const std::size_t size = read_now(wire_, bytes.data(), bytes.size());
        received_.append(bytes.data(), size);
        return size > 0;
    }
    static status refusal(boost::system::error_code error) {
        if (error == beast_http::error::header_limit) return status::request_header_fields_too_large;
        if (error == beast_http::error::body_limit) return status::payload_too_large;
        if (error == beast_http::error::bad_version) return status::http_version_not_supported;
        return status::bad_request;
    }

    Shard& shard_;
    Wire& wire_;
    Deadline& deadline_;
    std::string received_;  // and not parsed yet
};

// Tells the access log how much of a body went out, however that ended.
class BodyBytes {
  public:
    BodyBytes(LastingEntry* entry, std::size_t head_bytes) : entry_(entry), head_bytes_(head_bytes) {}
    ~BodyBytes() {
        if (entry_ != nullptr) entry_->entry.bytes = written - std::min(written, head_bytes_);
    }
    BodyBytes(const BodyBytes&) = delete;
    BodyBytes& operator=(const BodyBytes&) = delete;
    std::size_t written = 0;  // with the head

  private:
    LastingEntry* entry_;
    std::size_t head_bytes_;
};

// `entry` may be null.
asio::awaitable<void> send(Wire& wire, const Response& response, bool keep_alive, bool with_body,
                           LastingEntry* entry = nullptr) {
    const std::string head = serialize_head(response, keep_alive);
    std::array<iovec, 2> pieces{piece_of(head), {}};
    std::size_t count = 1;
    if (with_body && response.body) pieces[count++] = piece_of(*response.body);
    BodyBytes bytes(entry, head.size());
    co_await write_all(wire, {pieces.data(), count}, &bytes.written);
}

std::string_view refusal_detail(status code) {
    if (code == status::request_header_fields_too_large) return "the header is too long";
    if (code == status::payload_too_large) return "the body is too long";
    if (code == status::http_version_not_supported) return "only HTTP/1.0 and HTTP/1.1 are spoken here";
    return "this is not an HTTP request";
}

void count(ShardMetrics& metrics, const Response& response) {
    metrics.requests.add();
    const unsigned code = response.header.result_int();
    if (code >= 500) {
        metrics.server_errors.add();
    } else if (code >= 400) {
        metrics.client_errors.add();
    }
}

std::size_t drop_now(Wire& wire) {
    std::array<char, kReadBytes> ignored;
    return read_now(wire, ignored.data(), ignored.size());
}

// Reads on for a moment: closing with unread bytes would reset the connection and take the answer with it.
asio::awaitable<void> linger(Wire& wire, Deadline& deadline) {
    wire.end_output();
    deadline.arm(wire, kLingerMs);
    for (std::size_t read = 0; read < kMostLingerBytes;) {
        const std::size_t size = drop_now(wire);
        if (size == 0) co_await wait_readable(wire);
        read += size;
    }
}

// What a request waits for, on the shard's thread again. The publisher answers in bounded time.
asio::awaitable<PublishResult> outcome_of(Shard& shard, const Pending& pending) {
    co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(PublishResult)>(
        [&shard, &pending](auto handler) {
            // std::function wants to be copied; the handler can only be moved.
            auto shared = std::make_shared<decltype(handler)>(std::move(handler));
            pending.start([shared, &io = shard.io()](PublishResult result) {
                asio::post(io,
                           [shared, result = std::move(result)]() mutable { std::move (*shared)(std::move(result)); });
            });
        },
        asio::use_awaitable);
}

// What becomes of a connection after its requests.
struct Upgrade {
    Request request;
    std::unique_ptr<LastingEntry> entry;
};
struct Streaming {
    StreamRequest request;
    std::unique_ptr<LastingEntry> entry;
    bool chunked = true;
};
using Next = std::variant<std::monostate, std::unique_ptr<Streaming>, std::unique_ptr<Upgrade>>;

// Whoever is at the other end of a connection.
struct Caller {
    std::string peer;
    bool by_proxy = false;  // a trusted one: each request has a client of its own
    Admission::Pass pass;
    std::string no_memory;  // why nothing is served to it; empty if it is
};

// What an operator looks at, above all when there is no room for others.
bool is_for_operators(std::string_view path) {
    return path == "/metrics" || path == "/healthz" || path == "/readyz";
}

// Null where nothing is logged.
std::unique_ptr<LastingEntry> entry_of(const Shard& shard, const Request& request) {
    if (shard.access_log() == nullptr) return nullptr;
    return std::make_unique<LastingEntry>(*shard.access_log(), AccessEntry::of(request, shard.clock()));
}

void log_unreadable(const Shard& shard, const std::string& peer, const Response& response) {
    Request nothing;
    nothing.peer = peer;
    auto entry = entry_of(shard, nothing);
    if (!entry) return;
    entry->entry.method.clear();
    entry->entry.status = response.header.result_int();
    entry->entry.bytes = response.body->size();
}

Response too_many(const std::string& why, const Config& config, std::string_view origin = {}) {
    Response response = make_problem(status::service_unavailable, why);
    response.set("Retry-After", "5");
    add_common_headers(response, origin, config);
    return response;
}

// Says what is wrong and leaves.
asio::awaitable<Next> answer_unreadable(Shard& shard, Wire& wire, Deadline& deadline, const Caller& caller, status code,
                                        std::string_view detail, bool with_body) {
    ShardMetrics& metrics = shard.host().metrics;
    if (code == status::request_header_fields_too_large) metrics.refused_header.add();
    if (code == status::payload_too_large) metrics.refused_body.add();
    Response response = make_problem(code, detail);
    add_common_headers(response, {}, shard.config());
    count(metrics, response);
    log_unreadable(shard, caller.peer, response);
    co_await send(wire, response, false, with_body);
    co_await linger(wire, deadline);
    co_return Next{};
}

// Counts a request while it is answered, so that the end of the program waits for it.
class Answering {
  public:
    explicit Answering(ShardMetrics& metrics) : metrics_(metrics) { metrics_.answering.add(); }
    ~Answering() { metrics_.answering.sub(); }
    Answering(const Answering&) = delete;
    Answering& operator=(const Answering&) = delete;

  private:
    ShardMetrics& metrics_;
};

std::optional<Next> ended_unless(bool keep_alive) {
    return keep_alive ? std::nullopt : std::optional<Next>(std::in_place);
}

// One request; nothing if the next may follow.
asio::awaitable<std::optional<Next>> answer_one(Shard& shard, Wire& wire, RequestReader& reader, Deadline& deadline,
                                                Caller& caller) {
    ShardMetrics& metrics = shard.host().metrics;
    const Config& config = shard.config();
    Read read = co_await reader.next();
    const Answering answering(metrics);
    deadline.arm(wire, config.limits.write_timeout_ms);
    std::optional<Refusal> unreadable = Refusal{read.refusal, refusal_detail(read.refusal)};
    if (read.message) unreadable = refusal_of(*read.message);
    std::optional<Request> request;
    if (!unreadable) {
        request = Request::from(std::move(*read.message));
        if (!request) unreadable = Refusal{status::bad_request, "the target is no path, or is wrongly encoded"};
    }
    if (unreadable) {
        co_return co_await answer_unreadable(shard, wire, deadline, caller, unreadable->code, unreadable->detail,
                                             !read.head_only);
    }
    request->peer = caller.by_proxy ? config.proxies.client_of(caller.peer, request->message) : caller.peer;
    auto entry = entry_of(shard, *request);
    std::optional<Response> refusal;
    std::string why;
    if (caller.by_proxy && !shard.enter_for(caller.pass, request->peer, why)) {
        refusal = too_many(why, config, request->header("Origin"));
    } else if (!caller.no_memory.empty() && !is_for_operators(request->path)) {
        metrics.refused.add();
        metrics.refused_memory.add();
        refusal = too_many(caller.no_memory, config, request->header("Origin"));
    } else if (request->path == "/ws" && is_websocket_upgrade(*request)) {
        // Scripts of any page may open a socket here, and the browser sends our cookies along.
        if (!origin_is_trusted(*request, config)) request->message.erase(beast_http::field::cookie);
        refusal = refuse_socket(*request, shard.site());
        if (!refusal) co_return std::make_unique<Upgrade>(Upgrade{std::move(*request), std::move(entry)});
    }
    const bool keep_alive = request->message.keep_alive() && !shard.draining() && caller.no_memory.empty();
    const bool with_body = request->method() != "HEAD";
    Outcome outcome = refusal ? Outcome(std::move(*refusal)) : route(*request, shard.site());
    if (auto* stream = std::get_if<StreamRequest>(&outcome)) {
        count(metrics, stream->head);
        if (entry) entry->entry.status = stream->head.header.result_int();
        if (with_body) {
            const bool chunked = request->message.version() >= 11;
            co_return std::make_unique<Streaming>(Streaming{std::move(*stream), std::move(entry), chunked});
        }
        const std::string head = serialize_bare_head(stream->head, keep_alive);
        const iovec piece = piece_of(head);
        co_await write_all(wire, {&piece, 1});
        co_return ended_unless(keep_alive);
    }
    if (const auto* pending = std::get_if<Pending>(&outcome)) {
        deadline.disarm();
        Response response = pending->finish(co_await outcome_of(shard, *pending));
        add_common_headers(response, request->header("Origin"), config);
        outcome = std::move(response);
        deadline.arm(wire, config.limits.write_timeout_ms);
    }
    const Response& response = std::get<Response>(outcome);
    count(metrics, response);
    if (entry) entry->entry.status = response.header.result_int();
    co_await send(wire, response, keep_alive, with_body, entry.get());
    co_return ended_unless(keep_alive);
}

// The requests of one connection. Throws when the wire ends.
asio::awaitable<Next> answer_all(Shard& shard, Wire& wire, Caller& caller) {
    Deadline deadline(shard);
    RequestReader reader(shard, wire, deadline);
    for (;;) {
        if (caller.by_proxy) caller.pass.belong_to_nobody();
        if (!reader.begun()) {
            deadline.arm(wire, shard.config().limits.idle_timeout_ms);
            while (!reader.begun()) co_await wait_readable(wire);
        }
        // A coroutine of its own: a connection that waits for a request holds no room for an answer.
        if (auto next = co_await answer_one(shard, wire, reader, deadline, caller)) co_return std::move(*next);
    }
}

// One too many. Whoever does not read the answer loses it.
asio::awaitable<void> refuse(Shard& shard, Wire& wire, const Caller& caller, const std::string& why) {
    const Response response = too_many(why, shard.config());
    count(shard.host().metrics, response);
    log_unreadable(shard, caller.peer, response);
    Deadline deadline(shard);
    deadline.arm(wire, 1'000);
    co_await send(wire, response, false, true);
    co_await linger(wire, deadline);
}

}  // namespace

asio::awaitable<void> serve(Shard& shard, std::unique_ptr<Wire> wire) {
    Next next;
    Caller caller{wire->peer(), false, {}, {}};
    caller.by_proxy = shard.config().proxies.trusts(caller.peer);
    std::string why;
    caller.no_memory = shard.no_memory();
    caller.pass = shard.enter(caller.peer, why);
    try {
        if (caller.pass) {
            next = co_await answer_all(shard, *wire, caller);
        } else {
            co_await refuse(shard, *wire, caller, why);
        }
    } catch (const boost::system::system_error&) {
        // The client is gone, or its time was up.
    }
    if (!wire->open()) co_return;
    if (auto* stream = std::get_if<std::unique_ptr<Streaming>>(&next)) {
        shard.begin_stream(std::move(wire), std::move((*stream)->request), (*stream)->chunked, std::move(caller.pass),
                           std::move((*stream)->entry));
    } else if (auto* upgrade = std::get_if<std::unique_ptr<Upgrade>>(&next)) {
        co_await serve_websocket(shard, std::move(wire), std::move((*upgrade)->request), std::move(caller.pass),
                                 std::move((*upgrade)->entry));
    } else {
        wire->close();
    }
}

}  // namespace matchpoint::http
