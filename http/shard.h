// A thread with everything it needs to serve its connections: mirrors of the topics, leaderboards, an io_context.
// Shards share nothing but immutable records, so there is no lock on the way from a record to a socket. The tail hands
// each batch to every shard; a bounded number of batches waits in each.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include "http/access_log.h"
#include "http/admission.h"
#include "http/batch.h"
#include "http/listener.h"
#include "http/memory_guard.h"
#include "http/router.h"
#include "http/site.h"
#include "http/stream_connection.h"
#include "http/tls.h"

namespace matchpoint::http {

// A WebSocket, as its shard sees it.
class SocketReader : public Reader {
  public:
    // Soon, and once.
    virtual void tell(std::string_view notice) = 0;
    // Since when the client has not taken the message that is being written; 0 while none is.
    [[nodiscard]] virtual std::int64_t writing_since_ns() const = 0;
    // Ends it without a word.
    virtual void drop() = 0;
};

// What all shards of a gateway share; outlives them.
struct Shared {
    Config config;
    Assets assets;
    const streams::Clock& clock;
    std::vector<TopicSpec> topics;
    std::unique_ptr<Admission> admission;
    std::unique_ptr<TlsCertificate> certificate;  // null: no HTTPS
    std::function<std::string()> metrics_text;
    std::function<bool()> ready;
    std::unique_ptr<Ingest> ingest;
    std::unique_ptr<Access> access;
    std::unique_ptr<AccessLog> access_log;  // null: none
    std::unique_ptr<MemoryGuard> memory;
    const TailStatus& tail;
};

class Shard {
  public:
    explicit Shard(const Shared& shared);
    ~Shard();
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;

    // Binds the port, which other shards may have bound already. Returns the port. Throws boost::system::system_error.
    enum class Security : std::uint8_t { kPlain, kTls };
    std::uint16_t listen(std::uint16_t port, Security security);
    void start();
    // Ends streams with a hint when to come back and takes no more connections. Any thread.
    void drain();
    // Any thread; the destructor waits for the thread.
    void stop();

    // Hands over a batch; waits while too many wait already, false if the shard has stopped. Any one thread.
    [[nodiscard]] bool publish(std::shared_ptr<const Batch> batch);

    // On the shard's thread only.
    [[nodiscard]] boost::asio::io_context& io() { return io_; }
    [[nodiscard]] StreamHost& host() { return host_; }
    [[nodiscard]] Site& site() { return site_; }
    [[nodiscard]] const Config& config() const { return shared_.config; }
    [[nodiscard]] const streams::Clock& clock() const { return shared_.clock; }
    [[nodiscard]] bool draining() const { return draining_; }
    // `entry` may be null: nothing is logged.
    void begin_stream(std::unique_ptr<Wire> wire, StreamRequest request, bool chunked, Admission::Pass pass,
                      std::unique_ptr<LastingEntry> entry);
    // Why there is no memory for another connection; empty if there is.
    [[nodiscard]] std::string no_memory();
    // Counts a connection until the pass is gone; none if there are too many, and `why` says of what.
    [[nodiscard]] Admission::Pass enter(const std::string& peer, std::string& why);
    // The same for a request that a proxy brings for a client.
    [[nodiscard]] bool enter_for(Admission::Pass& pass, const std::string& client, std::string& why);
    [[nodiscard]] AccessLog* access_log() const { return shared_.access_log.get(); }

    [[nodiscard]] const ShardMetrics& metrics() const { return host_.metrics; }  // any thread

    [[nodiscard]] std::unique_ptr<Source> make_source(const StreamRequest& request, Reader& reader);
    // Gives a reader whose id may be ahead of a mirror its turn whenever a mirror has got further, and once it has
    // waited long enough.
    void resume_when_reached(const std::shared_ptr<Reader>& reader);
    // Woken when the shard drains, told what streams are told, dropped when it takes nothing for too long.
    void add_socket(SocketReader& socket) {
        sockets_.insert(&socket);
        host_.metrics.sockets.add();
    }
    void remove_socket(SocketReader& socket) {
        sockets_.erase(&socket);
        host_.metrics.sockets.sub();
    }

  private:
    static constexpr std::ptrdiff_t kMostWaitingBatches = 64;
    using Connections = boost::intrusive::list<StreamConnection, boost::intrusive::base_hook<ConnectionHook>,
                                               boost::intrusive::constant_time_size<false>>;

    void serve_on(std::unique_ptr<Wire> wire);
    void refuse_address(std::string& why);
    void apply(const Batch& batch);
    void pump();
    void schedule_pump();
    void beat();
    void schedule_beat();
    void wake_resuming();
    void drop_stalled_sockets();
    void tell_all(std::string_view text);
    void end_expired();

    const Shared& shared_;
    StreamHost host_;
    Site site_;
    std::multimap<std::int64_t, StreamConnection*> expiring_;  // by when their tokens do
    Connections connections_;
    std::vector<std::weak_ptr<Reader>> resuming_;
    std::unordered_set<SocketReader*> sockets_;
    std::counting_semaphore<2 * kMostWaitingBatches> room_{kMostWaitingBatches};
    std::atomic<bool> stopped_{false};
    bool pump_scheduled_ = false;
    bool draining_ = false;
    std::size_t beat_credit_ = 0;         // streams whose beat is due, in parts of a round
    std::int64_t oldest_arrival_ns_ = 0;  // of the batches whose readers have not all been written to
    boost::asio::io_context io_{1};       // after all that its handlers touch
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
    std::vector<std::unique_ptr<Listener>> listeners_;
    boost::asio::steady_timer beat_timer_{io_};
    std::thread thread_;
};

}  // namespace matchpoint::http
