#include "http/websocket.h"

#include <deque>
#include <map>

#include <fmt/format.h>
#include <simdjson.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket.hpp>
#include <nlohmann/json.hpp>

#include "http/shard.h"
#include "http/wire_stream.h"
#include "topics/json_syntax.h"

namespace matchpoint::http {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using Stream = websocket::stream<WireStream>;

constexpr std::size_t kMostMessageBytes = 16'384;
// What is taken from the log in one turn, of all subscriptions together: what a socket holds that is not read from.
constexpr std::size_t kEventsATurn = 64;
constexpr std::size_t kBytesATurn = 32'768;
constexpr std::size_t kMostNameBytes = 256;  // of a subscription
// Answers that wait to be written. Whoever does not read them is not read from either.
constexpr std::size_t kMostAnswers = 16;
constexpr std::string_view kTokenParameter = "access_token";

struct Fields {
    std::string_view id;
    std::string_view name = "message";
    std::string_view data;
};

// Of an event as the log frames it: one line a field.
Fields fields_of(std::string_view event) {
    Fields fields;
    while (!event.empty()) {
        const std::string_view line = event.substr(0, event.find('\n'));
        event.remove_prefix(std::min(line.size() + 1, event.size()));
        if (line.starts_with("id: ")) fields.id = line.substr(4);
        if (line.starts_with("event: ")) fields.name = line.substr(7);
        if (line.starts_with("data: ")) fields.data = line.substr(6);
    }
    return fields;
}

// What stands as `data` in a message: JSON, whatever a producer wrote.
std::string data_of(const Fields& fields, const Item& item) {
    const bool is_json = item.record != nullptr ? (*item.record)->tombstone() || (*item.record)->is_json()
                                                : topics::is_json_value(fields.data);
    return is_json ? std::string(fields.data) : json_string(fields.data);
}

// Nothing if it is absent or null, as clients write what they have not.
std::optional<std::string> text_in(const nlohmann::json& command, const char* name) {
    const auto found = command.find(name);
    if (found == command.end() || found->is_null()) return std::nullopt;
    if (!found->is_string()) throw std::invalid_argument(fmt::format("{} must be a string", name));
    return found->get<std::string>();
}

std::string required_text_in(const nlohmann::json& command, const char* name) {
    auto text = text_in(command, name);
    if (!text) throw std::invalid_argument(fmt::format("{} is missing", name));
    return std::move(*text);
}

// What a client asked for, as the router takes it, with the token that the socket was opened with unless it brings one.
Request request_of(const nlohmann::json& command, const Request& upgrade) {
    std::string target = required_text_in(command, "stream");
    if (!target.starts_with('/')) target.insert(0, "/events/");
    Message message(boost::beast::http::verb::get, target, 11);
    if (const auto id = text_in(command, "lastEventId")) message.set("Last-Event-ID", *id);
    auto request = Request::from(std::move(message));
    if (!request) throw std::invalid_argument("stream is not a path");
    if (request->parameter(kTokenParameter)) return std::move(*request);
    for (const auto name : {"Authorization", "Cookie"}) {
        if (const auto value = upgrade.header(name); !value.empty()) {
            request->message.set(name, boost::beast::string_view(value.data(), value.size()));
        }
    }
    if (const auto token = upgrade.parameter(kTokenParameter)) request->query.emplace_back(kTokenParameter, *token);
    return std::move(*request);
}

// RFC 7692, 7.1.2.1: a server answers with a window as small as it was asked for, or declines. zlib makes no raw stream
// with one of 256 bytes, and Beast would answer such an offer with 9 bits: it is taken out.
bool asks_for_smallest_window(std::string_view offer) {
    const std::string_view parameters = offer.substr(std::min(offer.find(';'), offer.size()));
    for (const auto& [name, value] : boost::beast::http::param_list({parameters.data(), parameters.size()})) {
        if (boost::beast::iequals(name, "server_max_window_bits") && (value == "8" || value == "\"8\"")) return true;
    }
    return false;
}
void drop_smallest_window(Message& upgrade) {
    constexpr auto kOffers = boost::beast::http::field::sec_websocket_extensions;
    const std::string offers(upgrade[kOffers]);
    std::string kept;
    for (std::size_t begin = 0; begin < offers.size();) {
        const std::size_t end = std::min(offers.find(',', begin), offers.size());
        const std::string_view offer = std::string_view(offers).substr(begin, end - begin);
        if (!asks_for_smallest_window(offer)) kept.append(kept.empty() ? "" : ",").append(offer);
        begin = end + 1;
    }
    upgrade.erase(kOffers);
    if (!kept.empty()) upgrade.set(kOffers, kept);
}

class Conversation final : public SocketReader, public std::enable_shared_from_this<Conversation> {
  public:
    Conversation(Shard& shard, std::unique_ptr<Wire> wire, Request request, std::unique_ptr<LastingEntry> entry)
        : shard_(shard),
          wire_(std::move(wire)),
          upgrade_(std::move(request)),
          entry_(std::move(entry)),
          stream_(*wire_, shard.io()),
          wake_(shard.io()),
          room_(shard.io()),
          expiry_(shard.io()) {
        wake_.expires_at(asio::steady_timer::time_point::max());
        room_.expires_at(asio::steady_timer::time_point::max());
        shard_.add_socket(*this);
    }
    ~Conversation() override { shard_.remove_socket(*this); }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;
    // Whatever the pump calls for is written by write_all(); there is one writer.
    void flush() override { wake_.cancel(); }
    [[nodiscard]] bool waiting() const override {
        return std::any_of(subscriptions_.begin(), subscriptions_.end(),
                           [](const auto& each) { return each.second->source->waiting(); });
    }
    // The latest stands for all that could not be told yet.
    void tell(std::string_view notice) override {
        notice_ = notice;
        wake_.cancel();
    }
    [[nodiscard]] std::int64_t writing_since_ns() const override { return writing_since_ns_; }
    void drop() override { wire_->close(); }

