#include "processor/streams/runtime/stream_thread_impl.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "processor/streams/runtime/group_view.h"
#include "processor/streams/runtime/host_directory.h"

namespace matchpoint::streams {
namespace {

using Millis = std::chrono::milliseconds;

constexpr std::size_t kPollRecords = 4'000;         // then process, whatever else waits
constexpr std::size_t kEagerCommitRecords = 1'000;  // a larger transaction is a sign of load: let it grow
constexpr std::size_t kMaxUncommittedBytes = 64U << 20U;
constexpr std::size_t kProcessRecords = 500;  // between two looks at whether the transaction is full
constexpr auto kCommitWait = Millis(50);
constexpr auto kInitTimeout = std::chrono::seconds(5);
constexpr auto kRequestTimeout = std::chrono::seconds(5);
constexpr auto kRecoveryPause = Millis(500);
constexpr auto kStartPause = Millis(20);
constexpr auto kNewTopicPatience = Millis(2'000);

TopicLimits topic_limits(std::int32_t partitions, std::map<std::string, kafka::ConfigEntry>& configs) {
    TopicLimits limits;
    limits.partitions = partitions;
    limits.max_record_bytes = std::strtoull(configs["max.message.bytes"].value.c_str(), nullptr, 10);
    const std::string& ahead = configs["message.timestamp.after.max.ms"].value;  // not before Kafka 3.6
    limits.max_ahead_ms =
        ahead.empty() ? std::numeric_limits<std::int64_t>::max() : std::strtoll(ahead.c_str(), nullptr, 10);
    return limits;
}

// Some task reads several topics and must know of each whether there is more.
bool waits_for_log_ends(const std::vector<SubtopologyInfo>& subtopologies, const StreamsConfig& config) {
    return config.max_task_idle.count() >= 0 &&
           std::any_of(subtopologies.begin(), subtopologies.end(),
                       [](const SubtopologyInfo& info) { return info.source_topics.size() > 1; });
}

}  // namespace

StreamThread::StreamThread(ApplicationParts parts, std::int32_t index, StreamMetrics& metrics,
                           StreamThreadEvents events)
    : parts_(std::move(parts)),
      index_(index),
      caches_(parts_.config.cache_max_bytes / static_cast<std::size_t>(parts_.config.num_stream_threads)),
      name_(fmt::format("{}-StreamThread-{}", parts_.config.application_id, index + 1)),
      metrics_(metrics),
      events_(std::move(events)) {}

StreamThread::~StreamThread() {
    stop();
    join();
}

void StreamThread::start() {
    kafka::KafkaConfig consumer = parts_.config.consumer_config(name_);
    consumer.set("client.id",
                 with_host(consumer_client_id(parts_.config.application_id, parts_.directory.process_id(), index_ + 1),
                           parts_.config.application_server));
    const std::string& wanted = parts_.config.group_instance_id;
    if (wanted != "none") {
        const std::string& prefix = wanted.empty() ? parts_.directory.process_id() : wanted;
        consumer.set("group.instance.id", fmt::format("{}-{}", prefix, index_ + 1));
    }
    const kafka::ClientHooks hooks{.logger = parts_.logger, .on_connection_change = {}};
    if (waits_for_log_ends(parts_.subtopologies, parts_.config)) consumer.set("enable.partition.eof", "true");
    clients_ = std::make_unique<Clients>(std::move(consumer), parts_.config.client_config(name_ + "-admin"), hooks);
    started_ = true;
    thread_ = std::thread([this] { run(); });
}

void StreamThread::wake() {
    if (started_) clients_->consumer.wake();
}

void StreamThread::join() {
    if (thread_.joinable()) thread_.join();
}

void StreamThread::set_state(State state) {
    if (state_.exchange(state) != state) events_.on_change();
}

// A rebalance that gives nothing and takes nothing does not disturb a thread that runs.
void StreamThread::on_rebalance() {
    if (state_ < State::kStopping && (state_ != State::kRunning || !clients_->tasks->all_running())) {
        set_state(State::kPartitionsAssigned);
    }
    parts_.on_rebalance();
}

// Without an assignment there is nothing to see: having no task is no sign of being ready.
void StreamThread::look_at_tasks() {
    if (state_ != State::kPartitionsAssigned && state_ != State::kRunning) return;
    set_state(clients_->tasks->all_running() ? State::kRunning : State::kPartitionsAssigned);
}

std::unique_ptr<ProducerSlot> StreamThread::make_producer(int slot) {
    const std::string id =
        fmt::format("{}-{}-{}-{}", parts_.config.application_id, parts_.directory.process_id(), index_ + 1, slot);
    kafka::KafkaConfig config = parts_.config.producer_config(fmt::format("{}-producer-{}", name_, slot));
    if (parts_.config.exactly_once()) config.set("transactional.id", id);
    auto made = std::make_unique<ProducerSlot>(std::move(config), parts_.logger);
    made->producer().limit_calls(limit_);
    if (parts_.config.exactly_once()) {
        if (const auto error = made->producer().init_transactions(kInitTimeout)) throw kafka::KafkaException(*error);
    }
    return made;
}

TopicLimits StreamThread::describe_topic(const std::string& topic) {
    for (const auto end = std::chrono::steady_clock::now() + kNewTopicPatience;;) {
        TopicLimits limits;
        const kafka::MaybeError error = ask_limits(topic, limits);
        if (!error) return limits;
        // A topic that was just made is not known everywhere at once.
        const bool may_come = error->unknown_topic_or_partition() || error->retriable();
        if (may_come && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(kStartPause);
        } else if (error->unknown_topic_or_partition()) {
            throw StreamsError(fmt::format("topic {} does not exist; create it first", topic));
        } else {
            throw TopicUnreachable(*error);
        }
    }
}

kafka::MaybeError StreamThread::ask_limits(const std::string& topic, TopicLimits& limits) {
    auto count = clients_->admin.partitions_of(topic, limit_->cap(kRequestTimeout));
    if (!count.ok()) return count.error();
    auto configs = clients_->admin.describe_configs(topic, limit_->cap(kRequestTimeout));
    if (!configs.ok()) return configs.error();
    limits = topic_limits(*count, *configs);
    return leader_missing(topic, *count);
}

std::optional<TopicLimits> StreamThread::limits_now(const std::string& topic) {
    auto configs = clients_->admin.describe_configs(topic, limit_->cap(kRequestTimeout));
    if (!configs.ok()) return std::nullopt;
    return topic_limits(0, *configs);
}

// Why some partition does not answer yet. With several requests in flight to a partition whose leader is only
// starting, librdkafka 2.0.2 can report records as acknowledged that the log never got: so it must have started.
kafka::MaybeError StreamThread::leader_missing(const std::string& topic, std::int32_t partitions) {
    for (std::int32_t p = 0; p < partitions; ++p) {
        auto marks = clients_->admin.watermarks({topic, Partition{p}}, limit_->cap(kRequestTimeout));
        if (!marks.ok()) return marks.error();
    }
    return std::nullopt;
}

ErrorResponse StreamThread::on_refused(std::string_view topic, const OutputRecord& record) {
    metrics_.dropped_records.add();
    const auto& handler = parts_.handlers.production;
    const ErrorResponse response = handler ? handler(topic, record) : ErrorResponse::kFail;
    return clients_->dead_letters->settle_refused(response, topic, record) ? ErrorResponse::kContinue
                                                                           : ErrorResponse::kFail;
}

void StreamThread::make_parts() {
    clients_->collector = std::make_unique<TransactionalCollector>(
        parts_.config.exactly_once(), [this](int slot) { return make_producer(slot); },
        [this] { clients_->consumer.wake(); }, [this](const std::string& topic) { return describe_topic(topic); },
        [this](const std::string& topic) { return limits_now(topic); }, parts_.clock,
        [this](std::string_view topic, const OutputRecord& record) { return on_refused(topic, record); },
        parts_.logger);
    clients_->dead_letters =
        std::make_unique<DeadLetters>(parts_.config.dead_letter_topic, *clients_->collector, parts_.logger.get());
    clients_->tasks = std::make_unique<TaskManager>(TaskManagerParts{
        name_, parts_.config, parts_.topology, parts_.subtopologies, parts_.directory, parts_.memory,
        TaskEnvironment{parts_.config, parts_.handlers, parts_.clock, *clients_->collector, metrics_, parts_.board,
                        *clients_->dead_letters, caches_, clients_->log_ends, parts_.logger},
        clients_->consumer, clients_->admin, *clients_->collector, parts_.purge, parts_.restore_listener,
        parts_.standbys, parts_.early,
        [this] {
            if (state_ < State::kStopping) set_state(State::kPartitionsRevoked);
        },
        [this] { on_rebalance(); }, limit_});
}

bool StreamThread::producers_ready() {
    try {
        return clients_->collector->ready();
    } catch (const kafka::KafkaException& failure) {
        // Starting over makes producers too, so it is no remedy.
        if (!failure.error().retriable() && !failure.error().timed_out()) throw StreamsError(failure.what());
        parts_.logger->warn("{}: {}; trying again", name_, failure.what());
        return false;
    }
}

void StreamThread::run() {
    std::optional<UncaughtResponse> died;
    try {
        make_parts();
        run_until_stopped();
        shut_down(!needs_recovery_, Leave::kYes);
    } catch (const std::exception& error) {
        died = die(error);
    } catch (...) {
        died = die(StreamsError("something that is no std::exception was thrown"));
    }
    set_state(State::kDead);
    events_.on_end(died);
}

void StreamThread::run_until_stopped() {
    forget_old_address(clients_->admin, clients_->consumer.config(), *parts_.logger);
    const auto error = clients_->consumer.subscribe(clients_->tasks->driving_topics(), clients_->tasks.get());
    if (error) throw kafka::KafkaException(*error);
    last_commit_ns_ = parts_.clock.monotonic_ns();
    metrics_.start_time_ms.set(parts_.clock.now().value());
    while (!stopping_) {
        try {
            iterate();
        } catch (const TransactionFailed& failure) {
            after_failure(failure.what());
        } catch (const kafka::KafkaException& failure) {
            if (failure.error().fatal() && clients_->consumer.fatal_error()) throw;
            after_failure(failure.what());
        }
    }
}

void StreamThread::iterate() {
    TaskManager& tasks = *clients_->tasks;
    if (needs_recovery_) recover("Kafka was out of reach");
    tasks.set_paused(parts_.paused);
    poll_records();
    if (needs_recovery_) return;  // no producer, no task: only the group is kept
    start_tasks();
    tasks.follow_commit();
    // The next transaction is full and this one still being committed: Kafka is slower than we are.
    if (tasks.commit_running() && transaction_full()) {
        const std::int64_t began_ns = parts_.clock.monotonic_ns();
        tasks.wait_for_commit(kCommitWait);
        metrics_.blocked_ns.add(parts_.clock.monotonic_ns() - began_ns);
        return;
    }
    if (!parts_.paused) {
        process_records();
        tasks.punctuate();
    }
    clients_->collector->serve();
    if (clients_->collector->failure()) throw TransactionFailed(clients_->collector->failure()->to_string());
    commit_if_due();
    tasks.publish_metrics(parts_.clock.monotonic_ns());
    look_at_tasks();
}

void StreamThread::start_tasks() {
    try {
        clients_->tasks->start_created();
        if (!producers_ready()) return clients_->tasks->resolve_outputs();
    } catch (const kafka::KafkaException& failure) {
        // A topic just made, a coordinator that moves: nothing is lost by asking again.
        if (!failure.error().retriable()) throw;
        parts_.logger->debug("{}: {}; trying again", name_, failure.what());
        std::this_thread::sleep_for(kStartPause);
    }
    clients_->tasks->run_restored();
}

void StreamThread::poll_records() {
    // Process what there is first, if it can be.
    if (!parts_.paused && !idle_ && clients_->tasks->buffered() >= kPollRecords) return;
    const std::int64_t began_ns = parts_.clock.monotonic_ns();
    const std::size_t polled = poll_batch();
    metrics_.poll.tally.add(parts_.clock.monotonic_ns() - began_ns);
    metrics_.poll_records.tally.add(static_cast<std::int64_t>(polled));
}

std::size_t StreamThread::poll_batch() {
    std::size_t records = 0;
    const Millis wait = wait_time();
    const std::int64_t began_ns = wait.count() > 0 ? parts_.clock.monotonic_ns() : 0;
    bool more = poll_one(wait, records);
    if (wait.count() > 0) metrics_.blocked_ns.add(parts_.clock.monotonic_ns() - began_ns);
    while (more && records < kPollRecords) more = poll_one(Millis(0), records);
    drained_ = !more;
    return records;
}

bool StreamThread::poll_one(Millis timeout, std::size_t& records) {
    auto result = clients_->consumer.poll(timeout);
    if (auto* message = std::get_if<kafka::Message>(&result)) {
        clients_->tasks->add_record(std::move(*message));
        ++records;
    } else if (const auto* end = std::get_if<kafka::PartitionEof>(&result)) {
        clients_->log_ends.heard(*end);
    } else if (const auto* error = std::get_if<kafka::KafkaError>(&result)) {
        if (error->fatal()) throw kafka::KafkaException(*error);
        parts_.logger->warn("{}: {}", name_, error->to_string());
    }
    return !std::holds_alternative<std::monostate>(result);
}

// How long the next poll may block: not at all with work at hand, else until the next thing falls due.
Millis StreamThread::wait_time() const {
    const TaskManager& tasks = *clients_->tasks;
    if (!drained_ || stopping_ || needs_recovery_) return Millis(0);
    Millis wait = parts_.config.poll_timeout;
    if (tasks.needs_commit() && !tasks.commit_running()) {
        const std::int64_t since_ns = parts_.clock.monotonic_ns() - last_commit_ns_;
        const auto left =
            parts_.config.commit_interval - std::chrono::duration_cast<Millis>(std::chrono::nanoseconds(since_ns));
        wait = std::min(wait, left);
    }
    if (parts_.paused) return std::max(wait, Millis(0));
    const std::int64_t punctuation = tasks.next_wall_clock_punctuation().value();
    wait = std::min(wait, Millis(punctuation - parts_.clock.now().value()));
    if (tasks.buffered() > 0) wait = std::min(wait, std::max(parts_.config.max_task_idle / 4, Millis(1)));
    return std::max(wait, Millis(0));
}

void StreamThread::process_records() {
    TaskManager& tasks = *clients_->tasks;
    idle_ = false;
    for (std::size_t done = 0; done < kPollRecords && !transaction_full(); done += kProcessRecords) {
        const std::size_t processed = tasks.process(kProcessRecords);
        idle_ = processed == 0;
        if (processed < kProcessRecords) return;
        tasks.follow_commit();
        if (commit_due(parts_.clock.monotonic_ns())) break;  // nothing is on its way to Kafka while it waits
    }
    drained_ = false;
}

bool StreamThread::transaction_full() const {
    return clients_->collector->full() || clients_->tasks->uncommitted_bytes() > kMaxUncommittedBytes;
}

bool StreamThread::commit_due(std::int64_t now_ns) const {
    const TaskManager& tasks = *clients_->tasks;
    if (tasks.commit_running() || !tasks.needs_commit()) return false;
    if (std::chrono::nanoseconds(now_ns - last_commit_ns_) >= parts_.config.commit_interval) return true;
    const bool eager =
        parts_.config.exactly_once() && drained_ && clients_->collector->records_written() < kEagerCommitRecords;
    return eager || tasks.commit_requested() || transaction_full();
}

void StreamThread::commit_if_due() {
    const std::int64_t now_ns = parts_.clock.monotonic_ns();
    if (!commit_due(now_ns)) return;
    last_commit_ns_ = now_ns;
    clients_->tasks->begin_commit();
}

void StreamThread::recover(const std::string& why) {
    needs_recovery_ = true;
    try {
        clients_->tasks->start_over(why);
        needs_recovery_ = false;
    } catch (const kafka::KafkaException& error) {
        if (clients_->consumer.fatal_error()) throw;
        parts_.logger->warn("{}: {}; trying again", name_, error.what());
        std::this_thread::sleep_for(kRecoveryPause);
    }
    drained_ = false;
    look_at_tasks();
}

}  // namespace matchpoint::streams
