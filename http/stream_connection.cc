#include "http/stream_connection.h"

#include <array>

#include <fmt/format.h>

namespace matchpoint::http {
namespace {

// Events in one write. Few enough that the others' turn comes soon, enough that the system call costs little.
constexpr std::size_t kEventsAWrite = 256;
constexpr int kWritesATurn = 4;
constexpr std::uint8_t kMostBeats = 250;

std::shared_ptr<const std::string> coded(std::string_view event, StreamConnection::Coding coding) {
    const Frame frame(event);
    return std::make_shared<const std::string>(coding == StreamConnection::Coding::kChunked ? frame.chunked()
                                                                                            : frame.plain());
}

}  // namespace

StreamConnection::StreamConnection(StreamHost& host, std::unique_ptr<Wire> wire, Coding coding, Admission::Pass pass)
    : host_(host), pass_(std::move(pass)), wire_(std::move(wire)), coding_(coding) {
    host_.metrics.streams.add();
}

StreamConnection::~StreamConnection() {
    host_.metrics.streams.sub();
}

void StreamConnection::subscribe(FanOut& fan_out, std::shared_ptr<const Filter> filter) {
    subscriptions_.emplace_back(fan_out, std::move(filter), *this);
}

void StreamConnection::start(std::string head) {
    wait_closed();
    send(std::make_shared<const std::string>(std::move(head)));
    flush();
}

// Whatever the client sends now is not looked at; the end of input is what counts.
void StreamConnection::wait_closed() {
    wire_->when_readable([self = shared_from_this()](boost::system::error_code error) {
        if (error) return self->close();
        std::array<char, 512> ignored{};
        if (self->wire_->read(ignored.data(), ignored.size()).status == Wire::Status::kClosed) return self->close();
        self->wait_closed();
    });
}

void StreamConnection::wait_writable() {
    host_.metrics.stalls.add();
    waiting_ = true;
    wire_->when_writable([self = shared_from_this()](boost::system::error_code error) {
        self->waiting_ = false;
        if (error) return self->close();
        self->beats_stalled_ = 0;
        self->flush();
    });
}

void StreamConnection::flush() {
    if (waiting_ || !wire_->open()) return;
    if (!flush_pending()) return;
    if (finishing_) return close();
    for (int turn = 0; turn < kWritesATurn; ++turn) {
        source_->collect(kEventsAWrite, host_.gathered);
        if (host_.gathered.items.empty()) {
            source_->given_all(host_.gathered);
            return;
        }
        if (!write_gathered()) return;
        source_->given_all(host_.gathered);
    }
    host_.ready.push(*this);
}

bool StreamConnection::flush_pending() {
    if (pending_.rest.empty()) return true;
    const iovec piece = piece_of(pending_.rest);
    const Wire::Transfer transfer = wire_->write({&piece, 1});
    account(transfer.bytes);
    pending_.rest.remove_prefix(transfer.bytes);
    if (pending_.rest.empty()) {
        pending_.owner.reset();
        return true;
    }
    if (transfer.status == Wire::Status::kClosed) {
        close();
    } else {
        wait_writable();
    }
    return false;
}

bool StreamConnection::write_gathered() {
    const auto& items = host_.gathered.items;
    auto& pieces = host_.pieces;
    pieces.clear();
    for (const Item& item : items) {
        // An event of which the client is to know nothing takes no bytes.
        pieces.push_back(piece_of(item.frame != nullptr ? bytes_of(*item.frame) : std::string_view()));
    }
    const Wire::Transfer transfer = wire_->write(pieces);
    account(transfer.bytes);
    std::size_t left = transfer.bytes;
    std::size_t done = 0;
    while (done < items.size() && left >= pieces[done].iov_len) {
        left -= pieces[done].iov_len;
        if (items[done].kind == Item::Kind::kRecord) host_.metrics.events.add();
        source_->given(items[done++]);
    }
    if (done == items.size()) return true;
    if (transfer.status == Wire::Status::kClosed) {
        close();
        return false;
    }
    if (left > 0) {
        // The rest of an event that has begun must follow: this much is kept, and it counts as given.
        const Item& item = items[done];
        pending_ = {item.share(), bytes_of(*item.frame).substr(left)};
        if (item.kind == Item::Kind::kRecord) host_.metrics.events.add();
        source_->given(item);
    }
    wait_writable();
    return false;
}

void StreamConnection::account(std::size_t bytes) {
    if (bytes == 0) return;
    wrote_ = true;
    if (entry_) entry_->entry.bytes += bytes;
    host_.metrics.bytes.add(bytes);
    host_.metrics.writes.add();
}

// Only where nothing is pending.
void StreamConnection::send(std::shared_ptr<const std::string> bytes) {
    pending_.rest = *bytes;
    pending_.owner = std::move(bytes);
}

void StreamConnection::beat() {
    if (waiting_) {
        if (beats_stalled_ < kMostBeats) ++beats_stalled_;
        return;
    }
    if (!std::exchange(wrote_, false)) comment("");
    wrote_ = false;
    host_.ready.push(*this);
}

void StreamConnection::comment(std::string_view text) {
    if (waiting_ || !pending_.rest.empty() || !wire_->open()) return;
    send(coded(text.empty() ? std::string(":\n") : fmt::format(": {}\n", text), coding_));
    (void)flush_pending();
}

void StreamConnection::finish(std::uint32_t retry_ms) {
    if (finishing_ || !wire_->open()) return;
    finishing_ = true;
    // In the middle of an event there is no place for more: the client sees the connection end.
    if (pending_.rest.empty()) {
        std::string last = *coded(fmt::format("retry: {}\n", retry_ms), coding_);
        if (coding_ == Coding::kChunked) last += "0\r\n\r\n";
        send(std::make_shared<const std::string>(std::move(last)));
    }
    if (!waiting_) flush();
}

void StreamConnection::close() {
    subscriptions_.clear();
    if (ConnectionHook::is_linked()) ConnectionHook::unlink();
    auto* queued = static_cast<Reader*>(this);
    if (queued->is_linked()) queued->unlink();
    wire_->close();
}

}  // namespace matchpoint::http
