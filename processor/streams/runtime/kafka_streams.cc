#include "processor/streams/runtime/kafka_streams.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "processor/streams/runtime/internal_topics.h"
#include "processor/streams/runtime/stream_thread.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;

constexpr auto kCleanupInterval = std::chrono::minutes(1);

bool may_change(State from, State to) {
    switch (from) {
        case State::kCreated:
            return to == State::kRebalancing || to == State::kPendingShutdown;
        case State::kRebalancing:
            return to == State::kRunning || to == State::kPendingShutdown || to == State::kPendingError;
        case State::kRunning:
            return to == State::kRebalancing || to == State::kPendingShutdown || to == State::kPendingError;
        case State::kPendingShutdown:
            return to == State::kNotRunning;
        case State::kPendingError:
            return to == State::kError;
        case State::kError:
            return to == State::kPendingShutdown;
        case State::kNotRunning:
            return false;
    }
    return false;
}

state::StoreMemoryOptions memory_options(const StreamsConfig& config) {
    state::StoreMemoryOptions options;
    options.total_bytes = config.store_memory_bytes;
    options.write_buffer_bytes = config.store_memory_bytes / 4;
    return options;
}

}  // namespace

std::string_view to_text(KafkaStreams::State state) {
    switch (state) {
        case State::kCreated:
            return "CREATED";
        case State::kRebalancing:
            return "REBALANCING";
        case State::kRunning:
            return "RUNNING";
        case State::kPendingShutdown:
            return "PENDING_SHUTDOWN";
        case State::kNotRunning:
            return "NOT_RUNNING";
        case State::kPendingError:
            return "PENDING_ERROR";
        case State::kError:
            return "ERROR";
    }
    return "?";
}

// The supervisor thread makes, watches and joins the stream threads; every change of state comes through it or through
// change_state() under the mutex.
class KafkaStreams::Impl {
  public:
    Impl(Topology topology, const StreamsConfig::Map& config, std::shared_ptr<spdlog::logger> logger, Options options)
        : topology_(std::move(topology)),
          config_(StreamsConfig::parse(config)),
          subtopologies_(topology_.subtopologies(config_.application_id)),
          options_(std::move(options)),
          logger_(std::move(logger)),
          restore_progress_(subtopologies_, clock_, options_.restore_listener),
          directory_(config_.state_dir, config_.application_id),
          memory_(std::make_shared<state::StoreMemory>(memory_options(config_))) {
        if (subtopologies_.empty()) throw TopologyError("the topology has no source");
        for (std::int32_t i = 0; i < config_.num_stream_threads; ++i) threads_.push_back(make_thread(i));
    }

    void start() {
        const std::scoped_lock lock(mutex_);
        if (supervisor_.joinable() || state_ != State::kCreated)
            throw StreamsError("the application was started before");
        supervisor_ = std::thread([this] { supervise(); });
    }

    bool close(std::chrono::milliseconds timeout) {
        std::unique_lock lock(mutex_);
        closing_ = true;
        changed_.notify_all();
        if (!supervisor_.joinable()) {
            if (state_ == State::kCreated || state_ == State::kError) {
                change_state(lock, State::kPendingShutdown);
                change_state(lock, State::kNotRunning);
            }
            return true;
        }
        if (!changed_.wait_for(lock, timeout, [this] { return ended_; })) return false;
        lock.unlock();
        supervisor_.join();
        return true;
    }

