// Checks every record that the clients of one swarm are sent: nothing damaged, of each match every version once and in
// order from the first that came, and nothing that was not asked for. Times what was published after the mark.
// Fed by its swarm's thread; the counters can be read from others.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "tests/bench/gateway/bench_record.h"
#include "tests/bench/gateway/histogram.h"
#include "tests/bench/gateway/swarm.h"

namespace matchpoint::bench {

struct CheckCounts {
    std::atomic<std::uint64_t> delivered{0};  // of what was published after a mark; only ever grows
    std::atomic<std::uint64_t> lost{0};
    std::atomic<std::uint64_t> doubled{0};
    std::atomic<std::uint64_t> damaged{0};
    std::atomic<std::uint64_t> unasked{0};
    std::atomic<std::int64_t> first_published_ns{0};  // after the mark
    std::atomic<std::int64_t> last_received_ns{0};
};

class StreamChecker final : public SwarmListener {
  public:
    static constexpr std::uint32_t kAll = ~0U;

    // Of so many matches; a client whose snapshot is to be timed must see each of `snapshot` keys, 0 if none is.
    StreamChecker(std::uint32_t matches, std::uint32_t snapshot) : matches_(matches), snapshot_(snapshot) {}
    // The next client's stream: of one match, or kAll.
    void add_client(std::uint32_t match);

    void on_event(std::size_t client, const Event& event, std::int64_t received_ns) override;
    void on_open(std::size_t client) override;

    // Only what is published from now on is counted and timed. Any thread, while nothing is being published.
    void mark(std::int64_t now_ns) { mark_ns_.store(now_ns); }

    [[nodiscard]] const CheckCounts& counts() const { return counts_; }
    [[nodiscard]] const Histogram& latency() const { return latency_; }
    // From when the swarm began until each client had its snapshot.
    [[nodiscard]] const Histogram& snapshots() const { return snapshots_; }
    [[nodiscard]] std::uint64_t snapshots_done() const { return snapshots_done_.load(); }
    void began(std::int64_t now_ns) { began_ns_ = now_ns; }

  private:
    struct Client {
        std::uint32_t match = kAll;
        std::uint32_t seen = 0;           // keys
        std::vector<std::uint32_t> last;  // seq of each match, or of the one; 0 before the first
    };
    void take(Client& client, const BenchRecord& record, std::int64_t received_ns);
    void time(const BenchRecord& record, std::int64_t received_ns);
    void follow_mark();

    const std::uint32_t matches_;
    const std::uint32_t snapshot_;
    std::vector<Client> clients_;
    std::int64_t began_ns_ = 0;
    std::int64_t marked_ns_ = 0;
    std::atomic<std::int64_t> mark_ns_{0};
    CheckCounts counts_;
    Histogram latency_;
    Histogram snapshots_;
    std::atomic<std::uint64_t> snapshots_done_{0};
};

}  // namespace matchpoint::bench
