#include "processor/streams/changelog/changelog_reader.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "processor/streams/changelog/store_restore.h"
#include "processor/streams/kafka/admin.h"
#include "processor/streams/kafka/consumer.h"

namespace matchpoint::streams {
namespace {

constexpr auto kPollTimeout = std::chrono::milliseconds(200);
constexpr auto kRequestTimeout = std::chrono::seconds(10);
constexpr auto kLeaderPause = std::chrono::milliseconds(50);
constexpr std::size_t kBatchRecords = 10'000;

struct Request {
    TaskId task;
    state::TaskStorage* storage = nullptr;
    std::vector<StoreRestore> stores;
};

}  // namespace

class ChangelogReader::Loop {
  public:
    Loop(const kafka::KafkaConfig& client, kafka::KafkaConfig config, std::shared_ptr<spdlog::logger> logger,
         StateRestoreListener* listener, Callbacks callbacks)
        : logger_(std::move(logger)),
          listener_(listener),
          callbacks_(std::move(callbacks)),
          admin_(client, {.logger = logger_, .on_connection_change = {}}),
          consumer_(consumer_config(std::move(config)), {.logger = logger_, .on_connection_change = {}}),
          thread_([this] { run(); }) {}

    ~Loop() {
        {
            const std::scoped_lock lock(mutex_);
            stopping_ = true;
        }
        wake();
        thread_.join();
    }

    void add(Request request) {
        {
            const std::scoped_lock lock(mutex_);
            waiting_.push_back(std::move(request));
        }
        wake();
    }

    void remove(TaskId task) {
        std::unique_lock lock(mutex_);
        std::erase_if(waiting_, [task](const Request& request) { return request.task == task; });
        if (std::find(busy_.begin(), busy_.end(), task) == busy_.end()) return;
        removals_.push_back(task);
        consumer_.wake();
        let_go_.wait(lock, [this, task] { return std::find(busy_.begin(), busy_.end(), task) == busy_.end(); });
    }

  private:
    static kafka::KafkaConfig consumer_config(kafka::KafkaConfig config) {
        config.set("enable.partition.eof", "true");
        config.set("auto.offset.reset", "error");
        config.set_default("queued.min.messages", "100000");
        config.set_default("fetch.wait.max.ms", "100");
        return config;
    }

    void wake() {
        changed_.notify_one();
        consumer_.wake();
    }

    void run() {
        while (true) {
            std::deque<Request> arrived;
            {
                std::unique_lock lock(mutex_);
                if (stores_.empty()) changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
                if (stopping_) break;
                arrived.swap(waiting_);
                for (const Request& request : arrived) busy_.push_back(request.task);
            }
            for (Request& request : arrived) start(std::move(request));
            drop_removed();
            if (!stores_.empty()) poll_batch();
        }
        stores_.clear();
    }

    void start(Request request) {
        const TaskId task = request.task;
        try {
            std::vector<kafka::PartitionOffset> positions;
            std::vector<RestoringStore*> started;
            for (StoreRestore& store : request.stores) {
                auto restoring = std::make_unique<RestoringStore>(task, *request.storage, std::move(store));
                const Offset from = begin(*restoring);
                const TopicPartition changelog = restoring->changelog();
                RestoringStore* raw = restoring.get();
                stores_[changelog] = std::move(restoring);
                if (raw->done()) {
                    finish_store(changelog);
                } else {
                    positions.push_back({.partition = changelog, .offset = from, .metadata = {}});
                }
            }
            if (!positions.empty()) throw_if(consumer_.incremental_assign(positions));
            for (const auto& position : positions) assigned_.push_back(position.partition);
            if (positions.empty()) complete(task);
        } catch (const std::exception& error) {
            fail(task, error.what());
        }
    }

    // A topic that was just made has no leader for a moment.
    kafka::Watermarks watermarks(const TopicPartition& changelog) {
        for (auto waited = std::chrono::milliseconds(0);; waited += kLeaderPause) {
            auto marks = admin_.watermarks(changelog, kRequestTimeout);
            if (marks.ok() || !marks.error().retriable() || waited > kRequestTimeout) return std::move(marks).value();
            std::this_thread::sleep_for(kLeaderPause);
        }
    }

    Offset begin(RestoringStore& store) {
        const kafka::Watermarks marks = watermarks(store.changelog());
        std::string why_cleared;
        const Offset from = store.begin(marks.low, marks.high, why_cleared);
        if (!why_cleared.empty()) logger_->warn("{}", why_cleared);
        if (listener_ != nullptr) listener_->on_restore_start(store.changelog(), store.store(), from, store.end());
        return from;
    }

    void poll_batch() {
        std::map<TopicPartition, std::int64_t> touched;
        RestoringStore* current = nullptr;
        for (std::size_t i = 0; i < kBatchRecords; ++i) {
            auto result = consumer_.poll(i == 0 ? kPollTimeout : std::chrono::milliseconds(0));
            if (auto* message = std::get_if<kafka::Message>(&result)) {
                if (current == nullptr || current->changelog().partition != message->partition() ||
                    current->changelog().topic != message->topic()) {
                    current = find({std::string(message->topic()), message->partition()});
                }
                if (current == nullptr) continue;
                current->apply(*message);
                current->reached_lazily(Offset{message->offset().value() + 1});
                ++touched[current->changelog()];
            } else if (auto* eof = std::get_if<kafka::PartitionEof>(&result)) {
                if (RestoringStore* store = find(eof->partition)) store->reached_lazily(eof->offset);
                touched.try_emplace(eof->partition, 0);
            } else if (auto* error = std::get_if<kafka::KafkaError>(&result)) {
                on_error(*error);
            } else {
                break;
            }
        }
        settle(touched);
    }

