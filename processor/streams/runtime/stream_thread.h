// One group member: a consumer, its tasks, and the producers of their output, on a thread of its own.
//
//     poll -> queue -> process -> punctuate -> commit -> poll …
//
// A commit begins as soon as there is something to commit, nothing more to process at once, and the one before has
// ended; under load, when records keep coming, every commit.interval.ms. start(), stop() and join() are for the
// owner's thread.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/runtime/task_manager.h"
#include "processor/streams/runtime/thread_state.h"

namespace matchpoint::streams {

// Shared by all threads of an application; outlives them.
struct ApplicationParts {
    const StreamsConfig& config;
    const Topology& topology;
    const std::vector<SubtopologyInfo>& subtopologies;
    const ErrorHandlers& handlers;
    const Clock& clock;
    StateDirectory& directory;
    std::shared_ptr<state::StoreMemory> memory;
    std::shared_ptr<spdlog::logger> logger;
    TaskBoard& board;
    StateRestoreListener* restore_listener = nullptr;
};

class StreamThread {
  public:
    using State = ThreadState;

    // `on_change` is called on the stream thread after each change of state(); `on_death` with what it died of, last.
    StreamThread(ApplicationParts parts, std::int32_t index, std::function<void()> on_change,
                 std::function<void(std::exception_ptr)> on_death);
    ~StreamThread();  // stop() and join()

    void start();
    void stop();  // any thread; returns at once
    void join();

    [[nodiscard]] State state() const { return state_.load(); }
    [[nodiscard]] const StreamMetrics& metrics() const { return metrics_; }
    [[nodiscard]] const std::string& name() const { return name_; }

  private:
    struct Clients;

    void run();
    void run_until_stopped();
    void iterate();
    void start_tasks();
    void poll_records();
    std::size_t poll_batch();
    void poll_one(std::chrono::milliseconds timeout, bool& got);
    [[nodiscard]] std::chrono::milliseconds wait_time() const;
    void commit_if_due();
    void recover(const std::string& why);
    void shut_down(bool clean);
    void set_state(State state);
    [[nodiscard]] std::unique_ptr<ProducerSlot> make_producer(int slot);
    [[nodiscard]] TopicLimits describe_topic(const std::string& topic);
    [[nodiscard]] kafka::MaybeError leader_missing(const std::string& topic, std::int32_t partitions);
    [[nodiscard]] ErrorResponse on_refused(std::string_view topic, const OutputRecord& record);
    [[nodiscard]] bool make_parts();

    ApplicationParts parts_;
    std::int32_t index_;
    std::string name_;
    std::function<void()> on_change_;
    std::function<void(std::exception_ptr)> on_death_;
    StreamMetrics metrics_;
    std::atomic<State> state_{State::kStarting};
    std::atomic<bool> stopping_{false};
    std::unique_ptr<Clients> clients_;
    std::int64_t last_commit_ns_ = 0;
    bool drained_ = false;
    bool needs_recovery_ = false;
    std::thread thread_;
};

}  // namespace matchpoint::streams
