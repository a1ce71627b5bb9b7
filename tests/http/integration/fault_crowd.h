// A crowd of clients with EventSource semantics that check all they are told, and what is written for them to be told.
// The crowd's listener runs on the swarm's thread; what the test reads meanwhile is atomic.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "processor/streams/kafka/producer.h"
#include "tests/bench/gateway/swarm.h"
#include "tests/support/kafka_broker.h"

namespace matchpoint::http::testing {

inline constexpr int kMatches = 60;

std::string crowd_match(int match);  // "c-07"
std::string crowd_sport(int match);

// Writes versions 1, 2, 3, … of every match in turn, from a thread of its own, until finish() has written the last.
class StateWriter {
  public:
    StateWriter(const matchpoint::testing::KafkaBroker& broker, int records_a_second);
    ~StateWriter();
    StateWriter(const StateWriter&) = delete;
    StateWriter& operator=(const StateWriter&) = delete;
    void finish();
    [[nodiscard]] std::uint64_t written() const { return written_.load(); }
    // The last state of a match, once it is finished.
    [[nodiscard]] std::string last_of(const std::string& match) const;

  private:
    void run();
    void write(int match, bool last);

    streams::kafka::Producer producer_;
    streams::kafka::TopicHandle topic_;
    const int rate_;
    std::vector<int> seqs_ = std::vector<int>(kMatches);
    mutable std::mutex mutex_;
    std::map<std::string, std::string> last_;
    std::atomic<bool> finishing_{false};
    std::atomic<std::uint64_t> written_{0};
    std::thread thread_;
};

class Crowd final : public bench::SwarmListener {
  public:
    Crowd(const StateWriter& writer, std::uint16_t port);
    ~Crowd() override;
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    // Clients of `path`, who are to be told of these matches and no others.
    void add(std::size_t clients, const std::string& path, const std::set<int>& matches);
    void start();
    // They go where the port is now, with the ids they have.
    void redirect(std::uint16_t port) { swarm_.redirect(port); }
    [[nodiscard]] std::size_t size() const { return swarm_.size(); }
    [[nodiscard]] std::size_t open() const { return swarm_.open(); }
    [[nodiscard]] std::uint64_t ends() const { return swarm_.ends(); }
    [[nodiscard]] std::uint64_t events() const { return events_.load(); }
    // Clients that have the last state of each of their matches.
    [[nodiscard]] std::size_t finished() const { return finished_.load(); }
    // Ends the clients; what they found wrong, the first hundred.
    std::vector<std::string> stop();

    void on_event(std::size_t client, const bench::Event& event, std::int64_t received_ns) override;

  private:
    struct Client {
        const std::set<int>* matches = nullptr;
        std::vector<int> last = std::vector<int>(kMatches);
        std::size_t left = 0;  // matches whose last state has not come
    };
    void wrong(std::size_t client, const std::string& what);

    const StateWriter& writer_;
    bench::Swarm swarm_;
    std::vector<Client> clients_;
    std::vector<std::unique_ptr<std::set<int>>> sets_;
    std::vector<std::string> wrongs_;
    std::atomic<std::uint64_t> events_{0};
    std::atomic<std::size_t> finished_{0};
    std::thread thread_;
};

}  // namespace matchpoint::http::testing
