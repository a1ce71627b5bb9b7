// max.task.idle.ms on a broker: a stream meets the table as it was at its records' time, in whatever order the two are
// fetched.
#include "processor/streams/kafka/producer.h"
#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

constexpr int kRounds = 1'000;
// The first fetch of a topic holds some dozens of these records: an empty queue is met again and again.
const std::string kPadding(100, '.');

class TaskIdle : public Application {
  protected:
    void SetUp() override {
        const std::map<std::string, std::string> keep{{"retention.ms", "-1"}};  // the records are old
        stream_ = topic("stream", 1, keep);
        table_ = topic("table", 1, keep);
        out_ = topic("out", 1, keep);
    }
    [[nodiscard]] Topology joining() const {
        StreamsBuilder builder;
        const auto table = builder.table<std::string, std::string>(table_);
        builder.stream<std::string, std::string>(stream_)
            .join(table, [](const std::string& value,
                            const std::string& current) { return value + " " + current.substr(0, current.find('.')); })
            .to(out_);
        return builder.build();
    }
    [[nodiscard]] std::unique_ptr<Instance> start(const StreamsConfig::Map& more = {}) const {
        StreamsConfig::Map settings{{"consumer.fetch.message.max.bytes", "4096"},
                                    {"consumer.queued.min.messages", "1"}};
        for (const auto& [key, value] : more) settings[key] = value;
        auto instance = std::make_unique<Instance>(joining(), config("one", settings));
        instance->streams().start();
        return instance;
    }
    // Round i: the table's value of the key becomes t<i> at 1000 + 2 i, the stream's record comes a millisecond later.
    void fill(const std::string& topic, const std::string& name, std::int64_t first, int rounds = kRounds) const {
        kafka::Producer producer(KafkaBroker::shared().config(), {});
        for (int i = 0; i < rounds; ++i) {
            kafka::OutgoingRecord record;
            const std::string value = name + std::to_string(i) + kPadding;
            record.topic = producer.topic(topic);
            record.key = "key";
            record.value = topic == stream_ ? BytesView(value).substr(0, value.find('.')) : BytesView(value);
            record.timestamp = Timestamp{first + 2 * i};
            ASSERT_EQ(producer.produce(record), kafka::ProduceStatus::kOk);
        }
        ASSERT_TRUE(producer.drain(kPatience));
    }
    [[nodiscard]] std::vector<std::string> joined(std::size_t wanted) const {
        std::vector<std::string> found;
        (void)eventually([&] {
            found = read(out_)["key"];
            return found.size() >= wanted;
        });
        return found;
    }
    static std::vector<std::string> every_round() {
        std::vector<std::string> wanted;
        for (int i = 0; i < kRounds; ++i) wanted.push_back("s" + std::to_string(i) + " t" + std::to_string(i));
        return wanted;
    }

    std::string stream_, table_, out_;
};

TEST_F(TaskIdle, AStreamMeetsTheTableOfItsTime) {
    fill(table_, "t", 1'000);
    fill(stream_, "s", 1'001);
    auto app = start();
    EXPECT_EQ(joined(kRounds), every_round()) << app->log();
}

TEST_F(TaskIdle, AndSoItDoesWhenOneSideIsMuchLarger) {
    // 1,000 records of another key, older than all else, lie before those that matter.
    kafka::Producer producer(KafkaBroker::shared().config(), {});
    for (int i = 0; i < 1'000; ++i) {
        kafka::OutgoingRecord record;
        record.topic = producer.topic(table_);
        record.key = "other";
        record.value = kPadding;
        record.timestamp = Timestamp{1 + i / 4};
        ASSERT_EQ(producer.produce(record), kafka::ProduceStatus::kOk);
    }
    ASSERT_TRUE(producer.drain(kPatience));
    fill(table_, "t", 1'000);
    fill(stream_, "s", 1'001);
    auto app = start({{"buffered.records.per.partition", "200"}});
    EXPECT_EQ(joined(kRounds), every_round()) << app->log();
}

TEST_F(TaskIdle, DoesNotWaitForAnOpenTransaction) {
    fill(table_, "t", 1'000, 1);
    kafka::KafkaConfig config = KafkaBroker::shared().config();
    config.set("transactional.id", id() + "-upstream");
    kafka::Producer upstream(std::move(config), {});
    ASSERT_FALSE(upstream.init_transactions(kPatience));
    ASSERT_FALSE(upstream.begin_transaction());
    kafka::OutgoingRecord record;
    record.topic = upstream.topic(table_);
    record.key = "key";
    record.value = "t9.";
    ASSERT_EQ(upstream.produce(record), kafka::ProduceStatus::kOk);
    ASSERT_TRUE(upstream.drain(kPatience));
    fill(stream_, "s", 1'001, 1);
    auto app = start();
    EXPECT_EQ(joined(1), std::vector<std::string>{"s0 t0"}) << app->log();
    ASSERT_FALSE(upstream.abort_transaction(kPatience));
}

TEST_F(TaskIdle, WaitsForTheOtherSideToBeWrittenIfAsked) {
    auto app = start({{"max.task.idle.ms", "60000"}});
    fill(stream_, "s", 1'001, 1);
    fill(table_, "t", 1'000, 1);
    // The table's record is the older one; that its queue is empty then holds the stream up until another has come.
    fill(table_, "u", 2'000, 1);
    EXPECT_EQ(joined(1), std::vector<std::string>{"s0 t0"}) << app->log();
}

}  // namespace
}  // namespace matchpoint::streams
