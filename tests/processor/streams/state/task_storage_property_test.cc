// Random histories of a task's storage, held against maps: what is committed, sealed and current; offsets; open
// iterators.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "processor/streams/state/task_storage.h"
#include "tests/processor/streams/state/temp_directory.h"

namespace matchpoint::streams::state {
namespace {

using Map = std::map<Bytes, Bytes>;
using Rows = std::vector<std::pair<Bytes, Bytes>>;

const std::vector<Bytes> kKeys{
    "",   Bytes(1, '\0'), "a",    Bytes("a\0", 2), Bytes("a\0b", 3), "ab",       "abc",          "b",
    "ba", "\x7f",         "\x80", "\xfe\xff",      "\xff",           "\xff\xff", "\xff\xff\xff", "z"};
const std::array<std::string, 2> kStores{"first", "default"};

enum class Action : int {
    kPut,
    kErase,
    kPutIfAbsent,
    kRange,
    kPrefix,
    kSeal,
    kApply,
    kRelease,
    kDiscard,
    kReopen,
    kOpenIterator,
    kStepIterator,
    kRestore,
    kClear,
};

struct Step {
    Action action;
    int store;
    int key;
    int other;
    int value;
};

void showValue(const Step& step, std::ostream& os) {
    os << "{" << static_cast<int>(step.action) << " store " << step.store << " key " << step.key << " other "
       << step.other << " value " << step.value << "}";
}

rc::Gen<Step> any_step() {
    return rc::gen::map(rc::gen::tuple(rc::gen::weightedElement<Action>({{20, Action::kPut},
                                                                         {8, Action::kErase},
                                                                         {2, Action::kPutIfAbsent},
                                                                         {4, Action::kRange},
                                                                         {3, Action::kPrefix},
                                                                         {4, Action::kSeal},
                                                                         {4, Action::kApply},
                                                                         {4, Action::kRelease},
                                                                         {2, Action::kDiscard},
                                                                         {1, Action::kReopen},
                                                                         {4, Action::kOpenIterator},
                                                                         {6, Action::kStepIterator},
                                                                         {2, Action::kRestore},
                                                                         {1, Action::kClear}}),
                                       rc::gen::inRange(0, 2), rc::gen::inRange(0, static_cast<int>(kKeys.size())),
                                       rc::gen::inRange(0, static_cast<int>(kKeys.size())), rc::gen::inRange(0, 1000)),
                        [](const auto& t) {
                            return Step{std::get<0>(t), std::get<1>(t), std::get<2>(t), std::get<3>(t), std::get<4>(t)};
                        });
}

Rows rows_of(KeyValueIteratorPtr it) {
    Rows rows;
    for (; it->valid(); it->next()) rows.emplace_back(it->key(), it->value());
    return rows;
}

Rows rows_in(const Map& map, std::optional<Bytes> from, std::optional<Bytes> to) {
    Rows rows;
    for (const auto& [key, value] : map) {
        if ((!from || key >= *from) && (!to || key <= *to)) rows.emplace_back(key, value);
    }
    return rows;
}

Rows reversed(Rows rows) {
    std::reverse(rows.begin(), rows.end());
    return rows;
}

// One store three times over; a level above holds everything of the level below with its own writes on top.
struct StoreModel {
    Map committed;
    Map sealed;
    Map current;
};

struct OpenIterator {
    KeyValueIteratorPtr iterator;
    Rows expected;
    std::size_t at = 0;
};

class Checker {
  public:
    explicit Checker(StoreKind kind) : kind_(kind) { open(); }

    void run(const std::vector<Step>& steps) {
        for (const Step& step : steps) {
            take(step);
            check_points();
        }
        while (!iterators_.empty()) drain();
        check_all();
        reopen();
        check_all();
    }

  private:
    static TopicPartition changelog(std::size_t store) { return {"log-" + kStores[store], Partition{3}}; }

    void open() {
        const std::vector<StoreSpec> specs{{kStores[0], kind_}, {kStores[1], kind_}};
        storage_ = std::make_unique<TaskStorage>(directory_.path() / "task", specs, memory_);
    }

    [[nodiscard]] TransactionalStore& store(std::size_t index) { return storage_->store(kStores[index]); }

