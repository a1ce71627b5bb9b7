#include "http/shard.h"

#include <algorithm>
#include <chrono>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "http/log/multi_source.h"
#include "http/session.h"

namespace asio = boost::asio;

namespace matchpoint::http {
namespace {

// Readers written to before others on the thread get a turn.
constexpr int kReadersAPump = 128;
// The beat goes round in so many parts, so that thousands of comments are not written in one go.
constexpr int kBeatParts = 16;

}  // namespace

Shard::Shard(const Shared& shared)
    : shared_(shared),
      site_{shared.config,
            shared.assets,
            shared.clock,
            {},
            Leaderboards(host_.ready),
            Compressor{},
            shared.metrics_text,
            shared.ready,
            *shared.ingest,
            topics::ScoreEventDecoder(),
            host_.metrics,
            *shared.access,
            shared.tail} {
    for (const TopicSpec& topic : shared.topics) {
        site_.mirrors.push_back(std::make_unique<Mirror>(topic.name, topic.partitions, topic.options, host_.ready));
    }
}

Shard::~Shard() {
    stop();
    if (thread_.joinable()) thread_.join();
    while (!connections_.empty()) connections_.front().close();
}

std::uint16_t Shard::listen(std::uint16_t port, Security security) {
    const auto on_connection = [this, security](Socket socket) {
        host_.metrics.accepted.add();
        if (security == Security::kTls) {
            serve_on(std::make_unique<TlsWire>(std::move(socket), shared_.certificate->new_session()));
        } else {
            serve_on(std::make_unique<PlainWire>(std::move(socket)));
        }
    };
    const auto on_failure = [this](boost::system::error_code) { host_.metrics.accept_failures.add(); };
    listeners_.push_back(std::make_unique<Listener>(io_, config().address, port, on_connection, on_failure));
    return listeners_.back()->port();
}

void Shard::serve_on(std::unique_ptr<Wire> wire) {
    asio::co_spawn(io_, serve(*this, std::move(wire)), asio::detached);
}

void Shard::start() {
    for (const auto& listener : listeners_) listener->start();
    schedule_beat();
    thread_ = std::thread([this] { io_.run(); });
}

void Shard::stop() {
    if (stopped_.exchange(true)) return;
    work_.reset();
    io_.stop();
    room_.release();  // whoever waits to publish
}

void Shard::drain() {
    asio::post(io_, [this] {
        draining_ = true;
        for (const auto& listener : listeners_) listener->stop();
        std::size_t told = 0;
        for (auto it = connections_.begin(); it != connections_.end();) {
            StreamConnection& connection = *it++;
            const auto keep = connection.shared_from_this();
            // Spread over time, so that they do not all knock at the next gateway in one instant.
            const std::uint32_t spread =
                (static_cast<std::uint32_t>(++told) * 2'654'435'761U) % (2 * config().retry_ms + 1);
            connection.finish(config().retry_ms + spread);
        }
        for (SocketReader* socket : sockets_) host_.ready.push(*socket);
        schedule_pump();
    });
}

std::string Shard::no_memory() {
    if (!shared_.memory->full()) return {};
    return fmt::format("the gateway uses all the memory it may have (limits.memory.bytes={}); try again later",
                       shared_.memory->most());
}

Admission::Pass Shard::enter(const std::string& peer, std::string& why) {
    Counter& open = host_.metrics.connections;
    auto admitted =
        config().proxies.trusts(peer) ? shared_.admission->admit_proxy(open) : shared_.admission->admit(peer, open);
    if (admitted.for_address) {
        refuse_address(why);
    } else if (!admitted.pass) {
        host_.metrics.refused.add();
        host_.metrics.refused_number.add();
        why = "too many connections; try again later";
    }
    return std::move(admitted.pass);
}

bool Shard::enter_for(Admission::Pass& pass, const std::string& client, std::string& why) {
    const bool entered = pass.belong_to(client);
    if (!entered) refuse_address(why);
    return entered;
}

void Shard::refuse_address(std::string& why) {
    host_.metrics.refused.add();
    host_.metrics.refused_address.add();
    why = "too many connections from this address; try again later";
}

bool Shard::publish(std::shared_ptr<const Batch> batch) {
    room_.acquire();
    if (stopped_.load()) return false;
    asio::post(io_, [this, batch = std::move(batch)] {
        apply(*batch);
        room_.release();
    });
    return true;
}

void Shard::apply(const Batch& batch) {
    Mirror& mirror = *site_.mirrors.at(batch.topic);
    const bool ranks = shared_.topics[batch.topic].leaderboard;
    mirror.log.ensure_partitions(batch.partitions);
    if (batch.restart) {
        mirror.log.restart();
        mirror.all.reset();
        mirror.fan_out.wake_all();
        if (ranks) site_.leaderboards.clear();
    }
    if (!batch.begins.empty()) mirror.log.begin_at(batch.begins);
    for (const RecordPtr& record : batch.records) {
        if (!mirror.log.append(record)) continue;
        if (ranks) site_.leaderboards.apply(*record);
        if (!mirror.log.caught_up()) continue;
        const Log::Slot& slot = mirror.log.slot(mirror.log.head());
        slot.tags->key_only ? mirror.fan_out.wake_all() : mirror.fan_out.wake(*slot.tags);
        if (slot.former != nullptr) mirror.fan_out.wake(*slot.former);
    }
    if (!batch.ends.empty()) mirror.log.read_to(batch.ends);
    host_.metrics.records.add(batch.records.size());
    std::size_t bytes = 0;
    for (const auto& each : site_.mirrors) bytes += std::max(each->log.ring_bytes(), each->log.latest_bytes());
    host_.metrics.mirror_bytes.set(bytes);
    if (!batch.records.empty() && mirror.log.caught_up()) mirror.fan_out.wake_unfiltered();
    if (ranks) site_.leaderboards.publish();
    if (batch.caught_up && !mirror.log.caught_up()) {
        mirror.log.set_caught_up();
        mirror.fan_out.wake_all();
        if (ranks) site_.leaderboards.set_caught_up();
    }
    wake_resuming();
    if (!batch.notice.empty()) tell_all(batch.notice);
    if (oldest_arrival_ns_ == 0 && !host_.ready.empty()) oldest_arrival_ns_ = batch.arrived_ns;
    schedule_pump();
}

void Shard::schedule_pump() {
    if (pump_scheduled_ || host_.ready.empty()) return;
    pump_scheduled_ = true;
    asio::post(io_, [this] { pump(); });
}

void Shard::pump() {
    pump_scheduled_ = false;
    for (int i = 0; i < kReadersAPump && !host_.ready.empty(); ++i) host_.ready.pop().flush();
    if (host_.ready.empty() && oldest_arrival_ns_ != 0) {
        const std::int64_t took_ns = shared_.clock.monotonic_ns() - oldest_arrival_ns_;
        host_.metrics.fan_out.observe_us(static_cast<std::uint64_t>(std::max<std::int64_t>(0, took_ns / 1000)));
        oldest_arrival_ns_ = 0;
    }
    schedule_pump();
}

std::unique_ptr<Source> Shard::make_source(const StreamRequest& request, Reader& reader) {
    if (request.topics.empty()) {
        return std::make_unique<LeaderboardSource>(site_.leaderboards.watch(request.sport, request.top), reader);
    }
    const std::string& id = request.start.last_event_id;
    // Where each part of the id is one of these topics', the client has been given nothing yet of those that are not in
    // it, since they were empty or its turn had not come: it has nothing to forget.
    const auto parts = std::count_if(request.topics.begin(), request.topics.end(), [&](const Mirror* mirror) {
        return !event_id_part(mirror->log.topic(), id).empty();
    });
    const bool whole = parts == 1 + std::count(id.begin(), id.end(), '.');
    const auto source_of = [&](const Mirror& mirror) {
        Start start = request.start;
        if (whole && event_id_part(mirror.log.topic(), id).empty()) start.last_event_id.clear();
        return std::make_unique<LogSource>(mirror.log, request.filter, std::move(start), shared_.clock);
    };
    if (request.topics.size() == 1) return source_of(*request.topics.front());
    auto all = std::make_unique<MultiSource>();
    for (const Mirror* mirror : request.topics) {
        all->add(mirror->log.topic(), source_of(*mirror), id);
    }
    return all;
}

void Shard::begin_stream(std::unique_ptr<Wire> wire, StreamRequest request, bool chunked, Admission::Pass pass,
                         std::unique_ptr<LastingEntry> entry) {
    const auto coding = chunked ? StreamConnection::Coding::kChunked : StreamConnection::Coding::kPlain;
    const auto connection = std::make_shared<StreamConnection>(host_, std::move(wire), coding, std::move(pass));
    connection->read_from(make_source(request, *connection));
    for (Mirror* mirror : request.topics) connection->subscribe(mirror->fan_out, request.filter);
    connections_.push_back(*connection);
    connection->log_to(std::move(entry));
    if (request.expires_ms) {
        const auto place = expiring_.emplace(*request.expires_ms, connection.get());
        connection->keep(std::shared_ptr<void>(nullptr, [this, place](void*) { expiring_.erase(place); }));
    }
    std::string head = serialize_stream_head(request.head, chunked);
    // No blank line behind what is no event: some clients would make an empty event of it (README).
    std::string first = fmt::format("retry: {}\n", config().retry_ms);
    if (const auto seconds = site_.away_s()) {
        first += fmt::format(": {}\n", away_notice(*seconds));
    }
    const Frame hello(first);
    head += chunked ? hello.chunked() : hello.plain();
    connection->start(std::move(head));
    resume_when_reached(connection);
    if (draining_) connection->finish(config().retry_ms);
    schedule_pump();
}

void Shard::resume_when_reached(const std::shared_ptr<Reader>& reader) {
    constexpr std::chrono::milliseconds kAndThen{20};
    if (!reader->waiting()) return;
    resuming_.push_back(reader);
    const auto timer =
        std::make_shared<asio::steady_timer>(io_, std::chrono::nanoseconds(Start{}.longest_wait_ns) + kAndThen);
    timer->async_wait([this, timer, weak = std::weak_ptr(reader)](boost::system::error_code aborted) {
        const auto waiting = aborted ? nullptr : weak.lock();
        if (waiting == nullptr) return;
        host_.ready.push(*waiting);
        schedule_pump();
    });
}

void Shard::wake_resuming() {
    std::erase_if(resuming_, [this](const std::weak_ptr<Reader>& each) {
        const auto reader = each.lock();
        if (reader == nullptr || !reader->waiting()) return true;
        host_.ready.push(*reader);
        return false;
    });
}

void Shard::end_expired() {
    const std::int64_t now_ms = shared_.clock.now().value();
    while (!expiring_.empty() && expiring_.begin()->first <= now_ms) {
        const auto connection = expiring_.begin()->second->shared_from_this();
        connection->keep(nullptr);  // takes it out of here
        host_.metrics.expired.add();
        connection->comment("the token has expired");
        connection->finish(config().retry_ms);
    }
}

void Shard::tell_all(std::string_view text) {
    for (SocketReader* socket : sockets_) socket->tell(text);
    for (auto it = connections_.begin(); it != connections_.end();) {
        const auto keep = (it++)->shared_from_this();
        keep->comment(text);
    }
}

void Shard::schedule_beat() {
    beat_timer_.expires_after(std::chrono::milliseconds(std::max<std::int64_t>(1, config().heartbeat_ms / kBeatParts)));
    beat_timer_.async_wait([this](boost::system::error_code aborted) {
        if (aborted) return;
        end_expired();
        drop_stalled_sockets();
        beat();
        schedule_beat();
    });
}

void Shard::drop_stalled_sockets() {
    const std::int64_t longest_ns = config().limits.stall_timeout_ms * 1'000'000;
    const std::int64_t now_ns = shared_.clock.monotonic_ns();
    for (SocketReader* socket : sockets_) {
        const std::int64_t since_ns = socket->writing_since_ns();
        if (since_ns == 0 || now_ns - since_ns <= longest_ns) continue;
        host_.metrics.stalled_closed.add();
        socket->drop();
    }
}

// The part of the connections whose turn it is: from the front to the back of the list.
void Shard::beat() {
    beat_credit_ += host_.metrics.streams.value();
    std::size_t left = beat_credit_ / kBeatParts;
    beat_credit_ %= kBeatParts;
    const auto most_stalled =
        static_cast<unsigned>(config().limits.stall_timeout_ms / std::max<std::int64_t>(1, config().heartbeat_ms));
    for (; left > 0 && !connections_.empty(); --left) {
        const auto connection = connections_.front().shared_from_this();
        connections_.pop_front();
        connections_.push_back(*connection);
        connection->beat();
        if (connection->beats_stalled() > std::min(most_stalled, 249U)) {
            host_.metrics.stalled_closed.add();
            connection->close();
        }
    }
    schedule_pump();
}

}  // namespace matchpoint::http
