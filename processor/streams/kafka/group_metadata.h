// A consumer's membership as a transaction needs it: group, member and generation, so that the broker refuses the
// offsets of a member that the group has left behind. Taken by Consumer, used by Producer; an immutable value, cheap to
// copy.
#pragma once

#include <memory>

struct rd_kafka_consumer_group_metadata_s;

namespace matchpoint::streams::kafka {

class GroupMetadata {
  public:
    GroupMetadata() = default;
    explicit GroupMetadata(rd_kafka_consumer_group_metadata_s* raw) : raw_(raw, Deleter{}) {}
    [[nodiscard]] bool valid() const { return raw_ != nullptr; }
    [[nodiscard]] const rd_kafka_consumer_group_metadata_s* raw() const { return raw_.get(); }

  private:
    struct Deleter {
        void operator()(rd_kafka_consumer_group_metadata_s* raw) const;
    };
    std::shared_ptr<const rd_kafka_consumer_group_metadata_s> raw_;
};

}  // namespace matchpoint::streams::kafka
