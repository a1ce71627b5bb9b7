// Interactive queries, in bytes: a store as the union of what this instance's tasks hold of it. queryable_store.h puts
// types over it. Committed data only. Any thread; a store may be asked for as long as somebody holds it, whatever has
// become of the application: it then throws.
//
// Each call looks anew which tasks there are. A task that is closed meanwhile does not wait for anybody: the call under
// way ends, iterators that are open throw at their next().
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "processor/streams/base/error.h"
#include "processor/streams/runtime/task_board.h"
#include "processor/streams/topology/processor_topology.h"

namespace matchpoint::streams {

// A store cannot be asked now, or never.
class InvalidStateStore : public StreamsError {
  public:
    enum class Reason : std::uint8_t {
        kNotStarted,        // start() was not called yet
        kRebalancing,       // the store's tasks are being moved or restored: try again, or enable stale stores
        kMigrated,          // no task of the store is here: metadata_for_key() tells where; look again
        kStopped,           // the application is closed or has failed
        kUnknownStore,      // the topology has no store of that name
        kUnknownPartition,  // the store has no such partition
        kWrongType,         // the store is not of the type asked for
    };
    InvalidStateStore(Reason reason, const std::string& what) : StreamsError(what), reason_(reason) {}
    [[nodiscard]] Reason reason() const { return reason_; }
    // Whether the same call may succeed later, here or elsewhere.
    [[nodiscard]] bool retriable() const {
        return reason_ == Reason::kNotStarted || reason_ == Reason::kRebalancing || reason_ == Reason::kMigrated;
    }

  private:
    Reason reason_;
};

[[nodiscard]] std::string_view to_text(InvalidStateStore::Reason reason);

class StoreProvider {
  public:
    enum class Phase : std::uint8_t { kNotStarted, kRebalancing, kRunning, kStopped };

    StoreProvider(const std::vector<SubtopologyInfo>& subtopologies, std::shared_ptr<const TaskBoard> board);

    void set_phase(Phase phase) { phase_ = phase; }

    struct Query {
        std::string store;
        std::optional<Partition> partition;  // only this one of it
        bool stale = false;                  // also what is restored still, and standbys
    };
    struct StoreInfo {
        std::int32_t subtopology = 0;
        bool timestamped = false;
    };
    // Throws InvalidStateStore if there is none of that name.
    [[nodiscard]] const StoreInfo& info(const std::string& store) const;
    [[nodiscard]] std::vector<std::string> store_names() const;
    // The parts of the store that are here. Throws InvalidStateStore if not all of them can be read.
    using Views = std::vector<std::shared_ptr<const state::CommittedView>>;
    [[nodiscard]] Views views(const Query& query) const;

  private:
    void check_phase(const std::string& store) const;

    std::map<std::string, StoreInfo> stores_;
    std::shared_ptr<const TaskBoard> board_;
    std::atomic<Phase> phase_{Phase::kNotStarted};
};

// A store across its tasks, in the order of its keys. Reads throw InvalidStateStore.
class CompositeStore final : public state::ReadOnlyKeyValueStore {
  public:
    CompositeStore(std::shared_ptr<const StoreProvider> provider, StoreProvider::Query query)
        : provider_(std::move(provider)), query_(std::move(query)) {}

    [[nodiscard]] bool get(BytesView key, Bytes& out) const override;
    [[nodiscard]] state::KeyValueIteratorPtr range(std::optional<BytesView> from,
                                                   std::optional<BytesView> to) const override;
    [[nodiscard]] state::KeyValueIteratorPtr reverse_range(std::optional<BytesView> from,
                                                           std::optional<BytesView> to) const override;
    [[nodiscard]] state::KeyValueIteratorPtr prefix_scan(BytesView prefix) const override;
    [[nodiscard]] std::uint64_t approximate_num_entries() const override;
    [[nodiscard]] const std::string& name() const { return query_.store; }

  private:
    template <typename Call>
    auto over_views(Call call) const;

    std::shared_ptr<const StoreProvider> provider_;
    StoreProvider::Query query_;
};

}  // namespace matchpoint::streams
