// The works behind KafkaStreams. The supervisor thread makes, watches, replaces and joins the stream threads; every
// change of state comes through it or through the state machine under the mutex. Private to kafka_streams*.cc:
//
//     kafka_streams.cc             the public class
//     kafka_streams_supervisor.cc  from the start to the shutdown
//     kafka_streams_threads.cc     the stream threads, and what becomes of one that dies
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "processor/streams/runtime/housekeeper.h"
#include "processor/streams/runtime/kafka_streams.h"
#include "processor/streams/runtime/stream_thread.h"

namespace matchpoint::streams {

class KafkaStreams::Impl {
  public:
    Impl(Topology topology, const StreamsConfig::Map& config, std::shared_ptr<spdlog::logger> logger, Options options);
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    // As KafkaStreams'.
    void start();
    bool close(std::chrono::milliseconds timeout);
    void set_paused(bool paused);
    [[nodiscard]] bool is_paused() const { return paused_; }
    [[nodiscard]] State wait_until_ended(std::chrono::milliseconds timeout);
    [[nodiscard]] State state() const;
    [[nodiscard]] std::string error() const;
    [[nodiscard]] std::vector<ThreadMetrics> thread_metrics() const;
    [[nodiscard]] std::int64_t failed_threads() const { return failed_threads_; }

    [[nodiscard]] const TaskBoard& tasks() const { return *board_; }
    [[nodiscard]] const std::shared_ptr<StoreProvider>& stores() const { return stores_; }
    [[nodiscard]] const HostDirectory& hosts() const { return hosts_; }
    [[nodiscard]] const RestoreProgress& restore_progress() const { return restore_progress_; }
    [[nodiscard]] const StreamsConfig& config() const { return config_; }
    [[nodiscard]] const Topology& topology() const { return topology_; }

  private:
    // The supervisor thread.
    void supervise();
    [[nodiscard]] bool prepare();
    [[nodiscard]] HousekeeperParts housekeeper_parts();
    void watch();
    void replace(std::int32_t index);
    void shut_down();

    [[nodiscard]] std::unique_ptr<StreamThread> make_thread(std::int32_t index);
    // Any thread: the application is to end in ERROR.
    void fail(const std::string& why);
    // The stream threads.
    void on_thread_change();
    [[nodiscard]] UncaughtResponse on_exception(const std::exception& error);
    void on_thread_end(std::int32_t index, std::optional<UncaughtResponse> died);

    Topology topology_;
    StreamsConfig config_;
    std::vector<SubtopologyInfo> subtopologies_;
    Options options_;
    std::shared_ptr<spdlog::logger> logger_;
    SystemClock clock_;
    std::shared_ptr<TaskBoard> board_ = std::make_shared<TaskBoard>();
    std::shared_ptr<StoreProvider> stores_ = std::make_shared<StoreProvider>(subtopologies_, board_);
    HostDirectory hosts_{config_, subtopologies_, board_};
    RestoreProgress restore_progress_;
    StateDirectory directory_;
    std::shared_ptr<state::StoreMemory> memory_;
    EarlyStorages early_;
    RepartitionPurge purge_;
    std::vector<StreamMetrics> metrics_;      // of each place among the threads, whoever holds it
    std::unique_ptr<StandbyTasks> standbys_;  // null: none are wanted
    std::unique_ptr<Housekeeper> housekeeper_;
    std::atomic<bool> paused_{false};
    std::atomic<bool> closing_{false};     // set under the mutex
    std::atomic<bool> ask_others_{false};  // to shut down

    std::atomic<std::int64_t> failed_threads_{0};
    mutable std::mutex mutex_;  // guards what follows; threads_ also belongs to the supervisor, which alone changes it
    std::vector<std::unique_ptr<StreamThread>> threads_;
    std::condition_variable changed_;
    StateMachine state_{changed_, *stores_, options_.state_listener, *logger_};
    std::string error_;
    std::vector<std::int32_t> dead_;  // to be replaced
    bool ended_ = false;
    std::thread supervisor_;
};

}  // namespace matchpoint::streams