    asio::awaitable<void> accept() {
        auto timeout = websocket::stream_base::timeout::suggested(boost::beast::role_type::server);
        timeout.idle_timeout = std::chrono::milliseconds(2 * shard_.config().heartbeat_ms);
        stream_.set_option(timeout);
        websocket::permessage_deflate deflate;
        deflate.server_enable = true;
        deflate.memLevel = 4;
        stream_.set_option(deflate);
        stream_.set_option(websocket::stream_base::decorator(
            [](websocket::response_type& response) { response.set(boost::beast::http::field::server, "matchpoint"); }));
        stream_.read_message_max(kMostMessageBytes);
        drop_smallest_window(upgrade_.message);
        co_await stream_.async_accept(upgrade_.message, asio::use_awaitable);
        if (entry_) entry_->entry.status = static_cast<unsigned>(status::switching_protocols);
        if (const auto seconds = shard_.site().away_s()) tell(away_notice(*seconds));
    }

    asio::awaitable<void> read_all() {
        boost::beast::flat_buffer buffer;
        for (;;) {
            co_await stream_.async_read(buffer, asio::use_awaitable);
            const std::string_view text(static_cast<const char*>(buffer.data().data()), buffer.size());
            // Beast looks at each frame as it comes, not at what the last one leaves unfinished.
            if (stream_.got_text() && !simdjson::validate_utf8(text)) {
                breach_ = websocket::close_code::bad_payload;
                co_return;
            }
            take(text);
            buffer.consume(buffer.size());
            wake_.cancel();
            while (answers_ >= kMostAnswers && !closed_) {
                boost::system::error_code room;
                co_await room_.async_wait(asio::redirect_error(asio::use_awaitable, room));
            }
            if (closed_) co_return;
        }
    }

    // Ends when the socket does, or the shard drains.
    asio::awaitable<void> write_all() {
        stream_.text(true);
        for (;;) {
            if (breach_) co_return co_await stream_.async_close(*breach_, asio::use_awaitable);
            if (outbox_.empty()) collect();
            if (outbox_.empty()) {
                if (ended_) co_return;
                if (shard_.draining()) break;
                boost::system::error_code woken;
                co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
                continue;
            }
            const Outgoing message = std::move(outbox_.front());
            outbox_.pop_front();
            writing_since_ns_ = shard_.clock().monotonic_ns();
            co_await stream_.async_write(asio::buffer(message.text), asio::use_awaitable);
            writing_since_ns_ = 0;
            shard_.host().metrics.bytes.add(message.text.size());
            if (entry_) entry_->entry.bytes += message.text.size();
            if (message.answer && answers_-- == kMostAnswers) room_.cancel();
        }
        co_await stream_.async_close(websocket::close_code::going_away, asio::use_awaitable);
    }
    void end() {
        ended_ = true;
        subscriptions_.clear();
        wake_.cancel();
    }

