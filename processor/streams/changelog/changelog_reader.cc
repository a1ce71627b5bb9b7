#include "processor/streams/changelog/changelog_reader.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "processor/streams/changelog/changelog_consumer.h"
#include "processor/streams/changelog/standby_reading.h"

namespace matchpoint::streams {
namespace {

constexpr auto kPollTimeout = std::chrono::milliseconds(200);
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
          callbacks_(std::move(callbacks)),
          consumer_(client, std::move(config), logger_),
          standbys_(stores_, consumer_, listeners.standby, logger_,
                    [this](TaskId task, const std::exception& error) { fail(task, error); }),
          thread_([this] { run(); }) {}

    ~Loop() {
        hurry();
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

    void raise_limit(const TopicPartition& changelog, Offset end) { standbys_.raise_limit(changelog, end); }

    void hurry() { consumer_.hurry(); }

    void remove(TaskId task) {
        std::unique_lock lock(mutex_);
        std::erase_if(waiting_, [task](const Request& request) { return request.task == task; });
        if (std::find(busy_.begin(), busy_.end(), task) == busy_.end()) return;
        removals_.push_back(task);
        wake();
        let_go_.wait(lock, [this, task] { return std::find(busy_.begin(), busy_.end(), task) == busy_.end(); });
    }

  private:
    void wake() {
        changed_.notify_one();
        consumer_.wake();
    }

    void run() {
        while (true) {
            std::deque<Request> arrived;
            {
                std::unique_lock lock(mutex_);
                if (stores_.empty()) {
                    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty() || !removals_.empty(); });
                }
                if (stopping_) break;
                arrived.swap(waiting_);
                for (const Request& request : arrived) busy_.push_back(request.task);
            }
            for (Request& request : arrived) start(std::move(request));
            drop_removed();
            standbys_.apply_limits();
            if (!stores_.empty()) poll_batch();
            standbys_.checkpoint_due();
        }
        stores_.clear();
    }

    void start(Request request) {
        const TaskId task = request.task;
        try {
            std::vector<kafka::PartitionOffset> positions;
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
            consumer_.read(positions);
            if (positions.empty() && request.mode == RestoringStore::Mode::kRestore) complete(task);
        } catch (const std::exception& error) {
            fail(task, error);
        }
    }

    Offset begin(RestoringStore& store) {
        const kafka::Watermarks marks = consumer_.watermarks(store.changelog());
        std::string why_cleared;
        const Offset from = store.begin(marks.low, marks.high, why_cleared);
        if (!why_cleared.empty()) logger_->warn("{}", why_cleared);
        if (store.followed()) {
            standbys_.tell_start(store, from);
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
                current = nullptr;  // may be gone
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
                if (store->at_limit()) consumer_.stop_reading({changelog});
                if (!store->done()) continue;
                consumer_.stop_reading({changelog});
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
        if (store.followed()) return standbys_.tell_batch(store, records);
        if (listener_ == nullptr) return;
        listener_->on_batch_restored(store.changelog(), store.store(), store.position(), records);
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
            for (const TopicPartition& partition : std::vector<TopicPartition>(consumer_.being_read())) {
                restart(partition);
            }
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
            const kafka::Watermarks marks = consumer_.watermarks(changelog);
            if (store->position() >= marks.low) return;
            logger_->warn("{}: retention has deleted records up to offset {}; starting over", changelog, marks.low);
            std::string why_cleared;
            store->abandon();
            const Offset from = store->begin(marks.low, marks.high, why_cleared);
            consumer_.read_from(changelog, from);
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
            standbys_.checkpoint(task);
            drop_stores(task);
            let_go(task);
        }
    }

    // What is told of a task is told before it is let go: its owner hears nothing of it after remove().
    void complete(TaskId task) {
        drop_stores(task);
        callbacks_.on_restored(task);
        let_go(task);
    }

    void fail(TaskId task, const std::exception& error) {
        const auto* storage = dynamic_cast<const state::StorageError*>(&error);
        const bool corrupted = storage != nullptr && storage->kind() == state::StorageErrorKind::kCorruption;
        const std::string what = error.what();
        drop_stores(task);
        callbacks_.on_failed(task, what, corrupted);
        let_go(task);
    }

    void drop_stores(TaskId task) {
        std::vector<TopicPartition> gone;
        for (const auto& [changelog, store] : stores_) {
            if (store->task() == task) gone.push_back(changelog);
        }
        consumer_.stop_reading(gone);
        for (const TopicPartition& changelog : gone) stores_.erase(changelog);
    }

    // A removal that came meanwhile is done: it must not meet the task when it is added again.
    void let_go(TaskId task) {
        const std::scoped_lock lock(mutex_);
        std::erase(busy_, task);
        std::erase(removals_, task);
        let_go_.notify_all();
    }

    RestoringStore* find(const TopicPartition& changelog) {
        const auto found = stores_.find(changelog);
        return found == stores_.end() ? nullptr : found->second.get();
    }

    std::shared_ptr<spdlog::logger> logger_;
    StateRestoreListener* listener_;
    Callbacks callbacks_;

    // The reader's thread only.
    RestoringStores stores_;
    ChangelogConsumer consumer_;
    StandbyReading standbys_;

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

void ChangelogReader::hurry() {
    loop_->hurry();
}

void ChangelogReader::remove(TaskId task) {
    loop_->remove(task);
}

}  // namespace matchpoint::streams
