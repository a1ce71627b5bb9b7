// Interactive queries on a real broker: two instances in one process, asked from other threads while they run.
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include "processor/streams/kafka/producer.h"
#include "processor/streams/runtime/kafka_streams.h"
#include "processor/streams/topology/dsl/streams_builder.h"
#include "tests/support/kafka_broker.h"

namespace matchpoint::streams {
namespace {

using queryable_store_types::key_value_store;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::KafkaBroker;

constexpr int kWords = 200;

bool eventually(const std::function<bool()>& condition, seconds patience = seconds(40)) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
        if (condition()) return true;
        std::this_thread::sleep_for(milliseconds(20));
    }
    return false;
}

class QueriesTest : public ::testing::Test {
  protected:
    QueriesTest() {
        topic_ = broker_.create_topic(broker_.unique("words"), 4);
        application_ = broker_.unique("counts");
        std::string pattern = (std::filesystem::temp_directory_path() / "queries-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~QueriesTest() override { std::filesystem::remove_all(folder_); }

    static std::string word(int i) { return "word-" + std::to_string(i); }
    void produce() {
        kafka::Producer producer(broker_.config(), {});
        const auto handle = producer.topic(topic_);
        for (int i = 0; i < kWords; ++i) {
            const std::string key = word(i);
            ASSERT_EQ(producer.produce({.topic = handle, .key = key, .value = "x"}), kafka::ProduceStatus::kOk);
        }
        ASSERT_TRUE(producer.drain(seconds(20)));
    }
    std::unique_ptr<KafkaStreams> start(const std::string& directory, const std::string& server) {
        StreamsBuilder builder;
        builder.stream<std::string, std::string>(topic_).group_by_key().count({.store = "counts"});
        auto streams = std::make_unique<KafkaStreams>(builder.build(),
                                                      StreamsConfig::Map{{"application.id", application_},
                                                                         {"bootstrap.servers", broker_.bootstrap()},
                                                                         {"processing.guarantee", "exactly_once_v2"},
                                                                         {"application.server", server},
                                                                         {"consumer.session.timeout.ms", "6000"},
                                                                         {"state.dir", (folder_ / directory).string()}},
                                                      logger_);
        streams->start();
        return streams;
    }
    static QueryableStore<std::string, std::int64_t> counts(const KafkaStreams& streams) {
        return streams.store(StoreQueryParameters("counts", key_value_store<std::string, std::int64_t>()));
    }
    // How many words the instance has; -1 while it cannot be asked.
    static int words_of(const KafkaStreams& streams) {
        try {
            int found = 0;
            for (auto row = counts(streams).all(); row.valid(); row.next()) ++found;
            return found;
        } catch (const InvalidStateStore& error) {
            EXPECT_TRUE(error.retriable()) << error.what();
            return -1;
        }
    }

    KafkaBroker& broker_ = KafkaBroker::shared();
    std::string topic_;
    std::string application_;
    std::filesystem::path folder_;
    std::shared_ptr<spdlog::logger> logger_ =
        std::make_shared<spdlog::logger>("queries", std::make_shared<spdlog::sinks::null_sink_mt>());
};

TEST_F(QueriesTest, EveryKeyIsFoundWhereTheMetadataSays) {
    produce();
    const auto one = start("one", "one.example:1001");
    ASSERT_TRUE(eventually([&] { return words_of(*one) == kWords; }));
    std::atomic<bool> done{false};
    std::thread reader([&] {  // asks all the while that tasks move
        while (!done) (void)words_of(*one);
    });
    const auto two = start("two", "[::1]:1002");
    EXPECT_TRUE(eventually([&] {
        const int first = words_of(*one);
        const int second = words_of(*two);
        return first > 0 && second > 0 && first + second == kWords;
    })) << words_of(*one)
        << " " << words_of(*two);
    done = true;
    reader.join();
    std::map<std::string, const KafkaStreams*> by_host{{"one.example:1001", one.get()}, {"[::1]:1002", two.get()}};
    EXPECT_TRUE(eventually([&] { return one->metadata_for_all_streams_clients().size() == 2; }));
    EXPECT_TRUE(eventually([&] { return two->streams_metadata_for_store("counts").size() == 2; }));
    for (const KafkaStreams* asked : {one.get(), two.get()}) {
        for (int i = 0; i < kWords; ++i) {
            std::optional<KeyQueryMetadata> where;
            ASSERT_TRUE(eventually([&] {
                where = asked->metadata_for_key("counts", word(i), serdes::string());
                return where && counts(*by_host.at(where->active_host.to_string())).get(word(i)) == 1;
            })) << word(i);
        }
    }
    EXPECT_THROW((void)one->metadata_for_key("none", word(1), serdes::string()), InvalidStateStore);

    // The one that stays takes over, and says so.
    ASSERT_TRUE(one->close());
    ASSERT_TRUE(eventually([&] { return words_of(*two) == kWords; }));
    EXPECT_TRUE(eventually([&] { return two->metadata_for_all_streams_clients().size() == 1; }));
    EXPECT_EQ(two->metadata_for_key("counts", word(7), serdes::string())->active_host.to_string(), "[::1]:1002");
    try {
        (void)counts(*one);
        FAIL() << "a closed application was asked";
    } catch (const InvalidStateStore& error) {
        EXPECT_EQ(error.reason(), InvalidStateStore::Reason::kStopped);
    }
    ASSERT_TRUE(two->close());
}

TEST_F(QueriesTest, AnIteratorLeftOpenDoesNotKeepTheApplicationFromClosing) {
    produce();
    auto streams = start("one", "localhost:1001");
    ASSERT_TRUE(eventually([&] { return words_of(*streams) == kWords; }));
    const auto store = counts(*streams);
    auto row = store.all();
    EXPECT_TRUE(streams->close(seconds(20)));
    streams.reset();
    const auto walk = [&row] {
        for (; row.valid(); row.next()) (void)row.key();
    };
    EXPECT_THROW(walk(), InvalidStateStore);
    EXPECT_THROW((void)store.get(word(1)), InvalidStateStore);
}

}  // namespace
}  // namespace matchpoint::streams
