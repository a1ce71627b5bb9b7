// Kafka is away for longer than the group waits for its members: they come back by themselves.
#include "tests/fault/fault_fixture.h"

namespace matchpoint::streams {
namespace {

using Outage = Fault;

// Idle, so that no transaction is open that Kafka might lose, see README.md.
TEST_F(Outage, AMemberWhoseSessionRanOutComesBack) {
    const auto client = start_client("one", {{"consumer.session.timeout.ms", "6000"}});
    produce(in_, rounds(kKeys, 3));
    ASSERT_TRUE(counts_reach(out_, kKeys, 3)) << client->err();
    broker().kill();
    ASSERT_TRUE(client->says("partitions were lost", kPatience)) << client->err();
    restart_broker();
    produce(in_, rounds(kKeys, 2));
    EXPECT_TRUE(counts_reach(out_, kKeys, 5)) << client->err();
    expect_end(*client, "back in the group");
}

}  // namespace
}  // namespace matchpoint::streams