    void check_points() {
        Bytes value;
        for (std::size_t i = 0; i < kStores.size(); ++i) {
            const auto view = store(i).committed_view();
            for (const Bytes& key : kKeys) {
                const auto expected = models_[i].current.find(key);
                const bool found = store(i).get(key, value);
                RC_ASSERT(found == (expected != models_[i].current.end()));
                if (found) RC_ASSERT(value == expected->second);
            }
            // The committed view lags until the release for a store in memory, and until the apply for a persistent
            // one.
            const Map& visible = kind_ == StoreKind::kRocksDb || !applied_ ? models_[i].committed : before_apply_[i];
            RC_ASSERT(rows_of(view->all()) == rows_in(visible, {}, {}));
        }
    }

    void check_all() {
        for (std::size_t i = 0; i < kStores.size(); ++i) {
            RC_ASSERT(rows_of(store(i).all()) == rows_in(models_[i].current, {}, {}));
            RC_ASSERT(rows_of(store(i).reverse_all()) == reversed(rows_in(models_[i].current, {}, {})));
            const auto offset = storage_->changelog_offset(kStores[i], changelog(i));
            RC_ASSERT(offset == offsets_[i]);
        }
    }

    void check_range(const Step& step) {
        const auto i = static_cast<std::size_t>(step.store);
        const auto bound = [](int index, bool open) {
            return open ? std::nullopt : std::optional<Bytes>(kKeys[static_cast<std::size_t>(index)]);
        };
        const auto from = bound(step.key, step.value % 7 == 0);
        const auto to = bound(step.other, step.value % 5 == 0);
        const Rows expected = rows_in(models_[i].current, from, to);
        RC_ASSERT(rows_of(store(i).range(from, to)) == expected);
        RC_ASSERT(rows_of(store(i).reverse_range(from, to)) == reversed(expected));
    }

    void check_prefix(const Step& step) {
        const auto i = static_cast<std::size_t>(step.store);
        const Bytes& prefix = kKeys[static_cast<std::size_t>(step.key)];
        Rows expected;
        for (const auto& [key, value] : models_[i].current) {
            if (key.starts_with(prefix)) expected.emplace_back(key, value);
        }
        RC_ASSERT(rows_of(store(i).prefix_scan(prefix)) == expected);
    }

    void write(const Step& step) {
        const auto i = static_cast<std::size_t>(step.store);
        const Bytes& key = kKeys[static_cast<std::size_t>(step.key)];
        const Bytes value(static_cast<std::size_t>(step.value % 40), static_cast<char>('A' + step.value % 26));
        if (step.action == Action::kErase) {
            store(i).erase(key);
            models_[i].current.erase(key);
        } else if (step.action == Action::kPut) {
            store(i).put(key, value);
            models_[i].current[key] = value;
        } else {
            const auto there = store(i).put_if_absent(key, value);
            const auto [at, added] = models_[i].current.try_emplace(key, value);
            RC_ASSERT(there == (added ? std::nullopt : std::optional<Bytes>(at->second)));
        }
    }

    void seal() {
        if (sealed_) return;
        storage_->seal();
        sealed_ = true;
        for (StoreModel& model : models_) model.sealed = model.current;
    }

    void apply() {
        if (!sealed_ || applied_) return;
        std::vector<ChangelogOffset> reached;
        for (std::size_t i = 0; i < kStores.size(); ++i) {
            offsets_[i] = Offset{++next_offset_};
            reached.push_back({kStores[i], changelog(i), *offsets_[i]});
            before_apply_[i] = models_[i].committed;
            models_[i].committed = models_[i].sealed;
        }
        storage_->apply(reached);
        applied_ = true;
    }

    void release() {
        if (!applied_) return;
        // An iterator on a store in memory promises its snapshot across one release only.
        if (kind_ == StoreKind::kInMemory) {
            while (!iterators_.empty()) drain();
        }
        storage_->release();
        sealed_ = applied_ = false;
    }

    void discard() {
        if (applied_) return;
        storage_->discard();
        sealed_ = false;
        for (StoreModel& model : models_) model.current = model.committed;
    }

