#include "processor/streams/runtime/kafka_streams.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "processor/streams/runtime/exception_handlers.h"
#include "processor/streams/runtime/housekeeper.h"
#include "processor/streams/runtime/internal_topics.h"
#include "processor/streams/runtime/shutdown_request.h"
#include "processor/streams/runtime/stream_thread.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;

// How long the others have to leave when one instance asks all to shut down.
constexpr auto kShutdownPatience = std::chrono::seconds(30);

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

StoreProvider::Phase phase_of(State state) {
    switch (state) {
        case State::kCreated:
            return StoreProvider::Phase::kNotStarted;
        case State::kRebalancing:
            return StoreProvider::Phase::kRebalancing;
        case State::kRunning:
            return StoreProvider::Phase::kRunning;
        default:
            return StoreProvider::Phase::kStopped;
    }
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

// The supervisor thread makes, watches, replaces and joins the stream threads; every change of state comes through it
// or through change_state() under the mutex.
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
          memory_(std::make_shared<state::StoreMemory>(memory_options(config_))),
          purge_(subtopologies_),
          metrics_(static_cast<std::size_t>(config_.num_stream_threads)) {
        options_.handlers = handlers_from(config_, std::move(options_.handlers), logger_);
        if (subtopologies_.empty()) throw TopologyError("the topology has no source");
        if (config_.num_standby_replicas > 0) {
            standbys_ = std::make_unique<StandbyTasks>(StandbyParts{config_, subtopologies_, directory_, memory_,
                                                                    *board_, logger_, options_.standby_listener});
        }
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
            change_state(lock, State::kPendingShutdown);
            change_state(lock, State::kNotRunning);
            return true;
        }
        if (!changed_.wait_for(lock, timeout, [this] { return ended_; })) return false;
        lock.unlock();
        supervisor_.join();
        return true;
    }

    void set_paused(bool paused) {
        if (paused_.exchange(paused) == paused) return;
        logger_->info("{}", paused ? "paused" : "resumed");
        const std::scoped_lock lock(mutex_);
        if (state_ == State::kCreated) return;
        for (const auto& thread : threads_) thread->wake();
    }
    bool is_paused() const { return paused_; }

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
        const std::scoped_lock lock(mutex_);
        for (std::size_t i = 0; i < threads_.size(); ++i)
            result.push_back({threads_[i]->name(), &metrics_[i], threads_[i]->state()});
        return result;
    }
    const TaskBoard& tasks() const { return *board_; }
    const std::shared_ptr<StoreProvider>& stores() const { return stores_; }
    const HostDirectory& hosts() const { return hosts_; }
    const RestoreProgress& restore_progress() const { return restore_progress_; }
    std::int64_t failed_threads() const { return failed_threads_; }
    const StreamsConfig& config() const { return config_; }
    const Topology& topology() const { return topology_; }

  private:
    std::unique_ptr<StreamThread> make_thread(std::int32_t index) {
        const ApplicationParts parts{config_,
                                     topology_,
                                     subtopologies_,
                                     options_.handlers,
                                     clock_,
                                     directory_,
                                     memory_,
                                     logger_,
                                     *board_,
                                     paused_,
                                     purge_,
                                     &restore_progress_,
                                     standbys_.get(),
                                     [this] {
                                         housekeeper_->group_changed();
                                         hosts_.refresh_soon();
                                     }};
        StreamThreadEvents events;
        events.on_change = [this] { on_thread_change(); };
        events.on_exception = [this](const std::exception& error) { return on_exception(error); };
        events.on_end = [this, index](std::optional<UncaughtResponse> died) { on_thread_end(index, died); };
        return std::make_unique<StreamThread>(parts, index, metrics_[static_cast<std::size_t>(index)],
                                              std::move(events));
    }

    void supervise() {
        try {
            if (prepare()) {
                housekeeper_ = std::make_unique<Housekeeper>(housekeeper_parts());
                hosts_.start();
                for (const auto& thread : threads_) thread->start();
                watch();
            }
        } catch (const std::exception& failure) {
            fail(failure.what());
        }
        std::unique_lock lock(mutex_);
        const bool failed = !error_.empty();
        change_state(lock, failed ? State::kPendingError : State::kPendingShutdown);
        lock.unlock();
        hosts_.stop();
        for (const auto& thread : threads_) thread->stop();
        for (const auto& thread : threads_) thread->join();
        housekeeper_.reset();
        standbys_.reset();
        if (ask_others_) {
            request_application_shutdown(config_, directory_.process_id(), subtopologies_, logger_, kShutdownPatience,
                                         [this] { return !closing_; });
        }
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
        return topics.ensure(subtopologies_, [this] { return !closing_; });
    }

    HousekeeperParts housekeeper_parts() {
        return {
            config_, subtopologies_, directory_, purge_, standbys_.get(), logger_, [this](const std::string& process) {
                fail(fmt::format("instance {} of the application asks all to shut down", process));
            }};
    }

    // Until somebody closes the application or it has failed.
    void watch() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return closing_ || !error_.empty() || !dead_.empty(); });
            if (closing_ || !error_.empty()) return;
            const std::vector<std::int32_t> dead = std::exchange(dead_, {});
            lock.unlock();
            for (const std::int32_t index : dead) replace(index);
            lock.lock();
        }
    }

    void replace(std::int32_t index) {
        auto& place = threads_[static_cast<std::size_t>(index)];
        place->join();
        auto fresh = make_thread(index);
        logger_->info("{} is replaced", fresh->name());
        {
            const std::scoped_lock lock(mutex_);
            place.swap(fresh);
        }
        place->start();
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

    // The handler is the user's: it must not keep the thread from dying.
    UncaughtResponse on_exception(const std::exception& error) {
        UncaughtResponse response = UncaughtResponse::kShutdownClient;
        ++failed_threads_;
        try {
            if (options_.uncaught_exception) response = options_.uncaught_exception(error);
        } catch (const std::exception& failure) {
            logger_->error("the uncaught-exception handler failed, shutting down: {}", failure.what());
        }
        if (response == UncaughtResponse::kShutdownApplication) ask_others_ = true;
        if (response != UncaughtResponse::kReplaceThread) fail(error.what());
        return response;
    }

    void on_thread_end(std::int32_t index, std::optional<UncaughtResponse> died) {
        if (died != UncaughtResponse::kReplaceThread) return;
        const std::scoped_lock lock(mutex_);
        dead_.push_back(index);
        changed_.notify_all();
    }

    void change_state(std::unique_lock<std::mutex>& lock, State to) {
        const State from = state_;
        if (from == to || !may_change(from, to)) return;
        state_ = to;
        stores_->set_phase(phase_of(to));
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
    std::shared_ptr<TaskBoard> board_ = std::make_shared<TaskBoard>();
    std::shared_ptr<StoreProvider> stores_ = std::make_shared<StoreProvider>(subtopologies_, board_);
    HostDirectory hosts_{config_, subtopologies_, board_, logger_};
    RestoreProgress restore_progress_;
    StateDirectory directory_;
    std::shared_ptr<state::StoreMemory> memory_;
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
    State state_ = State::kCreated;
    std::string error_;
    std::vector<std::int32_t> dead_;  // to be replaced
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
void KafkaStreams::pause() {
    impl_->set_paused(true);
}
void KafkaStreams::resume() {
    impl_->set_paused(false);
}
bool KafkaStreams::is_paused() const {
    return impl_->is_paused();
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
std::vector<StreamsMetadata> KafkaStreams::metadata_for_all_streams_clients() const {
    return impl_->hosts().all();
}
std::vector<StreamsMetadata> KafkaStreams::streams_metadata_for_store(const std::string& store) const {
    (void)impl_->stores()->info(store);
    return impl_->hosts().for_store(store);
}
std::optional<KeyQueryMetadata> KafkaStreams::metadata_for_key(const std::string& store, BytesView key) const {
    (void)impl_->stores()->info(store);
    return impl_->hosts().for_key(store, key);
}
std::optional<KeyQueryMetadata> KafkaStreams::metadata_for_partition(const std::string& store,
                                                                     Partition partition) const {
    (void)impl_->stores()->info(store);
    return impl_->hosts().for_partition(store, partition);
}
std::shared_ptr<const StoreProvider> KafkaStreams::store_provider() const {
    return impl_->stores();
}
const RestoreProgress& KafkaStreams::restore_progress() const {
    return impl_->restore_progress();
}
std::int64_t KafkaStreams::failed_stream_threads() const {
    return impl_->failed_threads();
}

}  // namespace matchpoint::streams
