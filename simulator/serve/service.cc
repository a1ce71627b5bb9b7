#include "simulator/serve/service.h"

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "processor/streams/kafka/consumer.h"
#include "simulator/serve/match_room.h"
#include "simulator/serve/played_so_far.h"

namespace matchpoint::simulator::serve {
namespace {

using streams::Offset;
using streams::Partition;
using streams::TopicPartition;
using streams::kafka::Consumer;
using streams::kafka::KafkaError;
using streams::kafka::Message;
using streams::kafka::PartitionOffset;

constexpr std::int64_t kSliceUs = 50'000;  // how long a stop may stay unseen
constexpr std::int64_t kCommitEveryUs = 1'000'000;
constexpr std::int64_t kRepeatNoticeUs = 10'000'000;
constexpr std::int64_t kNewTopicUs = 2'000'000;  // how long a topic just made may be unknown
constexpr std::int64_t kGatherUs = 500'000;      // how long to wait for the rest of what was there already
constexpr Consumer::Millis kAnswer{5000};
constexpr Sink::Millis kStopTimeout{5000};

streams::kafka::KafkaConfig requests_config(streams::kafka::KafkaConfig config) {
    config.set_default("client.id", "matchpoint-simulator")
        .set_default("group.id", std::string(kDefaultGroup))
        // A killed instance's partition is free again after this time.
        .set_default("session.timeout.ms", "10000")
        .set_default("auto.offset.reset", "earliest");
    return config;
}

class Service final : public streams::kafka::RebalanceListener {
  public:
    Service(const ServeOptions& options, const streams::kafka::KafkaConfig& config, const std::string& scores_topic,
            Sink& sink, const streams::Clock& clock, Progress& progress, const std::function<bool()>& stop)
        : options_(options),
          config_(requests_config(config)),
          scores_topic_(scores_topic),
          sink_(sink),
          clock_(clock),
          progress_(progress),
          stop_(stop),
          began_ns_(clock.monotonic_ns()),
          room_(options.max_matches),
          consumer_(config_, {}) {}

    Served run() {
        if (wait_for_topic()) {
            if (auto error = consumer_.subscribe({options_.requests_topic}, this)) fail(error->to_string());
            while (served_.failure.empty() && !stop_()) turn();
        }
        if (!sink_.finish(kStopTimeout) && served_.failure.empty()) {
            served_.failure = sink_.failure().value_or("Kafka did not take all events in time");
        }
        commit();
        consumer_.close();
        served_.finished = room_.finished();
        served_.playing = room_.playing();
        return served_;
    }

    void on_assigned(Consumer& consumer, const std::vector<TopicPartition>& partitions) override {
        std::vector<PartitionOffset> from;
        for (const TopicPartition& each : partitions) {
            from.push_back({each, streams::kafka::kStored, {}});
            new_from_.erase(each.partition);
        }
        if (auto error = consumer.incremental_assign(from)) fail(error->to_string());
    }
    void on_revoked(Consumer& consumer, const std::vector<TopicPartition>& partitions) override {
        commit();
        on_lost(consumer, partitions);
    }
    void on_lost(Consumer& consumer, const std::vector<TopicPartition>& partitions) override {
        for (const TopicPartition& each : partitions) {
            room_.drop(each.partition);
            std::erase_if(gathered_, [&](const auto& found) { return found.origin.partition == each.partition; });
        }
        paused_ = false;
        if (auto error = consumer.incremental_unassign(partitions)) fail(error->to_string());
    }

  private:
    // A request that may have been played in part by whoever read it before.
    struct Found {
        Origin origin;
        std::string match;
        topics::SimulationRequest request;
        streams::Timestamp asked_at;
    };

    [[nodiscard]] std::int64_t now_us() const { return (clock_.monotonic_ns() - began_ns_) / 1000; }

    void fail(std::string why) {
        if (served_.failure.empty()) served_.failure = std::move(why);
    }

    void complain(const std::string& what) {
        if (what == last_complaint_ && now_us() < complain_again_us_) return;
        last_complaint_ = what;
        complain_again_us_ = now_us() + kRepeatNoticeUs;
        progress_.say(what);
    }

    bool wait_for_topic() {
        while (!stop_()) {
            auto partitions = consumer_.partition_count(options_.requests_topic, Consumer::Millis{500});
            if (partitions) return true;
            const bool may_be_new = partitions.error().unknown_topic_or_partition() && now_us() < kNewTopicUs;
            if (!may_be_new)
                complain(fmt::format("waiting for topic {} (topics/create.sh makes it): {}", options_.requests_topic,
                                     partitions.error().to_string()));
            sink_.serve(Sink::Millis{200});
        }
        return false;
    }

    void turn() {
        read();
        publish_due();
        sink_.serve(Sink::Millis{0});
        if (auto failure = sink_.failure()) fail(*std::move(failure));
        pause_or_resume();
        if (now_us() >= commit_due_us_) {
            commit_due_us_ = now_us() + kCommitEveryUs;
            commit();
        }
        progress_.update({.elapsed_us = now_us(),
                          .published = served_.published,
                          .acknowledged = sink_.acknowledged(),
                          .live = room_.playing(),
                          .finished = room_.finished()});
    }

    void read() {
        const std::int64_t now = now_us();
        const std::int64_t wait_us =
            std::clamp<std::int64_t>(room_.next_due_us().value_or(now + kSliceUs) - now, 0, kSliceUs);
        auto polled = consumer_.poll(Consumer::Millis{(wait_us + 999) / 1000});
        if (const auto* message = std::get_if<Message>(&polled)) {
            take(*message);
        } else if (const auto* error = std::get_if<KafkaError>(&polled)) {
            if (error->fatal()) fail(error->to_string());
            complain(error->to_string());
        }
        if (!gathered_.empty() && (gathered_all_ || now_us() >= recover_at_us_)) recover();
    }

