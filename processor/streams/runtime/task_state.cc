#include "processor/streams/runtime/task_state.h"

#include <algorithm>

namespace matchpoint::streams {

std::unique_ptr<state::TaskStorage> open_task_state(TaskId id, const SubtopologyInfo& info,
                                                    const StateDirectory& directory,
                                                    const std::shared_ptr<state::StoreMemory>& memory,
                                                    spdlog::logger& logger, Trust trust) {
    std::vector<state::StoreSpec> specs;
    for (const StoreSpec& spec : info.stores) {
        const bool persistent = spec.kind == StoreSpec::Kind::kPersistent;
        specs.push_back({spec.name, persistent ? state::StoreKind::kRocksDb : state::StoreKind::kInMemory});
    }
    const auto path = directory.task_directory(id);
    if (trust == Trust::kNo) {
        logger.error("task {}: its state is corrupted; wiping {} and restoring from the changelog", id.to_string(),
                     path.string());
        state::TaskStorage::destroy(path);
    }
    try {
        return std::make_unique<state::TaskStorage>(path, specs, memory);
    } catch (const state::StorageError& error) {
        if (error.kind() != state::StorageErrorKind::kCorruption) throw;
        logger.error("task {}: {}; wiping it and restoring from the changelog", id.to_string(), error.what());
        state::TaskStorage::destroy(path);
    }
    return std::make_unique<state::TaskStorage>(path, specs, memory);
}

bool writes_changelog(const StoreSpec& store) {
    return store.changelog == StoreSpec::Changelog::kOwn || store.changelog == StoreSpec::Changelog::kPublicTopic;
}

bool has_changelog(const SubtopologyInfo& info) {
    return std::any_of(info.stores.begin(), info.stores.end(),
                       [](const StoreSpec& store) { return store.changelog != StoreSpec::Changelog::kNone; });
}

bool has_changelog(const SubtopologyInfo& info, const StoreSpec& store, Partition partition) {
    if (store.changelog == StoreSpec::Changelog::kSourceTopic) return info.reaches(store.changelog_topic, partition);
    return store.changelog != StoreSpec::Changelog::kNone;
}

}  // namespace matchpoint::streams
