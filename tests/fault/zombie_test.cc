// Instances that stand still for a while (SIGSTOP: a machine that swaps, a paused container) and come back: what the
// group or the broker has given up meanwhile stays given up, and every input is counted exactly once.
#include <csignal>
#include <optional>

#include "tests/fault/fault_fixture.h"

namespace matchpoint::streams {
namespace {

class Zombie : public Fault {
  protected:
    // Two members share the tasks of an endless input; then the zombie stands still, with a transaction open, until the
    // group has given its tasks to the heir.
    void lose_the_zombie() {
        const StreamsConfig::Map settings{{"consumer.session.timeout.ms", "2000"}};
        zombie_ = start_client("zombie", settings);
        heir_ = start_client("heir", settings);
        ASSERT_TRUE(eventually([&] { return members() == 2; })) << zombie_->err() << heir_->err();
        feed_.emplace(in_);
        ASSERT_TRUE(eventually([&] { return feed_->rounds() > 20; }));
        freeze_in_transaction(*zombie_);
        ASSERT_TRUE(eventually([&] { return members() == 1; })) << heir_->err();
    }

    std::unique_ptr<ChildProcess> zombie_;
    std::unique_ptr<ChildProcess> heir_;
    std::optional<Feed> feed_;
};

// Frozen beyond its session, with a transaction open, while another instance takes its tasks over and goes on.
TEST_F(Zombie, CommitsNothingOfTheTasksItHasLost) {
    ASSERT_NO_FATAL_FAILURE(lose_the_zombie());
    ASSERT_TRUE(caught_up()) << heir_->err();
    zombie_->signal(SIGCONT);
    ASSERT_TRUE(zombie_->says("starting over from the last commit", kPatience)) << zombie_->err();
    ASSERT_TRUE(eventually([&] { return members() == 2; })) << zombie_->err() << heir_->err();
    ASSERT_TRUE(caught_up()) << zombie_->err() << heir_->err();
    const int rounds_fed = feed_->stop();
    ASSERT_TRUE(counts_reach(out_, kKeys, rounds_fed)) << zombie_->err() << heir_->err();

    // Its stores hold nothing of what was aborted: it counts on from where the other one has stopped.
    expect_end(*heir_, "with the zombie back");
    produce(in_, rounds(kKeys, 5));
    EXPECT_TRUE(counts_reach(out_, kKeys, rounds_fed + 5)) << zombie_->err();
    expect_end(*zombie_, "with all tasks taken back");
}

// Frozen beyond its transaction's time-out only: the broker has aborted it and fenced the producer, the member is still
// a member.
TEST_F(Zombie, WhoseTransactionExpiredGoesOnAsTheSameMember) {
    auto zombie =
        start_client("zombie", {{"consumer.session.timeout.ms", "60000"}, {"producer.transaction.timeout.ms", "1500"}});
    ASSERT_TRUE(eventually([&] { return members() == 1; })) << zombie->err();
    const std::string member = admin().describe_group(id(), kPatience).value().members.front().member_id;
    Feed feed(in_);
    ASSERT_TRUE(eventually([&] { return feed.rounds() > 20; }));
    freeze_in_transaction(*zombie);
    ASSERT_TRUE(eventually([&] { return open_transactions().empty(); }));
    zombie->signal(SIGCONT);
    ASSERT_TRUE(zombie->says("starting over from the last commit", kPatience)) << zombie->err();
    ASSERT_TRUE(caught_up()) << zombie->err();
    const int rounds_fed = feed.stop();
    EXPECT_TRUE(counts_reach(out_, kKeys, rounds_fed)) << zombie->err();
    EXPECT_EQ(admin().describe_group(id(), kPatience).value().members.front().member_id, member) << zombie->err();
    expect_end(*zombie, "after a transaction expired");
}

// Told to stop while it stands still: it learns of its loss and of the signal at once.
TEST_F(Zombie, EndsWithinSecondsWhenItWasToldToStopMeanwhile) {
    ASSERT_NO_FATAL_FAILURE(lose_the_zombie());
    zombie_->signal(SIGTERM);
    zombie_->signal(SIGCONT);
    expect_end(*zombie_, "after standing still");
    ASSERT_TRUE(caught_up()) << heir_->err();
    const int rounds_fed = feed_->stop();
    EXPECT_TRUE(counts_reach(out_, kKeys, rounds_fed)) << heir_->err();
    expect_end(*heir_, "under load");
}

}  // namespace
}  // namespace matchpoint::streams