    void take(const Message& message) {
        const Origin origin{message.partition(), message.offset()};
        const std::string where =
            fmt::format("{}[{}]@{}", message.topic(), origin.partition.value(), origin.offset.value());
        const auto refuse = [&](std::string_view why) {
            progress_.say(fmt::format("{}: request refused: {}", where, why));
            room_.refuse(origin);
        };
        if (!message.value()) return refuse("it has no value");
        const auto request = topics::read_simulation_request(*message.value());
        if (!request) return refuse(request.error().detail);
        const std::string match(message.key().value_or(request->match));
        if (match.empty()) return refuse("neither key nor match says which match to play");
        if (!request->match.empty() && request->match != match) return refuse("match: must be the record's key");
        if (!may_have_been_played(message)) return room_.add(origin, match, *request, 0);
        gathered_.push_back({origin, match, *request, message.timestamp()});
        recover_at_us_ = now_us() + kGatherUs;
    }

    // Requests that were there when the partition was given to us may have been played in part by who had it before.
    bool may_have_been_played(const Message& message) {
        auto [found, added] = new_from_.try_emplace(message.partition(), Offset{0});
        if (added) {
            auto ends = consumer_.query_watermarks({std::string(message.topic()), message.partition()}, kAnswer);
            // Without an answer all are looked up: slower, never wrong.
            found->second = ends ? ends->high : Offset{std::numeric_limits<std::int64_t>::max()};
        }
        gathered_all_ = message.offset().value() + 1 >= found->second.value();
        return message.offset() < found->second;
    }

    void recover() {
        Sought sought;
        for (const Found& found : gathered_) {
            const auto [entry, added] = sought.try_emplace(found.match, found.asked_at);
            if (!added) entry->second = std::min(entry->second, found.asked_at);
        }
        auto played = played_so_far(config_, scores_topic_, sought, stop_);
        if (!played) {
            complain(fmt::format("cannot tell what has been played: {}", played.error().to_string()));
            recover_at_us_ = now_us() + kGatherUs;
            gathered_all_ = false;
            return;
        }
        if (stop_()) return;  // what was not read would be played again
        for (const Found& found : gathered_) {
            const auto seen = played->find(found.match);
            room_.add(found.origin, found.match, found.request, seen == played->end() ? 0 : seen->second);
        }
        gathered_.clear();
    }

    void publish_due() {
        // Not for ever: there are also requests to read.
        for (int i = 0; i < 1000; ++i) {
            const Event* event = room_.next(now_us(), clock_.now());
            if (event == nullptr) return;
            while (!sink_.publish(*event)) {
                sink_.serve(Sink::Millis{kSliceUs / 1000});
                if (auto failure = sink_.failure()) return fail(*std::move(failure));
                if (stop_()) return lose(*event);
            }
            ++served_.published;
        }
    }

    // Told to stop while Kafka is away and the queue is full: this event was not published, so nothing of this run may
    // be committed any more.
    void lose(const Event& event) {
        fail(fmt::format("stopped before {} could be published", event.match));
        lost_ = true;
    }

    void pause_or_resume() {
        const bool full = room_.full() || gathered_.size() >= MatchRoom::kMaxWaiting;
        if (full == paused_) return;
        const auto assignment = consumer_.assignment();
        if (assignment.empty()) return;
        if (auto error = full ? consumer_.pause(assignment) : consumer_.resume(assignment)) {
            return complain(error->to_string());
        }
        paused_ = full;
    }

    // A request whose match is over may be committed once nothing is in flight.
    void commit() {
        if (lost_ || sink_.acknowledged() != served_.published) return;
        std::vector<PartitionOffset> offsets;
        for (const Origin& origin : room_.committable()) {
            Offset next = origin.offset;
            for (const Found& found : gathered_) {
                if (found.origin.partition == origin.partition) next = std::min(next, found.origin.offset);
            }
            if (committed_[origin.partition] == next) continue;
            offsets.push_back({{options_.requests_topic, origin.partition}, next, {}});
        }
        if (offsets.empty()) return;
        if (auto error = consumer_.commit_sync(offsets)) return complain(error->to_string());
        for (const PartitionOffset& each : offsets) committed_[each.partition.partition] = each.offset;
    }

    ServeOptions options_;
    streams::kafka::KafkaConfig config_;
    std::string scores_topic_;
    Sink& sink_;
    const streams::Clock& clock_;
    Progress& progress_;
    const std::function<bool()>& stop_;
    std::int64_t began_ns_;
    MatchRoom room_;
    std::map<Partition, Offset> new_from_;
    std::map<Partition, Offset> committed_;
    std::vector<Found> gathered_;
    bool gathered_all_ = false;
    std::int64_t recover_at_us_ = 0;
    std::int64_t commit_due_us_ = 0;
    std::int64_t complain_again_us_ = 0;
    std::string last_complaint_;
    bool paused_ = false;
    bool lost_ = false;
    Served served_;
    Consumer consumer_;
};

}  // namespace

Served serve(const ServeOptions& options, const streams::kafka::KafkaConfig& config, const std::string& scores_topic,
             Sink& sink, const streams::Clock& clock, Progress& progress, const std::function<bool()>& stop) {
    return Service(options, config, scores_topic, sink, clock, progress, stop).run();
}

}  // namespace matchpoint::simulator::serve
