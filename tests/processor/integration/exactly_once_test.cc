// matchpoint-processor on a real broker: what it writes is the same whether it is left alone, stopped or killed.

#include <csignal>
#include <iostream>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/processor/integration/chain_fixture.h"

namespace matchpoint::testing {
namespace {

using namespace std::chrono_literals;

// The values written under each key, in order.
std::map<std::string, std::vector<std::string>> by_key(const std::vector<Output>& outputs) {
    std::map<std::string, std::vector<std::string>> result;
    for (const Output& output : outputs) result[output.key].push_back(output.value.value_or("(tombstone)"));
    return result;
}

std::multiset<std::string> rejections(const std::vector<Output>& outputs) {
    std::multiset<std::string> result;
    for (const Output& output : outputs) {
        result.insert(output.headers.at("reason") + " " + output.headers.at("source-partition") + "-" +
                      output.headers.at("source-offset") + " " + output.value.value_or(""));
    }
    return result;
}

// A record for each event of each match, in order, none twice.
void expect_each_event_once(const Chain& chain) {
    const auto matches = by_key(chain.read("match-state"));
    EXPECT_FALSE(matches.empty());
    for (const auto& [match, states] : matches) {
        std::int64_t seq = 0;
        for (const std::string& state : states) {
            EXPECT_EQ(nlohmann::json::parse(state)["seq"], ++seq) << match << " went on with " << state;
        }
    }
}

class Sequence {
  public:
    explicit Sequence(std::vector<Event> events) : events_(std::move(events)) {}
    // The next n-th part of the events.
    [[nodiscard]] std::vector<Event> slice(std::size_t parts) {
        const std::size_t size = events_.size() / parts + 1;
        const std::size_t end = std::min(events_.size(), at_ + size);
        std::vector<Event> slice(events_.begin() + static_cast<std::ptrdiff_t>(at_),
                                 events_.begin() + static_cast<std::ptrdiff_t>(end));
        at_ = end;
        return slice;
    }

  private:
    std::vector<Event> events_;
    std::size_t at_ = 0;
};

TEST(ExactlyOnce, OutputIsTheSameAfterKillsAtRandomMoments) {
    const unsigned seed = std::random_device{}();
    std::cout << "seed " << seed << "\n";
    std::mt19937 random(seed);
    const std::vector<Event> events = make_events(40, 120, random);

    Chain calm;
    calm.produce(events);
    auto undisturbed = calm.start_processor();
    ASSERT_TRUE(calm.wait_until_processed(120s)) << undisturbed->err();
    undisturbed->signal(SIGTERM);
    ASSERT_EQ(undisturbed->wait(20s), 0) << undisturbed->err();

    Chain rough;
    Sequence input(events);
    constexpr int kKills = 8;
    for (int i = 0; i < kKills; ++i) {
        auto processor = rough.start_processor();
        rough.produce(input.slice(kKills));
        // Anywhere between starting up and having finished.
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 1'200));
        processor->signal(SIGKILL);
        ASSERT_EQ(processor->wait(10s), 128 + SIGKILL);
    }
    auto last = rough.start_processor();
    ASSERT_TRUE(rough.wait_until_processed(120s)) << last->err();
    last->signal(SIGTERM);
    ASSERT_EQ(last->wait(20s), 0) << last->err();

    EXPECT_EQ(by_key(rough.read("match-state")), by_key(calm.read("match-state")));
    EXPECT_EQ(by_key(rough.read("high-scores")), by_key(calm.read("high-scores")));
    EXPECT_EQ(rejections(rough.read("scores-rejected")), rejections(calm.read("scores-rejected")));
    expect_each_event_once(rough);
}

TEST(ExactlyOnce, AnotherInstanceTakesOverWhenOneStops) {
    std::mt19937 random(11);
    Chain chain;
    Sequence input(make_events(30, 60, random));
    const std::string other_state = "state.dir=" + (chain.state_dir() / "other").string();
    auto first = chain.start_processor();
    chain.produce(input.slice(3));
    auto second = chain.start_processor({"--set", other_state});
    ASSERT_TRUE(second->says("to RUNNING", 30s)) << second->err();
    chain.produce(input.slice(3));
    first->signal(SIGTERM);
    ASSERT_EQ(first->wait(20s), 0) << first->err();
    chain.produce(input.slice(3));
    ASSERT_TRUE(chain.wait_until_processed(60s)) << second->err();
    second->signal(SIGTERM);
    EXPECT_EQ(second->wait(20s), 0) << second->err();

    expect_each_event_once(chain);
}

TEST(ExactlyOnce, GoesOnAfterTheBrokerWasKilledAndRestarted) {
    std::mt19937 random(12);
    Chain chain;
    Sequence input(make_events(20, 60, random));
    auto processor = chain.start_processor();
    chain.produce(input.slice(2));
    ASSERT_TRUE(processor->says("to RUNNING", 30s)) << processor->err();
    chain.broker().kill();
    // Long enough for the open transaction to be given up, if there was one; then there is no producer until the broker
    // is back.
    (void)processor->says("trying again", 25s);
    chain.broker().restart();
    chain.produce(input.slice(2));
    ASSERT_TRUE(chain.wait_until_processed(90s)) << processor->err();
    processor->signal(SIGTERM);
    EXPECT_EQ(processor->wait(20s), 0) << processor->err();
    expect_each_event_once(chain);
}

TEST(Processor, LostStateIsRestoredFromTheTopics) {
    std::mt19937 random(13);
    Chain chain;
    Sequence input(make_events(20, 60, random));
    auto processor = chain.start_processor();
    chain.produce(input.slice(2));
    ASSERT_TRUE(chain.wait_until_processed(60s)) << processor->err();
    processor->signal(SIGTERM);
    ASSERT_EQ(processor->wait(20s), 0) << processor->err();
    std::filesystem::remove_all(chain.state_dir() / "matchpoint");
    processor = chain.start_processor();
    chain.produce(input.slice(2));
    ASSERT_TRUE(chain.wait_until_processed(60s)) << processor->err();
    processor->signal(SIGTERM);
    EXPECT_EQ(processor->wait(20s), 0) << processor->err();
    expect_each_event_once(chain);
}

TEST(Processor, BadSettingsEndWithStatusTwoAndNameTheCulprit) {
    ChildProcess unknown("matchpoint-processor", {"--set", "comit.interval.ms=5"});
    EXPECT_EQ(unknown.wait(10s), 2);
    EXPECT_NE(unknown.err().find("comit.interval.ms"), std::string::npos) << unknown.err();
    ChildProcess range("matchpoint-processor", {"--set", "num.stream.threads=many"});
    EXPECT_EQ(range.wait(10s), 2);
    EXPECT_NE(range.err().find("num.stream.threads=many"), std::string::npos) << range.err();
    ChildProcess kafkas("matchpoint-processor", {"--bootstrap-server", "127.0.0.1:1", "--set", "consumer.nope=1"});
    EXPECT_EQ(kafkas.wait(10s), 2);
    EXPECT_NE(kafkas.err().find("nope=1"), std::string::npos) << kafkas.err();
}

TEST(Processor, WaitsForKafkaAndStopsWhenTold) {
    const auto folder = std::filesystem::temp_directory_path() / "matchpoint-nowhere";
    ChildProcess processor("matchpoint-processor",
                           {"--bootstrap-server", "127.0.0.1:1", "--set", "state.dir=" + folder.string()});
    EXPECT_TRUE(processor.says("cannot reach Kafka", 20s)) << processor.err();
    processor.signal(SIGTERM);
    EXPECT_EQ(processor.wait(15s), 0) << processor.err();
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace matchpoint::testing