    void close() {
        closed_ = true;
        room_.cancel();
        wire_->close();
    }

  private:
    struct Outgoing {
        std::string text;
        bool answer = false;  // to a message of the client
    };
    // A reader of its own, since two may ask for the same records.
    struct Channel final : Reader {
        explicit Channel(Conversation& owner) : conversation(owner) {}
        void flush() override { conversation.flush(); }
        Conversation& conversation;
        std::unique_ptr<Source> source;
        std::vector<Subscription> entries;
        std::optional<std::int64_t> expires_ms;
    };

    void take(std::string_view text) {
        std::string name;
        try {
            const auto command = nlohmann::json::parse(text, nullptr, false);
            if (!command.is_object()) throw std::invalid_argument("a message is a JSON object");
            std::string wanted = required_text_in(command, "subscription");
            if (wanted.size() > kMostNameBytes) {
                throw std::invalid_argument(fmt::format("subscription has at most {} bytes", kMostNameBytes));
            }
            name = std::move(wanted);
            const std::string type = required_text_in(command, "type");
            if (type == "subscribe") return subscribe(name, command);
            if (type == "unsubscribe") return unsubscribe(name);
            throw std::invalid_argument("type must be subscribe or unsubscribe");
        } catch (const std::exception& wrong) {
            say_error(name, 400, wrong.what());
        }
    }
    void subscribe(const std::string& name, const nlohmann::json& command) {
        if (subscriptions_.contains(name)) throw std::invalid_argument("there is a subscription of that name already");
        if (subscriptions_.size() >= shard_.config().limits.subscriptions) {
            shard_.host().metrics.refused_subscriptions.add();
            throw std::invalid_argument(
                fmt::format("a socket has at most {} subscriptions", shard_.config().limits.subscriptions));
        }
        Outcome outcome = route(request_of(command, upgrade_), shard_.site());
        if (const auto* response = std::get_if<Response>(&outcome)) {
            if (response->header.result() == status::no_content) {
                return say_error(name, 204, "these matches are over, and you have their final states");
            }
            const bool problem = response->body != nullptr && response->header.result_int() >= 400;
            const auto detail =
                problem ? nlohmann::json::parse(*response->body).value("detail", "") : "this is not an event stream";
            return say_error(name, problem ? response->header.result_int() : 400, detail);
        }
        const auto& wanted = std::get<StreamRequest>(outcome);
        auto channel = std::make_unique<Channel>(*this);
        channel->source = shard_.make_source(wanted, *channel);
        for (Mirror* mirror : wanted.topics) {
            channel->entries.emplace_back(mirror->fan_out, wanted.filter, *channel);
        }
        answer(fmt::format(R"({{"type":"subscribed","subscription":{}}})", json_string(name)));
        channel->expires_ms = wanted.expires_ms;
        subscriptions_.emplace(name, std::move(channel));
        if (!wanted.start.last_event_id.empty()) shard_.resume_when_reached(shared_from_this());
        wait_for_expiry();
    }
    // Says so when a subscription's token has expired, and waits for the next that will.
    void wait_for_expiry() {
        const std::int64_t now_ms = shard_.clock().now().value();
        std::optional<std::int64_t> first;
        for (auto it = subscriptions_.begin(); it != subscriptions_.end();) {
            const auto expires_ms = it->second->expires_ms;
            if (expires_ms && *expires_ms <= now_ms) {
                shard_.host().metrics.expired.add();
                say_error(it->first, 401, "the token has expired");
                it = subscriptions_.erase(it);
                continue;
            }
            if (expires_ms && (!first || *expires_ms < *first)) first = expires_ms;
            ++it;
        }
        if (!first) return;
        // A far day is looked at again tomorrow.
        expiry_.expires_after(std::chrono::milliseconds(std::min<std::int64_t>(*first - now_ms, 86'400'000)));
        expiry_.async_wait([weak = weak_from_this()](boost::system::error_code aborted) {
            const auto self = weak.lock();
            if (aborted || !self || self->ended_) return;
            self->wait_for_expiry();
            self->wake_.cancel();
        });
    }
    void unsubscribe(const std::string& name) {
        if (subscriptions_.erase(name) == 0) throw std::invalid_argument("there is no subscription of that name");
        answer(fmt::format(R"({{"type":"unsubscribed","subscription":{}}})", json_string(name)));
    }
    void say(std::string message) { outbox_.push_back({std::move(message)}); }
    void answer(std::string message) {
        outbox_.push_back({std::move(message), true});
        ++answers_;
    }
    void say_error(const std::string& name, unsigned code, std::string_view detail) {
        answer(fmt::format(R"({{"type":"error","subscription":{},"status":{},"detail":{}}})", json_string(name), code,
                           json_string(detail)));
    }

