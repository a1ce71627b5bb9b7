#include "processor/streams/runtime/state_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <optional>
#include <random>
#include <thread>

#include "processor/streams/base/error.h"

namespace matchpoint::streams {
namespace fs = std::filesystem;
namespace {

constexpr auto kLockPatience = std::chrono::seconds(5);
constexpr auto kLockRetry = std::chrono::milliseconds(50);

std::string random_uuid() {
    std::random_device device;
    std::uniform_int_distribution<int> hex(0, 15);
    std::string uuid = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
    for (char& c : uuid) {
        if (c == 'x') c = "0123456789abcdef"[hex(device)];
    }
    return uuid;
}

std::optional<TaskId> parse_task_id(const std::string& name) {
    const auto underscore = name.find('_');
    if (underscore == std::string::npos) return std::nullopt;
    TaskId id;
    std::int32_t partition = 0;
    const char* begin = name.data();
    const auto first = std::from_chars(begin, begin + underscore, id.subtopology);
    const auto second = std::from_chars(begin + underscore + 1, begin + name.size(), partition);
    const bool whole = first.ptr == begin + underscore && second.ptr == begin + name.size();
    if (first.ec != std::errc{} || second.ec != std::errc{} || !whole) return std::nullopt;
    id.partition = Partition{partition};
    return id;
}

}  // namespace

StateDirectory::StateDirectory(const fs::path& state_dir, const std::string& application_id)
    : root_(state_dir / application_id) {
    std::error_code error;
    fs::create_directories(root_, error);
    if (error) {
        throw ConfigError(
            fmt::format("state.dir={}: cannot create {}: {}", state_dir.string(), root_.string(), error.message()));
    }
    take_lock();
    load_process_id();
}

StateDirectory::~StateDirectory() {
    if (lock_fd_ >= 0) ::close(lock_fd_);
}

void StateDirectory::take_lock() {
    const fs::path file = root_ / ".lock";
    lock_fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock_fd_ < 0)
        throw ConfigError(fmt::format("state.dir: cannot open {}: {}", file.string(), std::strerror(errno)));
    // A predecessor that was just killed may take a moment to be gone.
    for (auto waited = std::chrono::milliseconds(0); waited < kLockPatience; waited += kLockRetry) {
        if (::flock(lock_fd_, LOCK_EX | LOCK_NB) == 0) return;
        std::this_thread::sleep_for(kLockRetry);
    }
    ::close(lock_fd_);
    lock_fd_ = -1;
    throw ConfigError(fmt::format("{} is in use by another process; end it, or give this one a state.dir of its own",
                                  root_.string()));
}

void StateDirectory::load_process_id() {
    const fs::path file = root_ / "process-id";
    if (std::ifstream in(file); in && std::getline(in, process_id_) && !process_id_.empty()) return;
    process_id_ = random_uuid();
    const fs::path fresh = root_ / "process-id.new";
    std::ofstream(fresh) << process_id_ << "\n";
    std::error_code error;
    fs::rename(fresh, file, error);  // atomic: a killed process leaves no half id
    if (error) throw ConfigError(fmt::format("state.dir: cannot write {}: {}", file.string(), error.message()));
}

std::vector<TaskId> StateDirectory::tasks() const {
    std::vector<TaskId> tasks;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root_, error)) {
        const auto task = parse_task_id(entry.path().filename().string());
        if (task && entry.is_directory(error)) tasks.push_back(*task);
    }
    std::sort(tasks.begin(), tasks.end());  // the order in which stream threads start theirs
    return tasks;
}

bool StateDirectory::lock_task(TaskId task) {
    const std::scoped_lock lock(mutex_);
    return locked_.insert(task).second;
}

void StateDirectory::unlock_task(TaskId task) {
    const std::scoped_lock lock(mutex_);
    locked_.erase(task);
    std::error_code ignored;  // a task without state has none
    fs::last_write_time(task_directory(task), fs::file_time_type::clock::now(), ignored);
}

std::vector<TaskId> StateDirectory::clean_obsolete(std::chrono::milliseconds unused_for) {
    const std::scoped_lock lock(mutex_);
    std::vector<TaskId> cleaned;
    const auto now = fs::file_time_type::clock::now();
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root_, error)) {
        const auto task = parse_task_id(entry.path().filename().string());
        if (!task || !entry.is_directory() || locked_.contains(*task)) continue;
        fs::file_time_type latest = entry.last_write_time(error);
        for (const auto& file : fs::directory_iterator(entry.path(), error)) {
            latest = std::max(latest, file.last_write_time(error));
        }
        if (now - latest < unused_for) continue;
        fs::remove_all(entry.path(), error);
        if (!error) cleaned.push_back(*task);
    }
    return cleaned;
}

}  // namespace matchpoint::streams
