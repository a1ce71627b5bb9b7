#include "processor/streams/runtime/store_provider.h"

#include <utility>

#include "processor/streams/state/storage_error.h"

namespace matchpoint::streams {
namespace {

using Reason = InvalidStateStore::Reason;
using state::Direction;

// A store that is closed under a query is about to be somewhere else, or here again.
template <typename Call>
auto translated(const std::string& store, Call call) {
    try {
        return call();
    } catch (const state::StorageError& error) {
        if (error.kind() != state::StorageErrorKind::kClosed) throw;
        throw InvalidStateStore(Reason::kRebalancing,
                                fmt::format("store {}: a task of it was closed meanwhile; ask again", store));
    }
}

// Merges the tasks' iterators by key; a key is in one task only.
class MergedIterator final : public state::KeyValueIterator {
  public:
    MergedIterator(std::string store, std::vector<state::KeyValueIteratorPtr> parts, Direction direction)
        : store_(std::move(store)), parts_(std::move(parts)), direction_(direction) {
        choose();
    }
    [[nodiscard]] bool valid() const override { return at_ != nullptr; }
    [[nodiscard]] BytesView key() const override { return at_->key(); }
    [[nodiscard]] BytesView value() const override { return at_->value(); }
    void next() override {
        translated(store_, [this] { at_->next(); });
        choose();
    }

  private:
    void choose() {
        at_ = nullptr;
        for (const auto& part : parts_) {
            if (!part->valid()) continue;
            if (at_ == nullptr ||
                (direction_ == Direction::kForward ? part->key() < at_->key() : part->key() > at_->key())) {
                at_ = part.get();
            }
        }
    }

    std::string store_;
    std::vector<state::KeyValueIteratorPtr> parts_;
    Direction direction_;
    state::KeyValueIterator* at_ = nullptr;
};

}  // namespace

std::string_view to_text(Reason reason) {
    switch (reason) {
        case Reason::kNotStarted:
            return "NOT_STARTED";
        case Reason::kRebalancing:
            return "REBALANCING";
        case Reason::kMigrated:
            return "MIGRATED";
        case Reason::kStopped:
            return "STOPPED";
        case Reason::kUnknownStore:
            return "UNKNOWN_STORE";
        case Reason::kUnknownPartition:
            return "UNKNOWN_PARTITION";
        case Reason::kWrongType:
            return "WRONG_TYPE";
    }
    return "?";
}

StoreProvider::StoreProvider(const std::vector<SubtopologyInfo>& subtopologies, std::shared_ptr<const TaskBoard> board)
    : board_(std::move(board)) {
    for (const SubtopologyInfo& info : subtopologies) {
        for (const StoreSpec& store : info.stores) stores_[store.name] = {info.id, store.timestamped};
    }
}

const StoreProvider::StoreInfo& StoreProvider::info(const std::string& store) const {
    const auto found = stores_.find(store);
    if (found != stores_.end()) return found->second;
    throw InvalidStateStore(Reason::kUnknownStore, fmt::format("the topology has no store named {}; it has {}", store,
                                                               fmt::join(store_names(), ", ")));
}

std::vector<std::string> StoreProvider::store_names() const {
    std::vector<std::string> names;
    for (const auto& [name, info] : stores_) names.push_back(name);
    return names;
}

void StoreProvider::check_phase(const std::string& store) const {
    switch (phase_.load()) {
        case Phase::kNotStarted:
            throw InvalidStateStore(Reason::kNotStarted,
                                    fmt::format("store {}: the application was not started yet", store));
        case Phase::kStopped:
            throw InvalidStateStore(Reason::kStopped, fmt::format("store {}: the application is closed", store));
        case Phase::kRebalancing:
        case Phase::kRunning:
            return;
    }
}

StoreProvider::Views StoreProvider::views(const Query& query) const {
    const StoreInfo& store = info(query.store);
    check_phase(query.store);
    Views views;
    bool any = false;
    const auto tasks = board_->tasks();
    for (const TaskStatus& task : *tasks) {
        if (task.id.subtopology != store.subtopology) continue;
        if (query.partition && task.id.partition != *query.partition) continue;
        if (task.phase == TaskPhase::kStandby && !query.stale) continue;
        any = true;
        if (task.phase != TaskPhase::kRunning && !query.stale) {
            throw InvalidStateStore(Reason::kRebalancing,
                                    fmt::format("store {}: task {} is {}, not RUNNING", query.store,
                                                task.id.to_string(), to_text(task.phase)));
        }
        if (const auto view = task.stores.find(query.store); view != task.stores.end()) views.push_back(view->second);
    }
    if (!views.empty()) return views;
    if (any || phase_.load() == Phase::kRebalancing) {
        throw InvalidStateStore(Reason::kRebalancing,
                                fmt::format("store {}: its tasks are being assigned", query.store));
    }
    throw InvalidStateStore(
        Reason::kMigrated,
        fmt::format("store {}: no task of it is on this instance; it may have migrated", query.store));
}

template <typename Call>
auto CompositeStore::over_views(Call call) const {
    return translated(query_.store, [&] { return call(provider_->views(query_)); });
}

bool CompositeStore::get(BytesView key, Bytes& out) const {
    return over_views([&](const StoreProvider::Views& views) {
        for (const auto& view : views) {
            if (view->get(key, out)) return true;
        }
        return false;
    });
}

state::KeyValueIteratorPtr CompositeStore::range(std::optional<BytesView> from, std::optional<BytesView> to) const {
    return over_views([&](const StoreProvider::Views& views) -> state::KeyValueIteratorPtr {
        std::vector<state::KeyValueIteratorPtr> parts;
        for (const auto& view : views) parts.push_back(view->range(from, to));
        return std::make_unique<MergedIterator>(query_.store, std::move(parts), Direction::kForward);
    });
}

state::KeyValueIteratorPtr CompositeStore::reverse_range(std::optional<BytesView> from,
                                                         std::optional<BytesView> to) const {
    return over_views([&](const StoreProvider::Views& views) -> state::KeyValueIteratorPtr {
        std::vector<state::KeyValueIteratorPtr> parts;
        for (const auto& view : views) parts.push_back(view->reverse_range(from, to));
        return std::make_unique<MergedIterator>(query_.store, std::move(parts), Direction::kReverse);
    });
}

state::KeyValueIteratorPtr CompositeStore::prefix_scan(BytesView prefix) const {
    return over_views([&](const StoreProvider::Views& views) -> state::KeyValueIteratorPtr {
        std::vector<state::KeyValueIteratorPtr> parts;
        for (const auto& view : views) parts.push_back(view->prefix_scan(prefix));
        return std::make_unique<MergedIterator>(query_.store, std::move(parts), Direction::kForward);
    });
}

std::uint64_t CompositeStore::approximate_num_entries() const {
    return over_views([](const StoreProvider::Views& views) {
        std::uint64_t entries = 0;
        for (const auto& view : views) entries += view->approximate_num_entries();
        return entries;
    });
}

}  // namespace matchpoint::streams