    // Tells the stores of this batch how far they are, and finishes those that have arrived.
    void settle(const std::map<TopicPartition, std::int64_t>& touched) {
        for (const auto& [changelog, records] : touched) {
            RestoringStore* store = find(changelog);
            if (store == nullptr) continue;
            const TaskId task = store->task();
            try {
                store->flush_position();
                if (listener_ != nullptr && records > 0) {
                    listener_->on_batch_restored(changelog, store->store(), store->position(), records);
                }
                if (!store->done()) continue;
                unassign({changelog});
                finish_store(changelog);
                const bool more = std::any_of(stores_.begin(), stores_.end(),
                                              [task](const auto& entry) { return entry.second->task() == task; });
                if (!more) complete(task);
            } catch (const std::exception& error) {
                fail(task, error.what());
            }
        }
    }

    void finish_store(const TopicPartition& changelog) {
        const auto found = stores_.find(changelog);
        found->second->finish();
        if (listener_ != nullptr) {
            listener_->on_restore_end(changelog, found->second->store(), found->second->records());
        }
        stores_.erase(found);
    }

    void on_error(const kafka::KafkaError& error) {
        if (error.offset_out_of_range()) {
            // Retention has deleted what was about to be read: every store looks again where its changelog begins.
            for (const TopicPartition& partition : std::vector<TopicPartition>(assigned_)) restart(partition);
        } else if (error.fatal()) {
            std::vector<TaskId> tasks;
            for (const auto& [changelog, store] : stores_) tasks.push_back(store->task());
            for (const TaskId task : tasks) fail(task, error.to_string());
        }
    }

    void restart(const TopicPartition& changelog) {
        RestoringStore* store = find(changelog);
        if (store == nullptr) return;
        try {
            const kafka::Watermarks marks = watermarks(changelog);
            if (store->position() >= marks.low) return;
            logger_->warn("{}: retention has deleted records up to offset {}; starting over", changelog, marks.low);
            std::string why_cleared;
            store->abandon();
            const Offset from = store->begin(marks.low, marks.high, why_cleared);
            throw_if(consumer_.seek(changelog, from, kRequestTimeout));
        } catch (const std::exception& error) {
            fail(store->task(), error.what());
        }
    }

    void drop_removed() {
        std::vector<TaskId> removed;
        {
            const std::scoped_lock lock(mutex_);
            removed.swap(removals_);
        }
        for (const TaskId task : removed) let_go(task);
    }

    void complete(TaskId task) {
        let_go(task);
        callbacks_.on_restored(task);
    }

    void fail(TaskId task, const std::string& error) {
        let_go(task);
        callbacks_.on_failed(task, error);
    }

    void let_go(TaskId task) {
        std::vector<TopicPartition> gone;
        for (const auto& [changelog, store] : stores_) {
            if (store->task() == task) gone.push_back(changelog);
        }
        unassign(gone);
        for (const TopicPartition& changelog : gone) stores_.erase(changelog);
        const std::scoped_lock lock(mutex_);
        std::erase(busy_, task);
        let_go_.notify_all();
    }

    void unassign(const std::vector<TopicPartition>& partitions) {
        std::vector<TopicPartition> present;
        for (const TopicPartition& partition : partitions) {
            if (std::erase(assigned_, partition) > 0) present.push_back(partition);
        }
        if (present.empty()) return;
        if (const auto error = consumer_.incremental_unassign(present)) {
            logger_->error("restore consumer: {}", error->to_string());
        }
    }

    RestoringStore* find(const TopicPartition& changelog) {
        const auto found = stores_.find(changelog);
        return found == stores_.end() ? nullptr : found->second.get();
    }

    static void throw_if(const kafka::MaybeError& error) {
        if (error) throw kafka::KafkaException(*error);
    }

    std::shared_ptr<spdlog::logger> logger_;
    StateRestoreListener* listener_;
    Callbacks callbacks_;
    kafka::Admin admin_;
    kafka::Consumer consumer_;

    // The reader's thread only.
    std::map<TopicPartition, std::unique_ptr<RestoringStore>> stores_;
    std::vector<TopicPartition> assigned_;

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::condition_variable let_go_;
    std::deque<Request> waiting_;
    std::vector<TaskId> busy_;
    std::vector<TaskId> removals_;
    bool stopping_ = false;

    std::thread thread_;  // last: starts when all else is there
};

ChangelogReader::ChangelogReader(const kafka::KafkaConfig& client, kafka::KafkaConfig consumer,
                                 std::shared_ptr<spdlog::logger> logger, StateRestoreListener* listener,
                                 Callbacks callbacks)
    : loop_(std::make_unique<Loop>(client, std::move(consumer), std::move(logger), listener, std::move(callbacks))) {}

ChangelogReader::~ChangelogReader() = default;

void ChangelogReader::add(TaskId task, state::TaskStorage& storage, std::vector<StoreRestore> stores) {
    loop_->add({task, &storage, std::move(stores)});
}

void ChangelogReader::remove(TaskId task) {
    loop_->remove(task);
}

}  // namespace matchpoint::streams
