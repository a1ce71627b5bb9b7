// KafkaStreams: from the start to the shutdown.
#include "processor/streams/runtime/client_check.h"
#include "processor/streams/runtime/exception_handlers.h"
#include "processor/streams/runtime/internal_topics.h"
#include "processor/streams/runtime/kafka_streams_impl.h"
#include "processor/streams/runtime/shutdown_request.h"

namespace matchpoint::streams {
namespace {

// How long the others have to leave when one instance asks all to shut down.
constexpr auto kShutdownPatience = std::chrono::seconds(30);

// Before anything is made, a folder for the state among it.
StreamsConfig parse_checked(const StreamsConfig::Map& settings) {
    StreamsConfig config = StreamsConfig::parse(settings);
    check_clients(config);
    return config;
}

state::StoreMemoryOptions memory_options(const StreamsConfig& config) {
    state::StoreMemoryOptions options;
    options.total_bytes = config.store_memory_bytes;
    options.write_buffer_bytes = config.store_memory_bytes / 4;
    return options;
}

}  // namespace

KafkaStreams::Impl::Impl(Topology topology, const StreamsConfig::Map& config, std::shared_ptr<spdlog::logger> logger,
                         Options options)
    : topology_(std::move(topology)),
      config_(parse_checked(config)),
      subtopologies_(topology_.subtopologies(config_.application_id)),
      options_(std::move(options)),
      logger_(std::move(logger)),
      restore_progress_(subtopologies_, clock_, options_.restore_listener, logger_),
      directory_(config_.state_dir, config_.application_id),
      memory_(std::make_shared<state::StoreMemory>(memory_options(config_))),
      early_(subtopologies_, directory_, memory_, logger_),
      purge_(subtopologies_),
      metrics_(static_cast<std::size_t>(config_.num_stream_threads)) {
    options_.handlers = handlers_from(config_, std::move(options_.handlers), logger_);
    if (subtopologies_.empty()) throw TopologyError("the topology has no source");
    if (config_.num_standby_replicas > 0) {
        standbys_ = std::make_unique<StandbyTasks>(
            StandbyParts{config_, subtopologies_, directory_, memory_, *board_, logger_, options_.standby_listener});
    }
    for (std::int32_t i = 0; i < config_.num_stream_threads; ++i) threads_.push_back(make_thread(i));
}

KafkaStreams::Impl::~Impl() {
    close(std::chrono::seconds(30));
    if (supervisor_.joinable()) supervisor_.join();
}

void KafkaStreams::Impl::start() {
    const std::scoped_lock lock(mutex_);
    if (supervisor_.joinable() || state_.now() != State::kCreated) {
        throw StreamsError("the application was started before");
    }
    early_.open_all();
    supervisor_ = std::thread([this] { supervise(); });
}

bool KafkaStreams::Impl::close(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    closing_ = true;
    changed_.notify_all();
    if (!supervisor_.joinable()) {
        state_.change(lock, State::kPendingShutdown);
        state_.change(lock, State::kNotRunning);
        return true;
    }
    return changed_.wait_for(lock, timeout, [this] { return ended_; });
}

KafkaStreams::State KafkaStreams::Impl::wait_until_ended(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout,
                      [this] { return state_.now() == State::kNotRunning || state_.now() == State::kError; });
    return state_.now();
}

KafkaStreams::State KafkaStreams::Impl::state() const {
    const std::scoped_lock lock(mutex_);
    return state_.now();
}

std::string KafkaStreams::Impl::error() const {
    const std::scoped_lock lock(mutex_);
    return error_;
}

void KafkaStreams::Impl::supervise() {
    try {
        if (prepare()) {
            housekeeper_ = std::make_unique<Housekeeper>(housekeeper_parts());
            for (const auto& thread : threads_) thread->start();
            watch();
        }
    } catch (const std::exception& failure) {
        fail(failure.what());
    }
    shut_down();
}

bool KafkaStreams::Impl::prepare() {
    {
        std::unique_lock lock(mutex_);
        state_.change(lock, State::kRebalancing);
    }
    kafka::Admin admin(config_.client_config(config_.application_id + "-admin"),
                       {.logger = logger_, .on_connection_change = {}});
    InternalTopics topics(admin, config_, logger_);
    return topics.ensure(subtopologies_, [this] { return !closing_; });
}

HousekeeperParts KafkaStreams::Impl::housekeeper_parts() {
    return {config_,
            subtopologies_,
            directory_,
            purge_,
            hosts_,
            standbys_.get(),
            logger_,
            [this](const std::string& process) {
                fail(fmt::format("instance {} of the application asks all to shut down", process));
            },
            [this](const std::string& topic) {
                fail(fmt::format("source topic {} does not exist any more; start again once it is back", topic));
            }};
}

// Until somebody closes the application or it has failed.
void KafkaStreams::Impl::watch() {
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

void KafkaStreams::Impl::shut_down() {
    std::unique_lock lock(mutex_);
    const bool failed = !error_.empty();
    state_.change(lock, failed ? State::kPendingError : State::kPendingShutdown);
    lock.unlock();
    // All at once: each may first have to wait for an answer.
    for (const auto& thread : threads_) thread->stop();
    if (housekeeper_ != nullptr) housekeeper_->stop();
    for (const auto& thread : threads_) thread->join();
    housekeeper_.reset();
    standbys_.reset();
    early_.close();
    if (ask_others_) {
        request_application_shutdown(config_, directory_.process_id(), subtopologies_, logger_, kShutdownPatience,
                                     [this] { return !closing_; });
    }
    lock.lock();
    state_.change(lock, failed ? State::kError : State::kNotRunning);
    ended_ = true;
    changed_.notify_all();
}

void KafkaStreams::Impl::fail(const std::string& why) {
    const std::scoped_lock lock(mutex_);
    if (error_.empty()) error_ = why.empty() ? "unknown error" : why;
    changed_.notify_all();
}

}  // namespace matchpoint::streams
