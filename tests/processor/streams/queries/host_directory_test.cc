#include "processor/streams/runtime/host_directory.h"

#include <gtest/gtest.h>

#include "processor/streams/base/murmur2.h"

namespace matchpoint::streams {
namespace {

TEST(HostInfo, ReadsHostAndPort) {
    EXPECT_EQ(parse_host("localhost:80"), (HostInfo{"localhost", 80}));
    EXPECT_EQ(parse_host("[::1]:8080"), (HostInfo{"::1", 8080}));
    EXPECT_EQ(parse_host("[::1]:8080")->to_string(), "[::1]:8080");
    for (const char* bad : {"", "localhost", ":80", "localhost:", "localhost:0", "localhost:65536", "a:b:1", "a b:1",
                            "http://a:1", "a@b:1"}) {
        EXPECT_EQ(parse_host(bad), std::nullopt) << bad;
    }
}

TEST(HostInfo, TravelsInTheClientId) {
    EXPECT_EQ(host_of_client(with_host("app-StreamThread-1", "[::1]:80")), (HostInfo{"::1", 80}));
    EXPECT_EQ(with_host("app-StreamThread-1", ""), "app-StreamThread-1");
    EXPECT_EQ(host_of_client("app-StreamThread-1"), std::nullopt);
}

class HostDirectoryTest : public ::testing::Test {
  protected:
    HostDirectoryTest()
        : config_(StreamsConfig::parse(
              {{"application.id", "app"}, {"bootstrap.servers", "localhost:1"}, {"application.server", "one:1"}})) {
        SubtopologyInfo info;
        info.id = 0;
        info.source_topics = {"words"};
        StoreSpec counts;
        counts.name = "counts";
        info.stores = {counts};
        subtopologies_ = {info};
        group_.members = {member("app-StreamThread-1@one:1", {0, 2}), member("app-StreamThread-1@two:2", {1}),
                          member("app-StreamThread-2@two:2", {3}), member("no address", {4})};
        directory_.update(group_, {{0, 5}});
    }
    static kafka::GroupMember member(const std::string& client, const std::vector<int>& partitions) {
        kafka::GroupMember member;
        member.client_id = client;
        for (const int partition : partitions) member.assignment.push_back({"words", Partition{partition}});
        return member;
    }
    void post(std::vector<int> partitions) {
        std::vector<TaskStatus> tasks;
        for (const int p : partitions) tasks.push_back({{0, Partition{p}}, "t", TaskPhase::kRunning, nullptr, {}});
        board_->post("t", std::move(tasks));
    }

    StreamsConfig config_;
    std::vector<SubtopologyInfo> subtopologies_;
    std::shared_ptr<TaskBoard> board_ = std::make_shared<TaskBoard>();
    kafka::GroupDescription group_;
    HostDirectory directory_{config_, subtopologies_, board_};
};

TEST_F(HostDirectoryTest, KnowsTheInstancesAndWhatTheyHold) {
    const auto all = directory_.all();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].host, (HostInfo{"one", 1}));
    EXPECT_EQ(all[1].topic_partitions.size(), 2U);
    EXPECT_EQ(all[1].state_store_names, std::set<std::string>{"counts"});
    EXPECT_EQ(directory_.for_store("counts"), all);
    EXPECT_TRUE(directory_.for_store("other").empty());
}

TEST_F(HostDirectoryTest, FindsTheOwnerOfAKey) {
    post({0, 2});
    for (const std::string key : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
        const Partition partition = partition_for_key(key, 5);
        const auto found = directory_.for_key("counts", key);
        if (partition.value() == 4) {
            EXPECT_EQ(found, std::nullopt);
            continue;
        }
        ASSERT_TRUE(found) << key;
        EXPECT_EQ(found->partition, partition);
        EXPECT_EQ(found->active_host.host, partition.value() % 2 == 0 ? "one" : "two");
    }
}

TEST_F(HostDirectoryTest, WhatThisInstanceHasOrLostIsKnownAtOnce) {
    post({0, 1});
    EXPECT_EQ(directory_.for_partition("counts", Partition{1})->active_host, (HostInfo{"one", 1}));
    EXPECT_EQ(directory_.for_partition("counts", Partition{2}), std::nullopt);
}

TEST_F(HostDirectoryTest, AsksForALookOnlyWhenItDoesNotKnow) {
    int doubts = 0;
    directory_.on_doubt([&] { ++doubts; });
    (void)directory_.for_partition("counts", Partition{1});
    EXPECT_EQ(doubts, 0);
    (void)directory_.for_partition("counts", Partition{4});
    EXPECT_EQ(doubts, 1);
    directory_.on_doubt({});
    (void)directory_.for_partition("counts", Partition{4});
    EXPECT_EQ(doubts, 1);
}

}  // namespace
}  // namespace matchpoint::streams
