#include "processor/streams/changelog/standby_reading.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "processor/streams/changelog/call_listener.h"

namespace matchpoint::streams {

void StandbyReading::raise_limit(const TopicPartition& changelog, Offset end) {
    {
        const std::scoped_lock lock(mutex_);
        limits_[changelog] = end;
    }
    consumer_.wake();
}

void StandbyReading::apply_limits() {
    std::map<TopicPartition, Offset> limits;
    {
        const std::scoped_lock lock(mutex_);
        limits.swap(limits_);
    }
    for (const auto& [changelog, end] : limits) {
        const auto found = stores_.find(changelog);
        if (found == stores_.end() || !found->second->followed()) continue;
        RestoringStore& store = *found->second;
        const bool waited = store.at_limit();
        store.raise_limit(end);
        if (!waited || store.at_limit()) continue;
        try {
            consumer_.read({{.partition = changelog, .offset = store.position(), .metadata = {}}});
        } catch (const std::exception& error) {
            fail_(store.task(), error);
        }
    }
}

void StandbyReading::checkpoint_due() {
    std::vector<RestoringStore*> followed;
    for (const auto& [changelog, store] : stores_) {
        if (store->followed()) followed.push_back(store.get());
    }
    for (RestoringStore* store : followed) {
        try {
            store->checkpoint_if_due();
        } catch (const std::exception& error) {
            return fail_(store->task(), error);  // takes other stores with it
        }
    }
}

void StandbyReading::checkpoint(TaskId task) {
    for (const auto& [changelog, store] : stores_) {
        if (store->task() != task || !store->followed()) continue;
        try {
            store->checkpoint();
        } catch (const std::exception& error) {
            logger_->warn("{}: {}", changelog, error.what());
        }
    }
}

void StandbyReading::tell_start(const RestoringStore& store, Offset from) const {
    if (listener_ == nullptr) return;
    call_listener(*logger_, "standby", [&] { listener_->on_update_start(store.changelog(), store.store(), from); });
}

void StandbyReading::tell_batch(const RestoringStore& store, std::int64_t records) const {
    if (listener_ == nullptr) return;
    const auto marks = consumer_.cached_watermarks(store.changelog());
    const Offset end = std::max(store.position(), marks ? marks->high : store.position());
    call_listener(*logger_, "standby", [&] {
        listener_->on_batch_loaded(store.changelog(), store.store(), store.task(), store.position(), records, end);
    });
}

}  // namespace matchpoint::streams
