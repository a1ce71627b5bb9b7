// The output of a topology under test, kept in memory: every topic exists and has one partition. One thread.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "processor/streams/testing/test_record.h"
#include "processor/streams/topology/task_services.h"

namespace matchpoint::streams {

class TestCollector final : public RecordCollector {
  public:
    // RecordCollector
    [[nodiscard]] SinkTopic resolve(std::string_view topic) override;
    void send(SinkTopic topic, Partition partition, const OutputRecord& record) override;

    // What was sent since the last call, in order.
    [[nodiscard]] std::vector<ProducedRecord> take_sent() { return std::exchange(sent_, {}); }

  private:
    std::vector<std::string> topics_;
    std::map<std::string, std::int32_t, std::less<>> handles_;
    std::vector<std::int64_t> next_offsets_;
    std::vector<ProducedRecord> sent_;
};

}  // namespace matchpoint::streams
