// <state.dir>/<application.id>: one process's local state, a folder a task. Locked against other processes for as long
// as the object lives; also keeps the process id, which names this instance to the group and to the transaction
// coordinator, so that after a crash the same state comes back as the same member and fences its own past at once.
//
//     process-id     a random UUID, written once          .lock     flock(2)          0_3/     task 0_3's stores
//
// Any thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "processor/streams/base/types.h"

namespace matchpoint::streams {

class StateDirectory {
  public:
    // Creates what is missing. Throws ConfigError naming the directory if it cannot be written, or if another process
    // has it.
    StateDirectory(const std::filesystem::path& state_dir, const std::string& application_id);
    ~StateDirectory();
    StateDirectory(const StateDirectory&) = delete;
    StateDirectory& operator=(const StateDirectory&) = delete;

    [[nodiscard]] const std::string& process_id() const { return process_id_; }
    [[nodiscard]] std::filesystem::path task_directory(TaskId task) const { return root_ / task.to_string(); }

    // Of which there is a directory.
    [[nodiscard]] std::vector<TaskId> tasks() const;

    // A task's directory belongs to one stream thread at a time. False if another one has it still.
    [[nodiscard]] bool lock_task(TaskId task);
    void unlock_task(TaskId task);

    // Deletes the directories of tasks that nobody has locked, and that were not written nor unlocked for that long.
    std::vector<TaskId> clean_obsolete(std::chrono::milliseconds unused_for);

  private:
    void take_lock();
    void load_process_id();

    std::filesystem::path root_;
    std::string process_id_;
    int lock_fd_ = -1;
    std::mutex mutex_;
    std::set<TaskId> locked_;
};

}  // namespace matchpoint::streams
