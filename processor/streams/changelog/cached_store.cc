#include "processor/streams/changelog/cached_store.h"

#include "processor/streams/state/timestamped_value.h"

namespace matchpoint::streams {

CachedStore::CachedStore(LoggedStore& store, TaskServices& services, state::CacheBudget& budget, bool timestamped)
    : store_(store), services_(services), write_back_(store, timestamped), cache_(write_back_, budget, *this) {}

void CachedStore::WriteBack::put(BytesView key, BytesView value) {
    BytesView logged = value;
    Timestamp at = timestamp;
    if (timestamped_) {
        if (const auto split = state::split_timestamped(value)) {
            logged = split->value;
            at = split->timestamp;
        }
    }
    store_.put_as(key, value, {.value = logged, .headers = nullptr, .timestamp = at});
}

bool CachedStore::set_flush_listener(FlushListener* listener, bool old_values) {
    listener_ = listener;
    old_values_ = old_values;
    return true;
}

void CachedStore::set_context(Timestamp timestamp, const Headers& headers) {
    given_ = {timestamp, &headers};
}

void CachedStore::capture(state::CachedContext& context) {
    context = {};
    if (const RecordMetadata* metadata = services_.record_metadata()) {
        context.topic = metadata->topic;
        context.partition = metadata->partition;
        context.offset = metadata->offset;
    }
    context.timestamp = given_ ? given_->first : services_.current_timestamp();
    if (given_) context.headers = *given_->second;
    given_.reset();
}

void CachedStore::assume(const state::CachedContext* context) {
    if (context == nullptr) {
        if (assumed_ != nullptr) services_.exchange_record_scope(before_flush_);
        assumed_ = nullptr;
        return;
    }
    TaskServices::RecordScope scope;
    if (!context->topic.empty()) scope.metadata = RecordMetadata{context->topic, context->partition, context->offset};
    scope.timestamp = context->timestamp;
    if (!context->headers.empty()) scope.headers = &context->headers;
    const TaskServices::RecordScope before = services_.exchange_record_scope(scope);
    if (assumed_ == nullptr) before_flush_ = before;
    assumed_ = context;
    write_back_.timestamp = context->timestamp;
}

void CachedStore::forward(const state::CachedChange& change) {
    if (listener_ == nullptr || assumed_ == nullptr) return;
    // A write from downstream may have this store flushed again, under other contexts.
    const Timestamp timestamp = assumed_->timestamp;
    const Headers headers = assumed_->headers;
    services_.guarded([&] { listener_->on_flushed({change.key, change.value, change.old_value, timestamp, headers}); });
}

}  // namespace matchpoint::streams