    void reopen() {
        if (kind_ == StoreKind::kInMemory) return;
        iterators_.clear();
        const auto view = store(0).committed_view();
        storage_.reset();
        try {
            (void)view->find("a");
            RC_FAIL("a view of a closed storage answered");
        } catch (const StorageError& error) {
            RC_ASSERT(error.kind() == StorageErrorKind::kClosed);
        }
        open();
        sealed_ = applied_ = false;
        for (StoreModel& model : models_) model.current = model.committed;
    }

    void open_iterator(const Step& step) {
        const auto i = static_cast<std::size_t>(step.store);
        Rows all = rows_in(models_[i].current, {}, {});
        if (step.value % 2 == 0) {
            iterators_.push_back({store(i).all(), std::move(all)});
        } else {
            iterators_.push_back({store(i).reverse_all(), reversed(std::move(all))});
        }
    }

    static void step_iterator(OpenIterator& open) {
        RC_ASSERT(open.iterator->valid() == (open.at < open.expected.size()));
        if (!open.iterator->valid()) return;
        RC_ASSERT(open.iterator->key() == open.expected[open.at].first);
        RC_ASSERT(open.iterator->value() == open.expected[open.at].second);
        open.iterator->next();
        ++open.at;
    }

    void drain() {
        OpenIterator& open = iterators_.back();
        while (open.at < open.expected.size()) step_iterator(open);
        RC_ASSERT(!open.iterator->valid());
        iterators_.pop_back();
    }

    // Both need that no transaction is under way.
    void load(const Step& step) {
        discard();
        if (sealed_) return;
        iterators_.clear();
        const auto i = static_cast<std::size_t>(step.store);
        Map& committed = models_[i].committed;
        if (step.action == Action::kClear) {
            storage_->clear_store(kStores[i]);
            committed.clear();
            offsets_[i].reset();
        } else {
            const auto writer = storage_->restore_writer(kStores[i]);
            const Bytes& key = kKeys[static_cast<std::size_t>(step.key)];
            const Bytes& other = kKeys[static_cast<std::size_t>(step.other)];
            const Bytes value = std::to_string(step.value);
            writer->put(key, value);
            writer->erase(other);
            offsets_[i] = Offset{++next_offset_};
            writer->reached(changelog(i), *offsets_[i]);
            writer->finish();
            committed[key] = value;
            committed.erase(other);
        }
        models_[i].current = committed;
    }

    void take(const Step& step) {
        switch (step.action) {
            case Action::kPut:
            case Action::kErase:
            case Action::kPutIfAbsent:
                return write(step);
            case Action::kRange:
                return check_range(step);
            case Action::kPrefix:
                return check_prefix(step);
            case Action::kSeal:
                return seal();
            case Action::kApply:
                return apply();
            case Action::kRelease:
                return release();
            case Action::kDiscard:
                return discard();
            case Action::kReopen:
                return reopen();
            case Action::kOpenIterator:
                return open_iterator(step);
            case Action::kStepIterator:
                return iterators_.empty() ? void() : step_iterator(iterators_.back());
            case Action::kRestore:
            case Action::kClear:
                return load(step);
                return;
        }
    }

    const StoreKind kind_;
    TempDirectory directory_{TempDirectory::quick_parent()};
    std::shared_ptr<StoreMemory> memory_ = std::make_shared<StoreMemory>();
    std::unique_ptr<TaskStorage> storage_;
    std::array<StoreModel, 2> models_;
    std::array<Map, 2> before_apply_;
    std::array<std::optional<Offset>, 2> offsets_;
    std::vector<OpenIterator> iterators_;
    std::int64_t next_offset_ = 0;
    bool sealed_ = false;
    bool applied_ = false;
};

RC_GTEST_PROP(TaskStorageProperties, RocksDbStoresFollowTheModel, ()) {
    Checker(StoreKind::kRocksDb).run(*rc::gen::container<std::vector<Step>>(any_step()));
}

RC_GTEST_PROP(TaskStorageProperties, StoresInMemoryFollowTheModel, ()) {
    Checker(StoreKind::kInMemory).run(*rc::gen::container<std::vector<Step>>(any_step()));
}

}  // namespace
}  // namespace matchpoint::streams::state
