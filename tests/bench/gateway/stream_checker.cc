#include "tests/bench/gateway/stream_checker.h"

namespace matchpoint::bench {
namespace {

void bump(std::atomic<std::uint64_t>& count) {
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace

void StreamChecker::add_client(std::uint32_t match) {
    clients_.push_back({match, 0, {}});
}

void StreamChecker::on_open(std::size_t client) {
    clients_[client].last.resize(clients_[client].match == kAll ? matches_ : 1);
}

void StreamChecker::on_event(std::size_t client, const Event& event, std::int64_t received_ns) {
    follow_mark();
    // A record is a message; durable-streams sends them as `data`, in arrays, and tells its offsets as `control`.
    if (event.name != "message" && event.name != "data") return;
    std::string_view text = event.data;
    if (text.starts_with('[')) text.remove_prefix(1);
    while (text.size() > 1) {
        const auto record = take_record(text);
        if (!record || record->match >= matches_) return bump(counts_.damaged);
        take(clients_[client], *record, received_ns);
        if (text.starts_with(',')) text.remove_prefix(1);
    }
}

void StreamChecker::take(Client& client, const BenchRecord& record, std::int64_t received_ns) {
    if (client.match != kAll && client.match != record.match) return bump(counts_.unasked);
    std::uint32_t& last = client.last[client.match == kAll ? record.match : 0];
    if (last == 0 && ++client.seen == snapshot_) {
        snapshots_.add(received_ns - began_ns_);
        snapshots_done_.fetch_add(1);
    }
    if (last != 0 && record.seq <= last) return bump(counts_.doubled);
    if (last != 0 && record.seq > last + 1) bump(counts_.lost);
    last = record.seq;
    if (record.published_ns >= marked_ns_) time(record, received_ns);
}

void StreamChecker::time(const BenchRecord& record, std::int64_t received_ns) {
    latency_.add(received_ns - record.published_ns);
    bump(counts_.delivered);
    const std::int64_t first = counts_.first_published_ns.load(std::memory_order_relaxed);
    if (first == 0 || record.published_ns < first)
        counts_.first_published_ns.store(record.published_ns, std::memory_order_relaxed);
    counts_.last_received_ns.store(received_ns, std::memory_order_relaxed);
}

void StreamChecker::follow_mark() {
    const std::int64_t mark = mark_ns_.load(std::memory_order_relaxed);
    if (mark == marked_ns_) return;
    marked_ns_ = mark;
    counts_.first_published_ns.store(0, std::memory_order_relaxed);
    latency_.clear();
}

}  // namespace matchpoint::bench
