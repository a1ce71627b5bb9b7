// `serve` against a real broker: what is asked for is played, once, also when the program is killed in between.
#include <csignal>

#include <map>
#include <thread>

#include <gtest/gtest.h>

#include "processor/streams/kafka/consumer.h"
#include "processor/streams/kafka/producer.h"
#include "tests/support/child_process.h"
#include "tests/support/kafka_broker.h"
#include "topics/match_fold.h"
#include "topics/score_event.h"

namespace matchpoint::simulator {
namespace {

using namespace std::chrono_literals;
using streams::Partition;
using testing::ChildProcess;
using testing::KafkaBroker;

constexpr std::int32_t kPartitions = 3;

class Serve : public ::testing::Test {
  protected:
    void ask(const std::string& match, const std::string& json) {
        streams::kafka::Producer producer(broker_.config(), {});
        ASSERT_EQ(producer.produce({.topic = producer.topic(requests_), .key = match, .value = json}),
                  streams::kafka::ProduceStatus::kOk);
        ASSERT_TRUE(producer.drain(30s));
    }

    // The values of each match that are there now, in order.
    std::map<std::string, std::vector<std::string>> played() {
        auto config = broker_.config();
        config.set("enable.partition.eof", "true");
        streams::kafka::Consumer consumer(config, {});
        std::vector<streams::kafka::PartitionOffset> from;
        for (std::int32_t i = 0; i < kPartitions; ++i) {
            from.push_back({{scores_, Partition{i}}, streams::kafka::kBeginning, {}});
        }
        EXPECT_FALSE(consumer.assign(from).has_value());
        std::map<std::string, std::vector<std::string>> matches;
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        for (int ended = 0; ended < kPartitions && std::chrono::steady_clock::now() < deadline;) {
            auto polled = consumer.poll(100ms);
            if (std::holds_alternative<streams::kafka::PartitionEof>(polled)) ++ended;
            if (const auto* message = std::get_if<streams::kafka::Message>(&polled)) {
                matches[std::string(*message->key())].emplace_back(*message->value());
            }
        }
        return matches;
    }

    // Whether these are all events of a match, each once.
    static bool over(const std::vector<std::string>& events) {
        topics::ScoreEventDecoder decoder;
        std::optional<topics::MatchFold> fold;
        std::uint64_t seq = 0;
        for (const std::string& json : events) {
            const auto event = decoder.decode(json);
            EXPECT_TRUE(event.has_value()) << json;
            if (!event) return false;
            EXPECT_EQ(event->seq, ++seq) << json;
            if (!fold) fold.emplace(*event->sport);
            EXPECT_FALSE(fold->apply(*event).has_value()) << json;
        }
        return fold && fold->match() != nullptr && fold->match()->status() != scoring::Status::kLive;
    }

    template <typename Condition>
    void wait_for(const Condition& condition) {
        const auto deadline = std::chrono::steady_clock::now() + 90s;
        while (!condition(played())) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline);
            std::this_thread::sleep_for(50ms);
        }
    }

    std::vector<std::string> arguments() const {
        return {"serve",
                "--bootstrap-server",
                broker_.bootstrap(),
                "--topic",
                scores_,
                "--requests",
                requests_,
                "--max-matches",
                "2",
                "--set",
                "kafka.session.timeout.ms=6000",
                "--set",
                "kafka.group.id=" + requests_};
    }

    KafkaBroker& broker_ = KafkaBroker::shared();
    std::string requests_ = broker_.create_topic(broker_.unique("simulations"), 1);
    std::string scores_ = broker_.create_topic(broker_.unique("scores"), kPartitions);
};

// A match of basketball in five seconds, of football in three.
constexpr const char* kBasketball = R"({"sport":"basketball","speed":1600})";
constexpr const char* kFootball = R"({"sport":"football","speed":2000,"sides":[{"name":"Ada"},{"name":"Bo"}]})";

TEST_F(Serve, AMatchCutOffByAKillGoesOnAndNothingIsPlayedTwice) {
    ask("b-1", kBasketball);
    ask("b-2", kBasketball);
    ask("f-1", kFootball);
    {
        ChildProcess first("matchpoint-simulator", arguments());
        wait_for([](const auto& matches) { return matches.contains("b-1") && matches.at("b-1").size() > 40; });
        first.signal(SIGKILL);
        ASSERT_EQ(first.wait(10s), 128 + SIGKILL);
    }
    const auto before = played();
    EXPECT_FALSE(before.contains("f-1"));  // two at once, the third waits
    EXPECT_FALSE(over(before.at("b-1")));
    ChildProcess second("matchpoint-simulator", arguments());
    wait_for([](const auto& matches) {
        return matches.size() == 3 && over(matches.at("b-1")) && over(matches.at("b-2")) && over(matches.at("f-1"));
    });
    EXPECT_NE(played().at("f-1").front().find(R"("name":"Ada")"), std::string::npos);
    second.signal(SIGTERM);
    ASSERT_EQ(second.wait(20s), 0) << second.err();

    // All were played out and committed: a third run has nothing to do but what is asked for next.
    const auto done = played();
    ask("f-2", kFootball);
    ask("b-1", kBasketball);
    ChildProcess third("matchpoint-simulator", arguments());
    wait_for([](const auto& matches) { return matches.contains("f-2") && over(matches.at("f-2")); });
    third.signal(SIGTERM);
    ASSERT_EQ(third.wait(20s), 0) << third.err();
    for (const auto& [match, events] : done) EXPECT_EQ(played().at(match), events) << match;
}

TEST_F(Serve, ARequestThatCannotBePlayedIsNamedAndPassed) {
    ask("x", R"({"sport":"chess"})");
    ask("y", "{");
    ask("z", R"({"match":"other","sport":"tennis"})");
    ask("f", kFootball);
    ChildProcess child("matchpoint-simulator", arguments());
    wait_for([](const auto& matches) { return matches.contains("f"); });
    child.signal(SIGTERM);
    ASSERT_EQ(child.wait(20s), 0) << child.err();
    for (const char* reason : {"@0: request refused: sport must be one of", "@1: request refused: not JSON",
                               "@2: request refused: match: must be the record's key"}) {
        EXPECT_NE(child.err().find(requests_ + "[0]" + reason), std::string::npos) << child.err();
    }
    EXPECT_EQ(played().size(), 1U);
}

}  // namespace
}  // namespace matchpoint::simulator
