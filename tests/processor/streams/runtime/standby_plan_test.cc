#include "processor/streams/runtime/standby_plan.h"

#include <gtest/gtest.h>

namespace matchpoint::streams {
namespace {

constexpr int kTasks = 60;

std::vector<SubtopologyInfo> one_with_state() {
    SubtopologyInfo with;
    with.id = 0;
    with.stores.emplace_back().name = "store";
    SubtopologyInfo without;
    without.id = 1;
    return {with, without};
}

// Tasks 0_0 … are spread over the processes in turn.
GroupView group_of(const std::vector<std::string>& processes) {
    GroupView group;
    group.stable = true;
    group.processes = {processes.begin(), processes.end()};
    for (int i = 0; i < kTasks; ++i) {
        group.owners[{0, Partition{i}}] = processes[static_cast<std::size_t>(i) % processes.size()];
        group.owners[{1, Partition{i}}] = processes.front();
    }
    return group;
}

std::map<TaskId, std::set<std::string>> hosts(const GroupView& group, int replicas) {
    std::map<TaskId, std::set<std::string>> hosts;
    for (const std::string& process : group.processes) {
        for (const TaskId task : plan_standbys(group, process, replicas, one_with_state())) hosts[task].insert(process);
    }
    return hosts;
}

TEST(StandbyPlan, GivesEachTaskWithStateItsReplicasElsewhere) {
    const GroupView group = group_of({"a", "b", "c", "d"});
    for (const int replicas : {1, 2, 3}) {
        const auto placed = hosts(group, replicas);
        EXPECT_EQ(placed.size(), kTasks);
        for (const auto& [task, processes] : placed) {
            EXPECT_EQ(task.subtopology, 0);
            EXPECT_EQ(processes.size(), static_cast<std::size_t>(replicas));
            EXPECT_FALSE(processes.contains(group.owners.at(task)));
        }
    }
}

TEST(StandbyPlan, MakesDoWithFewerInstances) {
    EXPECT_TRUE(hosts(group_of({"a"}), 1).empty());
    for (const auto& [task, processes] : hosts(group_of({"a", "b"}), 3)) EXPECT_EQ(processes.size(), 1U);
    EXPECT_TRUE(plan_standbys(group_of({"a", "b"}), "stranger", 1, one_with_state()).empty());
}

TEST(StandbyPlan, SpreadsThemAndMovesFewWhenAnInstanceJoins) {
    const GroupView before = group_of({"a", "b", "c"});
    GroupView after = before;
    after.processes.insert("d");  // and has no task yet
    const auto placed = hosts(before, 1);
    const auto placed_after = hosts(after, 1);
    int moved = 0;
    std::map<std::string, int> load;
    for (const auto& [task, processes] : placed) {
        ++load[*processes.begin()];
        if (placed_after.at(task) == processes) continue;
        ++moved;
        EXPECT_EQ(*placed_after.at(task).begin(), "d");
    }
    for (const auto& [process, count] : load) EXPECT_GT(count, kTasks / 9) << process;
    EXPECT_GT(moved, 0);
    EXPECT_LT(moved, kTasks * 2 / 3);
}

}  // namespace
}  // namespace matchpoint::streams
