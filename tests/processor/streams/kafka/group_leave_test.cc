#include "processor/streams/kafka/group_leave.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/processor/streams/kafka/fixture.h"

namespace matchpoint::streams::kafka {
namespace {

using Clock = std::chrono::steady_clock;

KafkaConfig static_member(const std::string& group, const std::string& instance) {
    return group_config(group, {{"group.instance.id", instance}, {"session.timeout.ms", "45000"}});
}

std::size_t members_of(const std::string& group) {
    Admin admin(broker_config(), {});
    auto description = admin.describe_group(group, kPatience);
    return description.value().members.size();
}

TEST(GroupLeave, AStaticMemberIsOutAtOnceAndTheNextTakesItsPartitions) {
    auto& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("static"), 4);
    const std::string group = broker.unique("static");
    const KafkaConfig config = static_member(group, "one");
    std::string member;
    {
        Consumer consumer(config, {});
        ASSERT_NO_ERROR(consumer.subscribe({topic}, nullptr));
        const auto end = Clock::now() + kPatience;
        while (consumer.assignment().size() != 4 && Clock::now() < end) (void)consumer.poll(milliseconds(20));
        ASSERT_EQ(consumer.assignment().size(), 4U);
        member = consumer.member_id();
        ASSERT_TRUE(consumer.close());
    }
    ASSERT_EQ(members_of(group), 1U) << "librdkafka does not make a static member leave";
    const auto begin = Clock::now();
    const LeaveResult result = leave_group(config, member);
    EXPECT_EQ(result.outcome, LeaveOutcome::kLeft) << result.detail;
    EXPECT_LT(Clock::now() - begin, milliseconds(1000));
    EXPECT_EQ(members_of(group), 0U);

    Consumer heir(static_member(group, "two"), {});
    ASSERT_NO_ERROR(heir.subscribe({topic}, nullptr));
    const auto joined = Clock::now();
    while (heir.assignment().size() != 4 && Clock::now() - joined < kPatience) (void)heir.poll(milliseconds(20));
    EXPECT_EQ(heir.assignment().size(), 4U);
    EXPECT_LT(Clock::now() - joined, seconds(5)) << "not the session timeout of 45 s";
    EXPECT_TRUE(heir.close());
    EXPECT_EQ(leave_group(static_member(group, "two"), "").outcome, LeaveOutcome::kLeft) << "the instance id suffices";
    EXPECT_EQ(members_of(group), 0U);
}

TEST(GroupLeave, AMemberThatIsNotThereHasLeft) {
    auto& broker = KafkaBroker::shared();
    const LeaveResult result = leave_group(static_member(broker.unique("nobody"), "one"), "");
    EXPECT_EQ(result.outcome, LeaveOutcome::kLeft) << result.detail;
}

}  // namespace
}  // namespace matchpoint::streams::kafka
