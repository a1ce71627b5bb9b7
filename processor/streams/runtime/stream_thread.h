// One group member: a consumer, its tasks, and the producers of their output, on a thread of its own.
//
//     poll -> queue -> process -> punctuate -> commit -> poll …
//
// A commit begins as soon as there is something to commit, nothing more to process at once, and the one before has
// ended; under load, when records keep coming, every commit.interval.ms. While the application is paused it only polls
// and commits: the membership and restores go on. start(), stop() and join() are for the owner's thread.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
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
    const std::atomic<bool>& paused;
    RepartitionPurge& purge;
    StateRestoreListener* restore_listener = nullptr;
    StandbyTasks* standbys = nullptr;  // to take over from; may be null
    EarlyStorages* early = nullptr;    // likewise
    std::function<void()> on_rebalance{};
};

// Called on the stream thread.
struct StreamThreadEvents {
    std::function<void()> on_change;  // after each change of state()
    // It dies of this; what to do is asked before it closes. A thread that will be replaced keeps its static membership
    // for its successor.
    std::function<UncaughtResponse(const std::exception& error)> on_exception;
    // The last call. Empty: it was stopped.
    std::function<void(std::optional<UncaughtResponse> died)> on_end;
};

class StreamThread {
  public:
    using State = ThreadState;

    // `metrics` outlives the thread and has no other writer.
    StreamThread(ApplicationParts parts, std::int32_t index, StreamMetrics& metrics, StreamThreadEvents events);
    ~StreamThread();  // stop() and join()

    void start();
    // Any thread; returns at once. The thread ends within seconds, if Kafka does not answer without its last commit.
    void stop();
    void wake();  // to look at `paused` again; any thread
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
    // False: there is nothing more. Counts the record, if it was one.
    [[nodiscard]] bool poll_one(std::chrono::milliseconds timeout, std::size_t& records);
    [[nodiscard]] std::chrono::milliseconds wait_time() const;
    void process_records();
    [[nodiscard]] bool transaction_full() const;
    [[nodiscard]] bool commit_due(std::int64_t now_ns) const;
    void commit_if_due();
    void recover(const std::string& why);
    void after_failure(const std::string& why);
    [[nodiscard]] bool fenced_by_itself() const;
    [[nodiscard]] UncaughtResponse die(const std::exception& error);
    enum class Leave : bool { kNo, kYes };
    void shut_down(bool clean, Leave leave);
    void set_state(State state);
    void on_rebalance();
    void look_at_tasks();
    [[nodiscard]] std::unique_ptr<ProducerSlot> make_producer(int slot);
    [[nodiscard]] TopicLimits describe_topic(const std::string& topic);
    [[nodiscard]] kafka::MaybeError ask_limits(const std::string& topic, TopicLimits& limits);
    [[nodiscard]] std::optional<TopicLimits> limits_now(const std::string& topic);
    [[nodiscard]] kafka::MaybeError leader_missing(const std::string& topic, std::int32_t partitions);
    [[nodiscard]] ErrorResponse on_refused(std::string_view topic, const OutputRecord& record);
    void make_parts();
    [[nodiscard]] bool producers_ready();

    ApplicationParts parts_;
    std::int32_t index_;
    state::CacheBudget caches_;
    std::string name_;
    StreamMetrics& metrics_;
    StreamThreadEvents events_;
    std::atomic<State> state_{State::kStarting};
    std::atomic<bool> stopping_{false};
    std::atomic<bool> started_{false};  // clients_ is there
    // How long Kafka is waited for once the thread is to end.
    std::shared_ptr<kafka::CallLimit> limit_ = std::make_shared<kafka::CallLimit>();
    std::unique_ptr<Clients> clients_;
    std::int64_t last_commit_ns_ = 0;
    bool drained_ = false;
    bool idle_ = false;  // what is buffered waits for what is not
    bool needs_recovery_ = false;
    std::thread thread_;
};

}  // namespace matchpoint::streams
