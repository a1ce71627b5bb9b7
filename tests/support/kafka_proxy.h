// Stands between Kafka's clients and a broker (KafkaBroker::Options::proxy_port) and makes the network fail on command.
// It tells requests and answers apart by their kind, so a test can say what gets lost. Commands: any thread. Everything
// passes at first.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace matchpoint::testing {

class KafkaProxy {
  public:
    // Kinds of requests, by their numbers in the protocol.
    enum class Api : std::int16_t {
        kProduce = 0,
        kOffsetCommit = 8,
        kHeartbeat = 12,
        kInitProducerId = 22,
        kAddPartitionsToTxn = 24,
        kAddOffsetsToTxn = 25,
        kEndTxn = 26,
        kTxnOffsetCommit = 28,
    };

    KafkaProxy();  // listens on a free port of 127.0.0.1
    ~KafkaProxy();
    KafkaProxy(const KafkaProxy&) = delete;
    KafkaProxy& operator=(const KafkaProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::string address() const;
    // Where the broker's own listener is; new connections go there.
    void forward_to(std::uint16_t port);

    // The next request of the kind does not reach the broker: its connection is cut.
    void cut_before(Api api);
    // It does, and the broker has done what it asks, but the answer is lost: the connection is cut instead.
    void cut_after(Api api);
    // Answers to such requests do not pass, nor does what follows them on their connections, until pass().
    void hold_answers(Api api);
    // Nothing passes, in either direction, until pass(). Connections are taken all the same.
    void black_hole();
    // Such requests do not reach the broker any more, until pass(): they are answered with this body instead.
    void answer_instead(Api api, std::string body);
    // Everything passes again, what was held back too.
    void pass();
    // Cuts all connections there are.
    void cut();

    // How many such requests have come, and how many of the failures asked for have happened.
    [[nodiscard]] std::int64_t requests(Api api) const;
    [[nodiscard]] std::int64_t failures() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace matchpoint::testing
