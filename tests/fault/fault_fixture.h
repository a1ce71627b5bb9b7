// What the fault tests share: a broker behind a proxy that looks for expired transactions often, programs that count,
// input that never ceases, and a look at what is open. Main thread only.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "tests/processor/streams/runtime/application_fixture.h"
#include "tests/support/child_process.h"
#include "tests/support/kafka_proxy.h"

namespace matchpoint::streams {

using testing::ChildProcess;
using testing::KafkaProxy;

inline constexpr int kKeys = 40;
inline constexpr std::int32_t kPartitions = 4;
// What an orderly end may take, whatever Kafka does; a container is killed after ten seconds by default.
inline constexpr seconds kEnd{10};

// A record of each key, again and again, until stop().
class Feed {
  public:
    explicit Feed(std::string topic);
    ~Feed();
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    // How many records each key has been given in all.
    int stop();
    [[nodiscard]] int rounds() const { return rounds_; }

  private:
    void run(const std::string& topic);
    std::atomic<bool> stopping_{false};
    std::atomic<int> rounds_{0};
    std::thread thread_;
};

class Fault : public Application {
  protected:
    static void SetUpTestSuite();
    void SetUp() override;
    void TearDown() override;
    [[nodiscard]] static KafkaBroker& broker();
    [[nodiscard]] static KafkaProxy& proxy();
    // On the same port, the proxy included.
    static void restart_broker();

    [[nodiscard]] std::unique_ptr<ChildProcess> start_client(const std::string& name,
                                                             const StreamsConfig::Map& more = {}) const;
    // Freezes the client at a moment when it has records in an open transaction.
    void freeze_in_transaction(const ChildProcess& client) const;
    // The first record of an open transaction in each partition of the output, where there is one.
    [[nodiscard]] std::map<TopicPartition, std::int64_t> open_transactions() const;
    // Has the group committed as far as the input reaches now?
    [[nodiscard]] bool caught_up();
    // How many members share the partitions evenly; 0 while they do not.
    [[nodiscard]] std::size_t members();
    [[nodiscard]] std::int64_t input_records();
    // Sends SIGTERM and expects an orderly end within kEnd; what it took is printed.
    void expect_end(ChildProcess& client, const std::string& when) const;

    std::string in_;
    std::string out_;
};

}  // namespace matchpoint::streams
