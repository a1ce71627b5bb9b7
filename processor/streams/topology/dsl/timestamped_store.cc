#include "processor/streams/topology/dsl/timestamped_store.h"

namespace matchpoint::streams {

bool restore_timestamped(const RawRecord& record, Bytes& stored) {
    if (!record.value) return false;
    state::join_timestamped(record.timestamp, *record.value, stored);
    return true;
}

StoreSpec timestamped_store_spec(std::string name, StoreSpec::Kind kind) {
    StoreSpec spec;
    spec.name = std::move(name);
    spec.kind = kind;
    spec.timestamped = true;
    spec.restore = restore_timestamped;
    return spec;
}

}  // namespace matchpoint::streams
