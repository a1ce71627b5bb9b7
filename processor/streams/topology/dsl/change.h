// An update of a table as it travels between a table's nodes: the new value, and the old one where somebody downstream
// asked for it; absent is deleted or never there. On a repartition topic it has Kafka Streams' bytes:
//
//     new and old: varint (zigzag) length of new | new | old | 0x02      only new: new | 0x01      only old: old | 0x00
#pragma once

#include <memory>
#include <optional>

#include "processor/streams/base/error.h"
#include "processor/streams/topology/serde.h"

namespace matchpoint::streams {

template <typename V>
struct Change {
    std::optional<V> new_value;
    std::optional<V> old_value;
};

template <typename V>
class ChangeSerde final : public Serde<Change<V>> {
  public:
    explicit ChangeSerde(SerdePtr<V> inner) : inner_(std::move(inner)) {}

    void serialize(const Change<V>& change, Bytes& out) const override {
        if (!change.new_value && !change.old_value) throw StreamsError("a change with neither a new nor an old value");
        Bytes part;
        if (change.new_value) inner_->serialize(*change.new_value, part);
        if (change.new_value && change.old_value) append_varint(out, zigzag(static_cast<std::int64_t>(part.size())));
        out.append(part);
        part.clear();
        if (change.old_value) inner_->serialize(*change.old_value, part);
        out.append(part);
        out.push_back(change.new_value && change.old_value ? kBoth : change.new_value ? kNew : kOld);
    }

    [[nodiscard]] std::optional<Change<V>> deserialize(BytesView data) const override {
        if (data.empty()) return std::nullopt;
        const char form = data.back();
        data.remove_suffix(1);
        Change<V> change;
        if (form == kOld || form == kNew) {
            auto& part = form == kNew ? change.new_value : change.old_value;
            part = inner_->deserialize(data);
            return part ? std::optional(std::move(change)) : std::nullopt;
        }
        if (form != kBoth) return std::nullopt;
        ByteReader reader(data);
        const std::int64_t size = reader.zigzag_varint();
        if (size < 0) return std::nullopt;
        const BytesView new_bytes = reader.take(static_cast<std::size_t>(size));
        if (!reader.ok()) return std::nullopt;
        change.new_value = inner_->deserialize(new_bytes);
        change.old_value = inner_->deserialize(reader.rest());
        if (!change.new_value || !change.old_value) return std::nullopt;
        return change;
    }

  private:
    static constexpr char kOld = 0;
    static constexpr char kNew = 1;
    static constexpr char kBoth = 2;
    SerdePtr<V> inner_;
};

}  // namespace matchpoint::streams
