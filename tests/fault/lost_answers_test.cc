// Answers that never come: each request of a commit, until the commit times out. Whether it was committed is then known
// to the broker alone.
#include "tests/fault/fault_fixture.h"

namespace matchpoint::streams {
namespace {

using Api = KafkaProxy::Api;
using State = KafkaStreams::State;

class LostAnswers : public Fault {
  protected:
    [[nodiscard]] std::unique_ptr<Instance> start() {
        auto app =
            std::make_unique<Instance>(counting(in_, out_), config("one", {{"bootstrap.servers", proxy().address()}}));
        app->streams().start();
        return app;
    }
    // A commit that waits for such an answer in vain.
    void times_out(Api api) {
        auto app = start();
        produce(in_, rounds(kKeys, 3));
        ASSERT_TRUE(counts_reach(out_, kKeys, 3)) << app->log();
        proxy().hold_answers(api);
        produce(in_, rounds(kKeys, 3));
        ASSERT_TRUE(app->says("starting over from the last commit")) << app->log();
        proxy().pass();
        ASSERT_TRUE(counts_reach(out_, kKeys, 6)) << app->log();
        produce(in_, rounds(kKeys, 3));
        EXPECT_TRUE(counts_reach(out_, kKeys, 9)) << app->log();
        EXPECT_TRUE(app->reaches(State::kRunning)) << app->log();
    }
};

TEST_F(LostAnswers, ToRecords) {
    times_out(Api::kProduce);
}

TEST_F(LostAnswers, ToTheOffsetsOfTheTransaction) {
    times_out(Api::kTxnOffsetCommit);
}

// Committed, but nobody was told.
TEST_F(LostAnswers, ToTheEndOfTheTransaction) {
    times_out(Api::kEndTxn);
}

// The connection is cut with the answer under way and the process dies before it could ask again: its successor finds
// out from the changelog what its store lacks.
TEST_F(LostAnswers, ToTheEndOfTheTransactionOfAProcessThatDies) {
    for (const bool committed : {false, true}) {
        const int before = committed ? 4 : 0;
        auto client = start_client("one", {{"bootstrap.servers", proxy().address()}});
        produce(in_, rounds(kKeys, 2));
        ASSERT_TRUE(counts_reach(out_, kKeys, before + 2)) << client->err();
        const std::int64_t failures = proxy().failures();
        if (committed) {
            proxy().hold_answers(Api::kEndTxn);
        } else {
            proxy().cut_before(Api::kEndTxn);
        }
        produce(in_, rounds(kKeys, 2));
        ASSERT_TRUE(eventually([&] { return proxy().failures() > failures; })) << client->err();
        client->signal(SIGKILL);
        ASSERT_EQ(client->wait(kPatience), 128 + SIGKILL);
        proxy().pass();
        client = start_client("one", {{"bootstrap.servers", proxy().address()}});
        EXPECT_TRUE(counts_reach(out_, kKeys, before + 4)) << client->err();
        expect_end(*client, "after its predecessor was killed in a commit");
    }
}

// All traffic of an instance is lost for longer than its session, another one takes over meanwhile.
TEST_F(LostAnswers, ToEverythingForLongerThanTheSession) {
    const StreamsConfig::Map settings{{"consumer.session.timeout.ms", "2000"}};
    StreamsConfig::Map proxied = settings;
    proxied["bootstrap.servers"] = proxy().address();
    Instance cut_off(counting(in_, out_), config("cut-off", proxied));
    Instance heir(counting(in_, out_), config("heir", settings));
    cut_off.streams().start();
    heir.streams().start();
    ASSERT_TRUE(eventually([&] { return members() == 2; })) << cut_off.log() << heir.log();
    Feed feed(in_);
    ASSERT_TRUE(eventually([&] { return feed.rounds() > 20; }));
    proxy().black_hole();
    ASSERT_TRUE(eventually([&] { return members() == 1; })) << heir.log();
    ASSERT_TRUE(caught_up()) << heir.log();
    proxy().pass();
    ASSERT_TRUE(eventually([&] { return members() == 2; })) << cut_off.log() << heir.log();
    ASSERT_TRUE(caught_up()) << cut_off.log() << heir.log();
    const int rounds_fed = feed.stop();
    ASSERT_TRUE(counts_reach(out_, kKeys, rounds_fed)) << cut_off.log() << heir.log();
    ASSERT_TRUE(heir.streams().close());
    produce(in_, rounds(kKeys, 5));
    EXPECT_TRUE(counts_reach(out_, kKeys, rounds_fed + 5)) << cut_off.log();
}

}  // namespace
}  // namespace matchpoint::streams
