// One client of an event stream: a wire, a source, and the rest of at most one event that the socket did not take.
// Nothing else is kept for a client, however slow it is. One shard's thread owns it; it lives while an operation on its
// wire is under way, and close() ends those.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/access_log.h"
#include "http/admission.h"
#include "http/fan_out.h"
#include "http/log/source.h"
#include "http/metrics.h"
#include "http/wire.h"

namespace matchpoint::http {

// What the connections of a shard share.
struct StreamHost {
    ReadyQueue ready;
    ShardMetrics metrics;
    // Room to work in, for one flush at a time.
    Gathered gathered;
    std::vector<iovec> pieces;
};

// A reader's entry in a fan-out, taken out when this goes.
class Subscription {
  public:
    Subscription(FanOut& fan_out, std::shared_ptr<const Filter> filter, Reader& reader)
        : fan_out_(&fan_out), filter_(std::move(filter)), reader_(&reader) {
        fan_out_->add(*reader_, *filter_);
    }
    Subscription(Subscription&& other) noexcept
        : fan_out_(std::exchange(other.fan_out_, nullptr)), filter_(std::move(other.filter_)), reader_(other.reader_) {}
    Subscription& operator=(Subscription&&) = delete;
    ~Subscription() {
        if (fan_out_ != nullptr) fan_out_->remove(*reader_, *filter_);
    }

  private:
    FanOut* fan_out_;
    std::shared_ptr<const Filter> filter_;
    Reader* reader_;
};

using ConnectionHook = boost::intrusive::list_base_hook<boost::intrusive::tag<struct AllConnections>,
                                                        boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class StreamConnection final : public Reader,
                               public ConnectionHook,
                               public std::enable_shared_from_this<StreamConnection> {
  public:
    enum class Coding : std::uint8_t { kChunked, kPlain };

    // `pass` is kept as long as the connection.
    StreamConnection(StreamHost& host, std::unique_ptr<Wire> wire, Coding coding, Admission::Pass pass);
    ~StreamConnection() override;

    // Before start(); a source may need the reader it is for.
    void read_from(std::unique_ptr<Source> source) { source_ = std::move(source); }
    void subscribe(FanOut& fan_out, std::shared_ptr<const Filter> filter);
    // Written when this goes. May be null.
    void log_to(std::unique_ptr<LastingEntry> entry) { entry_ = std::move(entry); }
    // Until this goes, or until something else is kept.
    void keep(std::shared_ptr<void> thing) { kept_ = std::move(thing); }
    // Writes `head`, the answer's header, and goes on with what the source has.
    void start(std::string head);
    void flush() override;
    [[nodiscard]] bool waiting() const override { return source_ != nullptr && source_->waiting(); }
    // A comment, if nothing has been written since the last beat; it keeps proxies from closing the connection, and
    // moves a cursor on whose filter lets nothing pass.
    void beat();
    // The comment reaches the client unless it is in the middle of an event.
    void comment(std::string_view text);
    // Tells the client when to come back, ends the stream and closes.
    void finish(std::uint32_t retry_ms);
    void close();
    // Beats in a row during which the client took none of what waited.
    [[nodiscard]] unsigned beats_stalled() const { return beats_stalled_; }

  private:
    // Bytes that must come first: the header, or what the socket did not take of an event.
    struct Pending {
        std::shared_ptr<const void> owner;
        std::string_view rest;
    };
    [[nodiscard]] bool flush_pending();
    // True if the socket took all.
    [[nodiscard]] bool write_gathered();
    void account(std::size_t bytes);
    void send(std::shared_ptr<const std::string> bytes);
    void wait_writable();
    void wait_closed();
    [[nodiscard]] std::string_view bytes_of(const Frame& frame) const {
        return coding_ == Coding::kChunked ? frame.chunked() : frame.plain();
    }

    StreamHost& host_;
    Admission::Pass pass_;
    std::shared_ptr<void> kept_;
    std::unique_ptr<LastingEntry> entry_;
    std::unique_ptr<Wire> wire_;
    std::unique_ptr<Source> source_;
    std::vector<Subscription> subscriptions_;
    Pending pending_;
    Coding coding_;
    bool waiting_ = false;  // for the socket to take more
    bool wrote_ = false;    // since the last beat
    bool finishing_ = false;
    std::uint8_t beats_stalled_ = 0;
};

}  // namespace matchpoint::http
