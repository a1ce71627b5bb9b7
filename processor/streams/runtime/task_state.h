// Opens the local state of a task, active or standby. State that cannot be trusted is wiped, and said so in the log: it
// is in the changelog. Any thread that holds the task's directory lock.
#pragma once

#include <memory>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/runtime/state_directory.h"
#include "processor/streams/state/task_storage.h"
#include "processor/streams/topology/processor_topology.h"

namespace matchpoint::streams {

enum class Trust : bool { kYes, kNo };

// With kNo what is on disk is wiped unseen. Throws StorageError for what wiping cannot mend.
[[nodiscard]] std::unique_ptr<state::TaskStorage> open_task_state(TaskId id, const SubtopologyInfo& info,
                                                                  const StateDirectory& directory,
                                                                  const std::shared_ptr<state::StoreMemory>& memory,
                                                                  spdlog::logger& logger, Trust trust);

// Whether the task itself writes the store's changelog.
[[nodiscard]] bool writes_changelog(const StoreSpec& store);
// Whether there is anything to restore or to replicate.
[[nodiscard]] bool has_changelog(const SubtopologyInfo& info);
// Whether the store has one in the task of that partition: a source topic may be narrower than there are tasks.
[[nodiscard]] bool has_changelog(const SubtopologyInfo& info, const StoreSpec& store, Partition partition);

}  // namespace matchpoint::streams
