#include "processor/streams/changelog/changelog_reader.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
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
    RestoringStore::Mode mode = RestoringStore::Mode::kRestore;
};

}  // namespace

class ChangelogReader::Loop {
  public:
    Loop(const kafka::KafkaConfig& client, kafka::KafkaConfig config, std::shared_ptr<spdlog::logger> logger,
         Listeners listeners, Callbacks callbacks)
        : logger_(std::move(logger)),
          listener_(listeners.restore),
          standby_listener_(listeners.standby),
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

    void raise_limit(const TopicPartition& changelog, Offset end) {
        const std::scoped_lock lock(mutex_);
        limits_[changelog] = end;
        consumer_.wake();
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
            raise_limits();
            if (!stores_.empty()) poll_batch();
            checkpoint_followed();
        }
        stores_.clear();
    }

    void start(Request request) {
        const TaskId task = request.task;
        try {
            std::vector<kafka::PartitionOffset> positions;
            std::vector<RestoringStore*> started;
            for (StoreRestore& store : request.stores) {
                auto restoring =
                    std::make_unique<RestoringStore>(task, *request.storage, std::move(store), request.mode);
                const Offset from = begin(*restoring);
                const TopicPartition changelog = restoring->changelog();
                RestoringStore* raw = restoring.get();
                stores_[changelog] = std::move(restoring);
                if (raw->done()) {
                    finish_store(changelog);
                } else if (!raw->at_limit()) {
                    positions.push_back({.partition = changelog, .offset = from, .metadata = {}});
                }
            }
            if (!positions.empty()) throw_if(consumer_.incremental_assign(positions));
            for (const auto& position : positions) assigned_.push_back(position.partition);
            if (positions.empty() && request.mode == RestoringStore::Mode::kRestore) complete(task);
        } catch (const std::exception& error) {
            fail(task, error);
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
        if (store.followed()) {
            if (standby_listener_ != nullptr)
                standby_listener_->on_update_start(store.changelog(), store.store(), from);
        } else if (listener_ != nullptr) {
            listener_->on_restore_start(store.changelog(), store.store(), from, store.end());
        }
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
                if (!apply(*current, *message)) {
                    current = nullptr;
                    continue;
                }
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

    // False if the store failed and is gone.
    bool apply(RestoringStore& store, const kafka::Message& message) {
        try {
            store.apply(message);
            store.reached_lazily(Offset{message.offset().value() + 1});
            return true;
        } catch (const std::exception& error) {
            fail(store.task(), error);
            return false;
        }
    }

    // Tells the stores of this batch how far they are, and finishes those that have arrived.
    void settle(const std::map<TopicPartition, std::int64_t>& touched) {
        for (const auto& [changelog, records] : touched) {
            RestoringStore* store = find(changelog);
            if (store == nullptr) continue;
            const TaskId task = store->task();
            try {
                if (records > 0) {
                    store->flush_position();
                    tell_batch(*store, records);
                }
                if (store->at_limit()) unassign({changelog});
                if (!store->done()) continue;
                unassign({changelog});
                finish_store(changelog);
                const bool more = std::any_of(stores_.begin(), stores_.end(),
                                              [task](const auto& entry) { return entry.second->task() == task; });
                if (!more) complete(task);
            } catch (const std::exception& error) {
                fail(task, error);
            }
        }
    }

    void tell_batch(const RestoringStore& store, std::int64_t records) {
        if (!store.followed()) {
            if (listener_ != nullptr) {
                listener_->on_batch_restored(store.changelog(), store.store(), store.position(), records);
            }
            return;
        }
        if (standby_listener_ == nullptr) return;
        const auto marks = consumer_.cached_watermarks(store.changelog());
        standby_listener_->on_batch_loaded(store.changelog(), store.store(), store.task(), store.position(), records,
                                           std::max(store.position(), marks ? marks->high : store.position()));
    }

    void checkpoint_followed() {
        std::vector<RestoringStore*> followed;
        for (const auto& [changelog, store] : stores_) {
            if (store->followed()) followed.push_back(store.get());
        }
        for (RestoringStore* store : followed) {
            try {
                store->checkpoint_if_due();
            } catch (const std::exception& error) {
                return fail(store->task(), error);  // takes other stores with it
            }
        }
    }

    // What was beyond the limit is read from where the store stands.
    void raise_limits() {
        std::map<TopicPartition, Offset> limits;
        {
            const std::scoped_lock lock(mutex_);
            limits.swap(limits_);
        }
        for (const auto& [changelog, end] : limits) {
            RestoringStore* store = find(changelog);
            if (store == nullptr || !store->followed()) continue;
            const bool waited = store->at_limit();
            store->raise_limit(end);
            if (!waited || store->at_limit()) continue;
            try {
                throw_if(consumer_.incremental_assign(
                    {{.partition = changelog, .offset = store->position(), .metadata = {}}}));
                assigned_.push_back(changelog);
            } catch (const std::exception& error) {
                fail(store->task(), error);
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
            std::set<TaskId> tasks;
            for (const auto& [changelog, store] : stores_) tasks.insert(store->task());
            for (const TaskId task : tasks) fail(task, kafka::KafkaException(error));
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
            fail(store->task(), error);
        }
    }

    void drop_removed() {
        std::vector<TaskId> removed;
        {
            const std::scoped_lock lock(mutex_);
            removed.swap(removals_);
        }
        for (const TaskId task : removed) {
            checkpoint(task);
            let_go(task);
        }
    }

    // What is not written now is only read again.
    void checkpoint(TaskId task) {
        for (const auto& [changelog, store] : stores_) {
            if (store->task() != task || !store->followed()) continue;
            try {
                store->checkpoint();
            } catch (const std::exception& error) {
                logger_->warn("{}: {}", changelog, error.what());
            }
        }
    }

    void complete(TaskId task) {
        let_go(task);
        callbacks_.on_restored(task);
    }

    void fail(TaskId task, const std::exception& error) {
        const auto* storage = dynamic_cast<const state::StorageError*>(&error);
        const bool corrupted = storage != nullptr && storage->kind() == state::StorageErrorKind::kCorruption;
        const std::string what = error.what();
        let_go(task);
        callbacks_.on_failed(task, what, corrupted);
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
    StandbyUpdateListener* standby_listener_;
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
    std::map<TopicPartition, Offset> limits_;
    bool stopping_ = false;

    std::thread thread_;  // last: starts when all else is there
};

ChangelogReader::ChangelogReader(const kafka::KafkaConfig& client, kafka::KafkaConfig consumer,
                                 std::shared_ptr<spdlog::logger> logger, Listeners listeners, Callbacks callbacks)
    : loop_(std::make_unique<Loop>(client, std::move(consumer), std::move(logger), listeners, std::move(callbacks))) {}

ChangelogReader::~ChangelogReader() = default;

void ChangelogReader::add(TaskId task, state::TaskStorage& storage, std::vector<StoreRestore> stores) {
    loop_->add({task, &storage, std::move(stores), RestoringStore::Mode::kRestore});
}

void ChangelogReader::follow(TaskId task, state::TaskStorage& storage, std::vector<StoreRestore> stores) {
    loop_->add({task, &storage, std::move(stores), RestoringStore::Mode::kFollow});
}

void ChangelogReader::raise_limit(const TopicPartition& changelog, Offset end) {
    loop_->raise_limit(changelog, end);
}

void ChangelogReader::remove(TaskId task) {
    loop_->remove(task);
}

}  // namespace matchpoint::streams
