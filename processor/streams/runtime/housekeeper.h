// What an application does beside its records, on a thread of its own with an admin client of its own: deletes what was
// consumed of repartition topics, deletes the state of tasks that have gone elsewhere, looks at the group after
// each rebalance: who is there, with what tasks, and what standbys that makes this instance's; and whether the source
// topics are still there. A broker that does not answer holds up nothing but this thread.
//
// Made once the topics are there; the destructor ends the thread, waiting for a request under way (seconds).
// group_changed() may come from any thread. Failures are logged and tried again.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/kafka/admin.h"
#include "processor/streams/runtime/group_view.h"
#include "processor/streams/runtime/host_directory.h"
#include "processor/streams/runtime/repartition_purge.h"
#include "processor/streams/runtime/standby_tasks.h"
#include "processor/streams/runtime/state_directory.h"
#include "processor/streams/runtime/streams_config.h"

namespace matchpoint::streams {

// All outlive the housekeeper.
struct HousekeeperParts {
    const StreamsConfig& config;
    const std::vector<SubtopologyInfo>& subtopologies;
    StateDirectory& directory;
    RepartitionPurge& purge;
    HostDirectory& hosts;
    StandbyTasks* standbys;  // null: there are none
    std::shared_ptr<spdlog::logger> logger;
    // Another instance asks the whole application to shut down. On the housekeeper's thread; must not block.
    std::function<void(const std::string& process)> on_shutdown_request;
    // A source topic has been deleted. As above.
    std::function<void(const std::string& topic)> on_missing_source;
};

class Housekeeper {
  public:
    explicit Housekeeper(HousekeeperParts parts);
    ~Housekeeper();
    Housekeeper(const Housekeeper&) = delete;
    Housekeeper& operator=(const Housekeeper&) = delete;

    // There was a rebalance: look who is there.
    void group_changed();
    // The thread ends with the request it is at; any thread, returns at once.
    void stop();

  private:
    using Clock = std::chrono::steady_clock;

    void run();
    [[nodiscard]] bool stopping() const;
    void purge_repartition_topics();
    void clean_state();
    void look_at_group();
    void look_at_sources();
    [[nodiscard]] bool tell_hosts(const kafka::GroupDescription& group);
    void place_standbys(const GroupView& group);
    void doubt_group();

    HousekeeperParts parts_;
    kafka::Admin admin_;
    Clock::time_point purge_at_;
    Clock::time_point clean_at_;
    Clock::time_point look_at_;
    Clock::time_point looked_at_{};
    Clock::time_point limits_at_;
    Clock::time_point sources_at_;
    std::set<std::string> missed_sources_;  // at the last look

    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    bool stopping_ = false;
    bool group_changed_ = false;
    bool group_doubted_ = false;
    std::thread thread_;  // last
};

}  // namespace matchpoint::streams