    State wait_until_ended(std::chrono::milliseconds timeout) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, timeout, [this] { return state_ == State::kNotRunning || state_ == State::kError; });
        return state_;
    }

    ~Impl() {
        close(std::chrono::seconds(30));
        if (supervisor_.joinable()) supervisor_.join();
    }

    State state() const {
        const std::scoped_lock lock(mutex_);
        return state_;
    }
    std::string error() const {
        const std::scoped_lock lock(mutex_);
        return error_;
    }
    std::vector<ThreadMetrics> thread_metrics() const {
        std::vector<ThreadMetrics> result;
        for (const auto& thread : threads_) result.push_back({thread->name(), &thread->metrics(), thread->state()});
        return result;
    }
    const TaskBoard& tasks() const { return board_; }
    const RestoreProgress& restore_progress() const { return restore_progress_; }
    std::int64_t failed_threads() const { return failed_threads_; }
    const StreamsConfig& config() const { return config_; }
    const Topology& topology() const { return topology_; }

  private:
    std::unique_ptr<StreamThread> make_thread(std::int32_t index) {
        const ApplicationParts parts{config_, topology_, subtopologies_, options_.handlers, clock_, directory_,
                                     memory_, logger_,   board_,         &restore_progress_};
        return std::make_unique<StreamThread>(
            parts, index, [this] { on_thread_change(); }, [this](std::exception_ptr death) { on_thread_death(death); });
    }

    void supervise() {
        bool started = false;
        try {
            started = prepare();
            if (started) {
                for (const auto& thread : threads_) thread->start();
            }
        } catch (const std::exception& failure) {
            fail(failure.what());
        }
        watch();
        std::unique_lock lock(mutex_);
        const bool failed = !error_.empty();
        change_state(lock, failed ? State::kPendingError : State::kPendingShutdown);
        lock.unlock();
        for (const auto& thread : threads_) thread->stop();
        for (const auto& thread : threads_) thread->join();
        lock.lock();
        change_state(lock, failed ? State::kError : State::kNotRunning);
        ended_ = true;
        changed_.notify_all();
    }

    bool prepare() {
        {
            std::unique_lock lock(mutex_);
            change_state(lock, State::kRebalancing);
        }
        kafka::Admin admin(config_.client_config(config_.application_id + "-admin"),
                           {.logger = logger_, .on_connection_change = {}});
        InternalTopics topics(admin, config_, logger_);
        return topics.ensure(subtopologies_, [this] {
            const std::scoped_lock lock(mutex_);
            return !closing_;
        });
    }

    // Until somebody closes the application or it has failed.
    void watch() {
        std::unique_lock lock(mutex_);
        while (!closing_ && error_.empty()) {
            if (changed_.wait_for(lock, kCleanupInterval, [this] { return closing_ || !error_.empty(); })) break;
            lock.unlock();
            for (const TaskId task : directory_.clean_obsolete(config_.state_cleanup_delay)) {
                logger_->info("removed the obsolete state of task {}", task.to_string());
            }
            lock.lock();
        }
    }

    void fail(const std::string& why) {
        const std::scoped_lock lock(mutex_);
        if (error_.empty()) error_ = why.empty() ? "unknown error" : why;
        changed_.notify_all();
    }

    void on_thread_change() {
        std::unique_lock lock(mutex_);
        if (closing_ || !error_.empty()) return;
        const bool running = std::all_of(threads_.begin(), threads_.end(), [](const auto& thread) {
            return thread->state() == StreamThread::State::kRunning;
        });
        change_state(lock, running ? State::kRunning : State::kRebalancing);
    }

    void on_thread_death(std::exception_ptr death) {
        if (!death) return;
        ++failed_threads_;
        try {
            std::rethrow_exception(death);
        } catch (const std::exception& failure) {
            if (options_.uncaught_exception) options_.uncaught_exception(failure);
            fail(failure.what());
        }
    }

    void change_state(std::unique_lock<std::mutex>& lock, State to) {
        const State from = state_;
        if (from == to || !may_change(from, to)) return;
        state_ = to;
        changed_.notify_all();
        logger_->info("state changes from {} to {}", to_text(from), to_text(to));
        if (!options_.state_listener) return;
        lock.unlock();
        options_.state_listener(to, from);
        lock.lock();
    }

    Topology topology_;
    StreamsConfig config_;
    std::vector<SubtopologyInfo> subtopologies_;
    Options options_;
    std::shared_ptr<spdlog::logger> logger_;
    SystemClock clock_;
    TaskBoard board_;
    RestoreProgress restore_progress_;
    StateDirectory directory_;
    std::shared_ptr<state::StoreMemory> memory_;
    std::vector<std::unique_ptr<StreamThread>> threads_;

    std::atomic<std::int64_t> failed_threads_{0};
    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    State state_ = State::kCreated;
    std::string error_;
    bool closing_ = false;
    bool ended_ = false;
    std::thread supervisor_;
};

KafkaStreams::KafkaStreams(Topology topology, const StreamsConfig::Map& config, std::shared_ptr<spdlog::logger> logger,
                           Options options)
    : impl_(std::make_unique<Impl>(std::move(topology), config, std::move(logger), std::move(options))) {}

KafkaStreams::KafkaStreams(Topology topology, const StreamsConfig::Map& config, std::shared_ptr<spdlog::logger> logger)
    : KafkaStreams(std::move(topology), config, std::move(logger), Options{}) {}

KafkaStreams::~KafkaStreams() = default;

void KafkaStreams::start() {
    impl_->start();
}
bool KafkaStreams::close(std::chrono::milliseconds timeout) {
    return impl_->close(timeout);
}
State KafkaStreams::wait_until_ended(std::chrono::milliseconds timeout) {
    return impl_->wait_until_ended(timeout);
}
State KafkaStreams::state() const {
    return impl_->state();
}
std::string KafkaStreams::error() const {
    return impl_->error();
}
const StreamsConfig& KafkaStreams::config() const {
    return impl_->config();
}
const Topology& KafkaStreams::topology() const {
    return impl_->topology();
}
std::vector<KafkaStreams::ThreadMetrics> KafkaStreams::thread_metrics() const {
    return impl_->thread_metrics();
}
const TaskBoard& KafkaStreams::tasks() const {
    return impl_->tasks();
}
const RestoreProgress& KafkaStreams::restore_progress() const {
    return impl_->restore_progress();
}
std::int64_t KafkaStreams::failed_stream_threads() const {
    return impl_->failed_threads();
}

}  // namespace matchpoint::streams
