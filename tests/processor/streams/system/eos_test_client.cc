// streams_eos_test_client simple|complex key=value …: what Kafka's own EosTestClient is, on our public API, for Kafka's
// StreamsEosTest to verify. Its topics, serdes, group and output lines are the original's; arguments are settings of
// the engine.
#include <cstdio>
#include <cstring>
#include <limits>
#include <thread>

#include <spdlog/sinks/stdout_color_sinks.h>

#include "processor/streams/runtime/kafka_streams.h"
#include "processor/streams/topology/dsl/streams_builder.h"
#include "tests/support/termination.h"

using namespace matchpoint::streams;
using matchpoint::testing::Termination;
using namespace std::chrono_literals;

namespace {

using Key = std::string;
using Value = std::int32_t;
using Values = KStream<Key, Value>;

// The original tells of every hundredth record of a task. The events come slowly, and there is no more to be learnt by
// waiting.
constexpr std::int64_t kTellEvery = 20;

void say(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

class PrintProcessor final : public Processor<Key, Value> {
  public:
    explicit PrintProcessor(std::string topic) : topic_(std::move(topic)) {}
    void init(ProcessorContext<Key, Value>& context) override {
        say("initializing processor: topic=" + topic_ + " taskId=" + context.task_id().to_string());
    }
    void process(const Record<Key, Value>& /*record*/) override {
        if (++processed_ % kTellEvery == 0) say(fmt::format("processed {} records from topic={}", processed_, topic_));
    }

  private:
    std::string topic_;
    std::int64_t processed_ = 0;
};

void print(const Values& stream, const std::string& topic) {
    stream.process<PrintProcessor>([topic] { return std::make_unique<PrintProcessor>(topic); });
}

Topology topology(bool complex) {
    StreamsBuilder builder;
    const Values data = builder.stream<Key, Value>("data");
    data.to("echo");
    print(data, "data");
    const auto grouped = data.group_by_key();
    grouped
        .aggregate([] { return std::numeric_limits<Value>::max(); },
                   [](const Key&, Value value, Value least) { return std::min(value, least); })
        .to_stream()
        .to("min");
    grouped
        .aggregate([] { return std::int64_t{0}; },
                   [](const Key&, Value value, std::int64_t sum) { return sum + value; })
        .to_stream()
        .to("sum");
    if (complex) {
        data.to("repartition");
        const Values repartitioned = builder.stream<Key, Value>("repartition");
        print(repartitioned, "repartition");
        const auto again = repartitioned.group_by_key();
        again
            .aggregate([] { return std::numeric_limits<Value>::min(); },
                       [](const Key&, Value value, Value most) { return std::max(value, most); })
            .to_stream()
            .to("max");
        again.count().to_stream().to("cnt");
    }
    return builder.build();
}

KafkaStreams::Options options() {
    KafkaStreams::Options options;
    options.state_listener = [](KafkaStreams::State now, KafkaStreams::State before) {
        say(fmt::format("StateChange: {} -> {}", to_text(before), to_text(now)));
    };
    return options;
}

// Until a signal says stop: an application that fails is made anew, as the original does.
int run(bool complex, const StreamsConfig::Map& settings, const Termination& termination) {
    const auto logger = spdlog::stderr_color_mt("eos");
    for (;;) {
        KafkaStreams streams(topology(complex), settings, logger, options());
        streams.start();
        while (!termination.asked(200ms)) {
            if (streams.state() == KafkaStreams::State::kError) break;
        }
        const bool failed = streams.state() == KafkaStreams::State::kError;
        if (failed) say("EOS-TEST-CLIENT-EXCEPTION " + streams.error());
        const bool closed = streams.close(300s);
        if (!failed) {
            say(closed ? "EOS-TEST-CLIENT-CLOSED" : "EOS-TEST-CLIENT-NOT-CLOSED");
            return closed ? 0 : 1;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    const Termination termination;
    const std::string kind = argc > 1 ? argv[1] : "";
    StreamsConfig::Map settings{{"application.id", "EosTest"},
                                {"processing.guarantee", "exactly_once_v2"},
                                {"num.stream.threads", "1"},
                                {"replication.factor", "1"},
                                // As the original: long, so that whoever is killed has a transaction open.
                                {"commit.interval.ms", "5000"}};
    for (int i = 2; i < argc; ++i) {
        const char* equals = std::strchr(argv[i], '=');
        if (equals == nullptr) {
            std::fprintf(stderr, "streams_eos_test_client: '%s' is not key=value\n", argv[i]);
            return 2;
        }
        settings[std::string(argv[i], static_cast<std::size_t>(equals - argv[i]))] = equals + 1;
    }
    if (kind != "simple" && kind != "complex") {
        std::fprintf(stderr, "streams_eos_test_client simple|complex key=value …\n");
        return 2;
    }
    try {
        return run(kind == "complex", settings, termination);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "streams_eos_test_client: %s\n", error.what());
        return 1;
    }
}
