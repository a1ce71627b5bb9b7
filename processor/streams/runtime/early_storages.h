// The tasks' stores, opened while Kafka is still being reached: after a kill -9 RocksDB reads its logs again, which
// takes longer than the way back into the group, and the tasks whose directories are here are most likely those that
// the group will give. So are those that others have just given up. What nobody takes is closed.
//
//     directory --> being opened --> open --- take() ---> the stream thread's
//                                     +--- close_rest() ---> closed
//
// Threads of its own open. A directory is locked for as long as its storage is here.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/runtime/state_directory.h"
#include "processor/streams/state/task_storage.h"
#include "processor/streams/topology/processor_topology.h"

namespace matchpoint::streams {

class EarlyStorages {
  public:
    // All but `subtopologies` outlive it.
    EarlyStorages(const std::vector<SubtopologyInfo>& subtopologies, StateDirectory& directory,
                  std::shared_ptr<state::StoreMemory> memory, std::shared_ptr<spdlog::logger> logger);
    ~EarlyStorages();  // close()
    EarlyStorages(const EarlyStorages&) = delete;
    EarlyStorages& operator=(const EarlyStorages&) = delete;

    // Begins with all that the directory has; once.
    void open_all();
    // These too, new ones among them, are likely to be given; in vain once the rest is closed. Any thread.
    void open(const std::vector<TaskId>& tasks);
    // The task's storage and, with it, the lock of its directory; waits for one that is being opened. Null if there is
    // none: what has not been begun is the caller's, and so is what could not be opened, with its error.
    [[nodiscard]] std::unique_ptr<state::TaskStorage> take(TaskId task);
    // Every task has its thread. Returns at once.
    void close_rest();
    // The same, and returns when it is done.
    void close();

  private:
    void run();
    // Null if it cannot be opened.
    [[nodiscard]] std::unique_ptr<state::TaskStorage> open_one(TaskId task);

    const std::vector<SubtopologyInfo> subtopologies_;
    StateDirectory& directory_;
    std::shared_ptr<state::StoreMemory> memory_;
    std::shared_ptr<spdlog::logger> logger_;

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::deque<TaskId> waiting_;
    std::set<TaskId> being_opened_;
    std::map<TaskId, std::unique_ptr<state::TaskStorage>> open_;
    bool closing_ = false;
    std::vector<std::thread> threads_;  // open_all()'s and close()'s caller alone
};

}  // namespace matchpoint::streams
