#include <fmt/format.h>

#include "processor/streams/kafka/producer.h"
#include "tests/bench/engine/tool.h"

namespace matchpoint::bench {

using namespace streams::kafka;
using namespace std::chrono_literals;

void load(const std::string& bootstrap, const Load& what) {
    // One request in flight, as the simulator: see its README.
    Producer producer(
        {{"bootstrap.servers", bootstrap}, {"linger.ms", "20"}, {"max.in.flight.requests.per.connection", "1"}}, {});
    const TopicHandle topic = producer.topic("scores");
    std::string match;
    std::string value;
    const std::int64_t start_ms = now_us() / 1000;
    for (std::int64_t i = 0; i < what.count && !stopping(); ++i) {
        match = fmt::format("{}-{}", what.prefix, i % what.keys);
        // As the simulator's at its highest rate: a million events a second.
        write_event(value, match, i / what.keys + 1, start_ms + i / 1000);
        const OutgoingRecord record{
            .topic = topic, .key = match, .value = value, .timestamp = streams::Timestamp{start_ms + i / 1000}};
        while (producer.produce(record) == ProduceStatus::kQueueFull) producer.poll(10ms);
        if (i % 1000 == 0) producer.poll(0ms);
    }
    if (!producer.drain(60s)) throw std::runtime_error("Kafka does not take the load within 60 s");
    if (const auto failed = producer.take_delivery_error())
        throw std::runtime_error("load: " + failed->error.to_string());
}

}  // namespace matchpoint::bench
