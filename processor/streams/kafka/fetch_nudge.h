// Makes a consumer's fetchers look at their queue again in time. Private to this folder; the consumer's thread.
//
// A fetcher that has found enough queued (queued.min.messages, queued.max.messages.kbytes) sleeps for up to a second,
// and librdkafka 2.0 wakes it for nothing else than I/O: a reader that takes less than a second for what is queued
// then finds the queue empty for the rest of it. Later versions have fetch.queue.backoff.ms. Here the one call of the
// public interface that wakes the threads of a consumer's brokers is made whenever a part of the queue has been read:
// rd_kafka_sasl_set_credentials, with the credentials that are set already, or none where SASL is not in use.
// With GSSAPI or OAUTHBEARER it is left alone. A rebalance pauses all partitions until it is answered; that they go on
// then is as little told to the fetchers, which have nothing to wait for meanwhile.
#pragma once

#include <string>

#include "processor/streams/kafka/config.h"
#include "processor/streams/kafka/handles.h"

namespace matchpoint::streams::kafka {

class FetchNudge {
  public:
    static constexpr int kRecordsBetween = 2000;
    // Until so many records have come without a gap no fetcher can have found enough: at low rates nothing is woken.
    static constexpr int kShortestRun = 500;

    [[nodiscard]] static bool possible(const KafkaConfig& config);

    void set_up(rd_kafka_t* rk, const KafkaConfig& config);
    void took_one() {
        ++run_;
        if (++taken_ >= kRecordsBetween) [[unlikely]]
            nudge();
    }
    // The queue is empty.
    void drained() {
        if (run_ >= shortest_run_) nudge();
        run_ = 0;
    }

    // Partitions that were paused go on.
    void resumed() { nudge(); }

  private:
    void nudge();

    rd_kafka_t* rk_ = nullptr;
    bool possible_ = false;
    std::string username_;
    std::string password_;
    int shortest_run_ = kShortestRun;
    int taken_ = 0;  // since the last nudge
    int run_ = 0;    // since the queue was empty
};

}  // namespace matchpoint::streams::kafka