    // Only when all has been written, so that what waits stays in the log. Goes round, from the subscription behind the
    // one whose turn was last.
    void collect() {
        if (!notice_.empty()) {
            say(fmt::format(R"({{"type":"notice","detail":{}}})", json_string(notice_)));
            notice_.clear();
        }
        Turn turn;
        auto next = subscriptions_.upper_bound(last_turn_);
        for (std::size_t left = subscriptions_.size();
             left > 0 && turn.events < kEventsATurn && turn.bytes < kBytesATurn; --left, ++next) {
            if (next == subscriptions_.end()) next = subscriptions_.begin();
            last_turn_ = next->first;
            collect_from(next->first, *next->second->source, turn);
        }
    }
    struct Turn {
        std::size_t events = 0;
        std::size_t bytes = 0;
    };
    void collect_from(const std::string& name, Source& source, Turn& turn) {
        Gathered& gathered = shard_.host().gathered;
        source.collect(kEventsATurn - turn.events, gathered);
        for (const Item& item : gathered.items) {
            if (turn.bytes >= kBytesATurn) return;
            if (item.frame != nullptr) {
                const Fields fields = fields_of(item.frame->plain());
                say(fmt::format(R"({{"type":"{}","subscription":{},"id":"{}","data":{}}})", fields.name,
                                json_string(name), fields.id, data_of(fields, item)));
                shard_.host().metrics.events.add();
                turn.bytes += outbox_.back().text.size();
                ++turn.events;
            }
            source.given(item);
        }
        source.given_all(gathered);
    }

    Shard& shard_;
    std::unique_ptr<Wire> wire_;
    Request upgrade_;
    std::unique_ptr<LastingEntry> entry_;  // null: nothing is logged
    Stream stream_;
    asio::steady_timer wake_;
    asio::steady_timer room_;    // for answers
    asio::steady_timer expiry_;  // of the first subscription to expire
    std::deque<Outgoing> outbox_;
    std::size_t answers_ = 0;  // in it, or being written
    std::map<std::string, std::unique_ptr<Channel>> subscriptions_;
    std::string last_turn_;  // the subscription that had it
    std::string notice_;
    std::int64_t writing_since_ns_ = 0;
    std::optional<websocket::close_code> breach_;
    bool ended_ = false;
    bool closed_ = false;
};

}  // namespace

bool is_websocket_upgrade(const Request& request) {
    return websocket::is_upgrade(request.message);
}

asio::awaitable<void> serve_websocket(Shard& shard, std::unique_ptr<Wire> wire, Request request, Admission::Pass pass,
                                      std::unique_ptr<LastingEntry> entry) {
    const auto conversation =
        std::make_shared<Conversation>(shard, std::move(wire), std::move(request), std::move(entry));
    try {
        co_await conversation->accept();
        asio::co_spawn(shard.io(), conversation->read_all(),
                       [conversation](const std::exception_ptr&) { conversation->end(); });
        co_await conversation->write_all();
    } catch (const boost::system::system_error&) {
        // The client is gone or broke the protocol; Beast has told it what it could.
    }
    conversation->close();
    pass = Admission::Pass();
}

}  // namespace matchpoint::http
