// The writing half of a changelog: a store whose every change also goes to its changelog topic, in the same transaction
// as the task's output. Owned by its task; task's thread only.
#pragma once

#include <optional>
#include <string>

#include "processor/streams/changelog/store_tally.h"
#include "processor/streams/state/transactional_store.h"
#include "processor/streams/topology/task_services.h"
#include "processor/streams/topology/task_store.h"

namespace matchpoint::streams {

class LoggedStore final : public TaskStore {
  public:
    // `inner` and `services` outlive this. An invalid `changelog` topic (handle < 0): changes are not logged.
    LoggedStore(state::TransactionalStore& inner, TaskServices& services, SinkTopic changelog, Partition partition)
        : inner_(inner), services_(services), changelog_(changelog), partition_(partition) {}

    [[nodiscard]] const std::string& name() const override { return inner_.name(); }
    [[nodiscard]] bool persistent() const override { return inner_.persistent(); }
    [[nodiscard]] bool get(BytesView key, Bytes& out) const override {
        const StoreTally::Timed timed(tally_, StoreOperation::kGet);
        return inner_.get(key, out);
    }
    [[nodiscard]] state::KeyValueIteratorPtr range(std::optional<BytesView> from,
                                                   std::optional<BytesView> to) const override {
        const StoreTally::Timed timed(tally_, scan_kind(from, to));
        return inner_.range(from, to);
    }
    [[nodiscard]] state::KeyValueIteratorPtr reverse_range(std::optional<BytesView> from,
                                                           std::optional<BytesView> to) const override {
        const StoreTally::Timed timed(tally_, scan_kind(from, to));
        return inner_.reverse_range(from, to);
    }
    [[nodiscard]] state::KeyValueIteratorPtr prefix_scan(BytesView prefix) const override {
        const StoreTally::Timed timed(tally_, StoreOperation::kPrefixScan);
        return inner_.prefix_scan(prefix);
    }
    [[nodiscard]] std::uint64_t approximate_num_entries() const override { return inner_.approximate_num_entries(); }

    void put(BytesView key, BytesView value) override;
    void erase(BytesView key) override;
    void put_as(BytesView key, BytesView stored, const ChangelogValue& changelog) override;
    void erase_at(BytesView key, Timestamp timestamp) override;
    std::optional<Bytes> put_if_absent(BytesView key, BytesView value) override;

    // What was done to the store since it was last published.
    [[nodiscard]] StoreTally& tally() { return tally_; }

  private:
    static StoreOperation scan_kind(const std::optional<BytesView>& from, const std::optional<BytesView>& to) {
        return from || to ? StoreOperation::kRange : StoreOperation::kAll;
    }
    void log(BytesView key, std::optional<BytesView> value, const Headers* headers, Timestamp timestamp);

    state::TransactionalStore& inner_;
    TaskServices& services_;
    SinkTopic changelog_;
    Partition partition_;
    mutable StoreTally tally_;
};

}  // namespace matchpoint::streams
