// What an application finds of the topics that are its user's to make: not there yet, just made, made wrongly.
#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

class Forgetful final : public Processor<std::string, std::string> {
  public:
    void process(const Record<std::string, std::string>& /*record*/) override {}
};

class Start : public Application {
  protected:
    // A store whose changelog is `kept`, a topic of the user's.
    [[nodiscard]] static Topology keeping(const std::string& in, const std::string& kept) {
        Topology topology;
        topology.add_source<std::string, std::string>("source", {in}, {serdes::string(), serdes::string()});
        topology.add_processor<Forgetful>("processor", [] { return std::make_unique<Forgetful>(); }, {"source"});
        StoreSpec store;
        store.name = "kept-store";
        store.changelog = StoreSpec::Changelog::kPublicTopic;
        store.changelog_topic = kept;
        topology.add_state_store(std::move(store), {"processor"});
        return topology;
    }
};

TEST_F(Start, APublicChangelogFromWhichKafkaDeletesIsRefusedWithTheRemedy) {
    const std::string in = topic("in", 1);
    for (const std::string policy : {"compact,delete", "delete"}) {
        const std::string kept = topic("kept", 1, {{"cleanup.policy", policy}});
        std::string error;
        {
            Instance app(keeping(in, kept), config(kept));
            app.streams().start();
            ASSERT_TRUE(app.reaches(KafkaStreams::State::kError)) << policy << ": " << app.log();
            error = app.streams().error();
        }
        EXPECT_NE(error.find("its cleanup.policy is " + policy), std::string::npos) << error;
        EXPECT_NE(error.find("--entity-name " + kept + " --add-config cleanup.policy=compact"), std::string::npos)
            << error;
        ASSERT_FALSE(admin().alter_configs(kept, {{"cleanup.policy", "compact"}}, kPatience));
        Instance again(keeping(in, kept), config(kept));
        again.streams().start();
        EXPECT_TRUE(again.reaches(KafkaStreams::State::kRunning)) << again.log();
    }
}

TEST_F(Start, ATopicThatIsMissingIsNamedAndWaitedFor) {
    const std::string out = topic("out", 1);
    const std::string in = KafkaBroker::shared().unique("in");
    Instance app(counting(in, out), config());
    app.streams().start();
    EXPECT_TRUE(app.says("topic " + in + " does not exist", kPatience)) << app.log();
    KafkaBroker::shared().create_topic(in, 1);
    EXPECT_TRUE(app.reaches(KafkaStreams::State::kRunning)) << app.log();
}

// As right after topics/create.sh: no broker need know a topic the moment it has been made.
TEST_F(Start, OfATopicThatComesAtOnceNothingIsSaid) {
    const std::string out = topic("out", 1);
    const auto end = std::chrono::steady_clock::now() + kPatience;
    for (bool at_once = false; !at_once;) {
        ASSERT_LT(std::chrono::steady_clock::now(), end) << "no topic was made within a second of the start";
        const std::string in = KafkaBroker::shared().unique("in");
        const auto began = std::chrono::steady_clock::now();
        Instance app(counting(in, out), config(in));
        app.streams().start();
        KafkaBroker::shared().create_topic(in, 1);
        at_once = std::chrono::steady_clock::now() - began < seconds(1);
        ASSERT_TRUE(app.reaches(KafkaStreams::State::kRunning)) << app.log();
        if (at_once) {
            EXPECT_EQ(app.log().find("does not exist"), std::string::npos) << app.log();
        }
    }
}

}  // namespace
}  // namespace matchpoint::streams
