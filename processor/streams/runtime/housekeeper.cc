#include "processor/streams/runtime/housekeeper.h"

#include <algorithm>

#include "processor/streams/runtime/standby_plan.h"

namespace matchpoint::streams {
namespace {

constexpr auto kRequestTimeout = std::chrono::seconds(5);
constexpr auto kCleanMost = std::chrono::minutes(1);
constexpr auto kCleanLeast = std::chrono::milliseconds(100);
// After a rebalance the group is looked at until it is stable; then only now and then, for what no rebalance tells.
constexpr auto kLookAgain = std::chrono::milliseconds(300);
constexpr auto kLookAnyway = std::chrono::seconds(30);
constexpr auto kLookForHosts = std::chrono::seconds(5);
constexpr auto kLimitsEvery = std::chrono::milliseconds(500);
constexpr auto kSourcesEvery = std::chrono::seconds(5);
// It takes the metadata of all topics to look for those that are gone: of so many every time, of more more rarely.
constexpr std::size_t kTopicsALook = 1000;

std::chrono::milliseconds clean_interval(const StreamsConfig& config) {
    return std::clamp<std::chrono::milliseconds>(config.state_cleanup_delay, kCleanLeast, kCleanMost);
}

}  // namespace

Housekeeper::Housekeeper(HousekeeperParts parts)
    : parts_(std::move(parts)),
      admin_(parts_.config.client_config(parts_.config.application_id + "-admin"),
             {.logger = parts_.logger, .on_connection_change = {}}),
      purge_at_(Clock::now() + parts_.config.repartition_purge_interval),
      clean_at_(Clock::now() + clean_interval(parts_.config)),
      look_at_(Clock::now() + kLookAnyway),
      limits_at_(parts_.standbys == nullptr ? Clock::time_point::max() : Clock::now()),
      sources_at_(Clock::now() + kSourcesEvery),
      thread_([this] { run(); }) {
    parts_.hosts.on_doubt([this] { doubt_group(); });
}

Housekeeper::~Housekeeper() {
    parts_.hosts.on_doubt({});
    stop();
    thread_.join();
}

void Housekeeper::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
}

void Housekeeper::group_changed() {
    {
        const std::scoped_lock lock(mutex_);
        group_changed_ = true;
    }
    changed_.notify_all();
}

void Housekeeper::doubt_group() {
    {
        const std::scoped_lock lock(mutex_);
        group_doubted_ = true;
    }
    changed_.notify_all();
}

void Housekeeper::run() {
    while (true) {
        {
            std::unique_lock lock(mutex_);
            const auto next = std::min({purge_at_, clean_at_, look_at_, limits_at_, sources_at_});
            changed_.wait_until(lock, next, [this] { return stopping_ || group_changed_ || group_doubted_; });
            if (stopping_) return;
            if (std::exchange(group_changed_, false)) look_at_ = Clock::now();
            // Whoever asks again and again gets no more than that.
            if (std::exchange(group_doubted_, false)) look_at_ = std::min(look_at_, looked_at_ + kLookAgain);
        }
        const auto now = Clock::now();
        try {
            // One request at most once it is to stop.
            if (now >= look_at_) look_at_group();
            if (now >= clean_at_) clean_state();
            if (now >= purge_at_ && !stopping()) purge_repartition_topics();
            if (now >= sources_at_ && !stopping()) look_at_sources();
            if (now >= limits_at_ && !stopping()) {
                limits_at_ = now + kLimitsEvery;
                parts_.standbys->raise_limits();
                if (parts_.standbys->failed()) look_at_ = now;
            }
        } catch (const std::exception& error) {
            parts_.logger->warn("housekeeping: {}; trying again", error.what());
        }
    }
}

bool Housekeeper::stopping() const {
    const std::scoped_lock lock(mutex_);
    return stopping_;
}

void Housekeeper::purge_repartition_topics() {
    purge_at_ = Clock::now() + parts_.config.repartition_purge_interval;
    const std::vector<kafka::PartitionOffset> due = parts_.purge.due();
    if (due.empty()) return;
    if (const auto error = admin_.delete_records(due, kRequestTimeout)) {
        parts_.logger->warn("repartition topics not purged, trying again: {}", error->to_string());
        return;
    }
    parts_.purge.done(due);
}

void Housekeeper::clean_state() {
    clean_at_ = Clock::now() + clean_interval(parts_.config);
    for (const TaskId task : parts_.directory.clean_obsolete(parts_.config.state_cleanup_delay)) {
        parts_.logger->info("removed the obsolete state of task {}", task.to_string());
    }
}

void Housekeeper::look_at_group() {
    looked_at_ = Clock::now();
    look_at_ = looked_at_ + kLookAgain;
    auto described = admin_.describe_group(parts_.config.application_id, kRequestTimeout);
    if (!described.ok()) return;
    const GroupView view = read_group(*described, parts_.config.application_id, parts_.subtopologies);
    if (view.shutdown_by) return parts_.on_shutdown_request(*view.shutdown_by);
    if (!view.stable) return;
    if (parts_.hosts.wanted() && !tell_hosts(*described)) return;
    look_at_ = Clock::now() + (parts_.hosts.wanted() ? Clock::duration(kLookForHosts) : kLookAnyway);
    if (parts_.standbys != nullptr) place_standbys(view);
}

// librdkafka goes on asking for one that was deleted, and nobody hears of it. One that is missed twice is gone: a
// broker that has just started may not know all yet.
void Housekeeper::look_at_sources() {
    sources_at_ = Clock::now() + kSourcesEvery;
    auto all = admin_.topics(kRequestTimeout);
    if (!all.ok()) return;
    sources_at_ += kSourcesEvery * static_cast<std::int64_t>(all->size() / kTopicsALook);
    std::set<std::string> missed;
    for (const SubtopologyInfo& info : parts_.subtopologies) {
        missed.insert(info.source_topics.begin(), info.source_topics.end());
    }
    for (const kafka::TopicMetadata& there : *all) missed.erase(there.name);
    for (const std::string& topic : missed) {
        if (missed_sources_.contains(topic)) return parts_.on_missing_source(topic);
    }
    missed_sources_ = std::move(missed);
    if (!missed_sources_.empty()) sources_at_ = Clock::now() + kSourcesEvery;
}

bool Housekeeper::tell_hosts(const kafka::GroupDescription& group) {
    std::map<std::int32_t, std::int32_t> partitions;
    for (const SubtopologyInfo& info : parts_.subtopologies) {
        auto count = admin_.partitions_of(info.driving_topic(), kRequestTimeout);
        if (!count.ok()) return false;
        partitions[info.id] = *count;
    }
    parts_.hosts.update(group, std::move(partitions));
    return true;
}

void Housekeeper::place_standbys(const GroupView& group) {
    const std::string& self = parts_.directory.process_id();
    std::set<TaskId> ours;
    for (const auto& [task, owner] : group.owners) {
        if (owner == self) ours.insert(task);
    }
    const auto wanted = plan_standbys(group, self, parts_.config.num_standby_replicas, parts_.subtopologies);
    if (!parts_.standbys->follow(wanted, ours)) look_at_ = Clock::now() + kLookAgain;
}

}  // namespace matchpoint::streams
