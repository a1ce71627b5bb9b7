#include <atomic>
#include <cstdio>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "processor/streams/kafka/consumer.h"
#include "processor/streams/kafka/producer.h"
#include "tests/bench/engine/tool.h"

namespace matchpoint::bench {

using namespace streams::kafka;
using streams::TopicPartition;
using namespace std::chrono_literals;

namespace {

constexpr const char* kOutput = "match-state";
constexpr auto kLastRecords = 10s;

// When each event was handed to the producer, by match and seq; written by the producing thread, read by the readers.
class SendTimes {
  public:
    SendTimes(std::int64_t matches, std::int64_t rounds)
        : rounds_(rounds), times_(static_cast<std::size_t>(matches * (rounds + 1))) {}
    [[nodiscard]] std::atomic<std::int64_t>& at(std::int64_t match, std::int64_t seq) {
        return times_.at(static_cast<std::size_t>(match * (rounds_ + 1) + seq));
    }

  private:
    std::int64_t rounds_;
    std::vector<std::atomic<std::int64_t>> times_;
};

// The number that follows `name` in the value; -1 if there is none.
std::int64_t number_after(std::string_view text, std::string_view name) {
    auto at = text.find(name);
    if (at == std::string_view::npos) return -1;
    std::int64_t number = 0;
    for (at += name.size(); at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
        number = number * 10 + (text[at] - '0');
    return number;
}

class Reader {
  public:
    Reader(const std::string& bootstrap, const Probe& what, SendTimes& times, const char* isolation)
        : consumer_({{"bootstrap.servers", bootstrap}, {"isolation.level", isolation}, {"fetch.wait.max.ms", "100"}},
                    {}),
          what_(what),
          times_(times),
          mark_(isolation[5] == 'c' ? 'c' : 'u') {
        std::vector<PartitionOffset> from;
        const std::int32_t partitions = consumer_.partition_count(kOutput, 30s).value();
        for (std::int32_t i = 0; i < partitions; ++i) {
            const TopicPartition partition{kOutput, streams::Partition{i}};
            from.push_back({partition, end_of(partition), {}});
        }
        if (const auto error = consumer_.assign(from)) throw std::runtime_error("assign: " + error->to_string());
    }

    // Until `count` have come, or nothing is to be expected any more.
    void read(std::int64_t count, const std::atomic<std::int64_t>& sent_all_at) {
        lines_.reserve(static_cast<std::size_t>(count) * 40);
        while (received_ < count && !stopping()) {
            const PollResult polled = consumer_.poll(100ms);
            if (const auto* message = std::get_if<Message>(&polled)) take(*message);
            const std::int64_t end = sent_all_at.load();
            if (end != 0 && now_us() > end + std::chrono::microseconds(kLastRecords).count()) return;
        }
    }

    [[nodiscard]] std::int64_t received() const { return received_; }
    [[nodiscard]] const std::string& lines() const { return lines_; }

  private:
    // A partition that was made a moment ago may have no leader yet.
    streams::Offset end_of(const TopicPartition& partition) {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        for (;;) {
            auto marks = consumer_.query_watermarks(partition, 30s);
            if (marks || !marks.error().retriable() || std::chrono::steady_clock::now() > deadline)
                return marks.value().high;
            std::this_thread::sleep_for(50ms);
        }
    }

    void take(const Message& message) {
        const std::int64_t now = now_us();
        if (!message.key() || !message.value() || !message.key()->starts_with(what_.prefix + "-")) return;
        const std::int64_t match = number_after(*message.key(), what_.prefix + "-");
        const std::int64_t seq = number_after(*message.value(), "\"seq\":");
        ++received_;
        fmt::format_to(std::back_inserter(lines_), "{} {} {} {}\n", now / 1000, now - times_.at(match, seq).load(),
                       message.partition().value(), mark_);
    }

    Consumer consumer_;
    const Probe& what_;
    SendTimes& times_;
    char mark_;
    std::int64_t received_ = 0;
    std::string lines_;
};

void produce(const std::string& bootstrap, const Probe& what, std::int64_t count, SendTimes& times) {
    Producer producer({{"bootstrap.servers", bootstrap}, {"linger.ms", "0"}}, {});
    const TopicHandle topic = producer.topic("scores");
    static_cast<void>(producer.warm_metadata({"scores"}, 30s));
    std::string key;
    std::string value;
    const auto begin = std::chrono::steady_clock::now();
    for (std::int64_t i = 0; i < count && !stopping(); ++i) {
        const auto due =
            begin + std::chrono::microseconds(static_cast<std::int64_t>(static_cast<double>(i) * 1e6 / what.rate));
        if (due > std::chrono::steady_clock::now()) {
            producer.poll(0ms);
            std::this_thread::sleep_until(due);
        }
        const std::int64_t match = i % what.matches;
        const std::int64_t seq = i / what.matches + 1;
        key = fmt::format("{}-{}", what.prefix, match);
        const std::int64_t now = now_us();
        write_event(value, key, seq, now / 1000);
        times.at(match, seq).store(now);
        const OutgoingRecord record{
            .topic = topic, .key = key, .value = value, .timestamp = streams::Timestamp{now / 1000}};
        while (producer.produce(record) == ProduceStatus::kQueueFull) producer.poll(10ms);
    }
    static_cast<void>(producer.drain(30s));
    if (const auto failed = producer.take_delivery_error())
        throw std::runtime_error("probe: " + failed->error.to_string());
}

}  // namespace

void probe(const std::string& bootstrap, const Probe& what) {
    const auto count = static_cast<std::int64_t>(what.rate * what.seconds);
    SendTimes times(what.matches, count / what.matches + 1);
    Reader committed(bootstrap, what, times, "read_committed");
    Reader uncommitted(bootstrap, what, times, "read_uncommitted");
    std::atomic<std::int64_t> sent_all_at{0};
    std::thread first([&] { committed.read(count, sent_all_at); });
    std::thread second([&] { uncommitted.read(count, sent_all_at); });
    std::string failure;
    try {
        produce(bootstrap, what, count, times);
    } catch (const std::exception& error) {
        failure = error.what();
    }
    sent_all_at.store(now_us());
    first.join();
    second.join();
    if (!failure.empty()) throw std::runtime_error(failure);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(what.file.c_str(), "w"), std::fclose);
    if (out == nullptr) throw std::runtime_error("cannot write " + what.file);
    std::fputs(committed.lines().c_str(), out.get());
    std::fputs(uncommitted.lines().c_str(), out.get());
    fmt::print(R"({{"sent":{},"committed":{},"uncommitted":{}}})"
               "\n",
               count, committed.received(), uncommitted.received());
}

}  // namespace matchpoint::bench
