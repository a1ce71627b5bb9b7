#include "processor/streams/runtime/early_storages.h"

#include <algorithm>
#include <utility>

#include "processor/streams/runtime/task_state.h"

namespace matchpoint::streams {
namespace {

constexpr std::size_t kMostThreads = 4;

}  // namespace

EarlyStorages::EarlyStorages(const std::vector<SubtopologyInfo>& subtopologies, StateDirectory& directory,
                             std::shared_ptr<state::StoreMemory> memory, std::shared_ptr<spdlog::logger> logger)
    : subtopologies_(subtopologies), directory_(directory), memory_(std::move(memory)), logger_(std::move(logger)) {}

EarlyStorages::~EarlyStorages() {
    close();
}

void EarlyStorages::open_all() {
    for (const TaskId task : directory_.tasks()) waiting_.push_back(task);
    const std::size_t cores = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
    for (std::size_t i = 0; i < cores; ++i) threads_.emplace_back([this] { run(); });
}

void EarlyStorages::open(const std::vector<TaskId>& tasks) {
    const std::scoped_lock lock(mutex_);
    if (closing_) return;
    for (const TaskId task : tasks) {
        const bool begun = open_.contains(task) || being_opened_.contains(task) ||
                           std::find(waiting_.begin(), waiting_.end(), task) != waiting_.end();
        if (!begun) waiting_.push_back(task);
    }
    changed_.notify_all();
}

std::unique_ptr<state::TaskStorage> EarlyStorages::take(TaskId task) {
    std::unique_lock lock(mutex_);
    std::erase(waiting_, task);
    changed_.wait(lock, [this, task] { return !being_opened_.contains(task); });
    const auto found = open_.find(task);
    if (found == open_.end()) return nullptr;
    std::unique_ptr<state::TaskStorage> storage = std::move(found->second);
    open_.erase(found);
    return storage;
}

void EarlyStorages::close_rest() {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
    waiting_.clear();
    changed_.notify_all();
}

void EarlyStorages::close() {
    close_rest();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void EarlyStorages::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
        if (closing_) break;
        const TaskId task = waiting_.front();
        waiting_.pop_front();
        being_opened_.insert(task);
        lock.unlock();
        std::unique_ptr<state::TaskStorage> storage = open_one(task);
        lock.lock();
        if (storage != nullptr) open_.emplace(task, std::move(storage));
        being_opened_.erase(task);
        changed_.notify_all();
    }
    while (!open_.empty()) {
        auto rest = open_.extract(open_.begin());
        lock.unlock();
        rest.mapped().reset();
        directory_.unlock_task(rest.key());
        lock.lock();
    }
}

std::unique_ptr<state::TaskStorage> EarlyStorages::open_one(TaskId task) {
    const auto info = std::find_if(subtopologies_.begin(), subtopologies_.end(),
                                   [task](const SubtopologyInfo& each) { return each.id == task.subtopology; });
    if (info == subtopologies_.end() || info->stores.empty() || !directory_.lock_task(task)) return nullptr;
    try {
        return open_task_state(task, *info, directory_, memory_, *logger_, Trust::kYes);
    } catch (const std::exception& error) {
        // Whoever is given the task meets it again, and dies of it; nobody else need mind.
        logger_->debug("task {}: cannot open its state yet: {}", task.to_string(), error.what());
    }
    directory_.unlock_task(task);
    return nullptr;
}

}  // namespace matchpoint::streams
