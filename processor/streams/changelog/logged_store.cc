#include "processor/streams/changelog/logged_store.h"

namespace matchpoint::streams {

void LoggedStore::put(BytesView key, BytesView value) {
    const StoreTally::Timed timed(tally_, StoreOperation::kPut);
    inner_.put(key, value);
    log(key, value, nullptr, services_.current_timestamp());
}

void LoggedStore::erase(BytesView key) {
    erase_at(key, services_.current_timestamp());
}

void LoggedStore::put_as(BytesView key, BytesView stored, const ChangelogValue& changelog) {
    const StoreTally::Timed timed(tally_, StoreOperation::kPut);
    inner_.put(key, stored);
    log(key, changelog.value, changelog.headers, changelog.timestamp);
}

void LoggedStore::erase_at(BytesView key, Timestamp timestamp) {
    const StoreTally::Timed timed(tally_, StoreOperation::kDelete);
    inner_.erase(key);
    log(key, std::nullopt, nullptr, timestamp);
}

std::optional<Bytes> LoggedStore::put_if_absent(BytesView key, BytesView value) {
    const StoreTally::Timed timed(tally_, StoreOperation::kPutIfAbsent);
    std::optional<Bytes> existing = inner_.find(key);
    if (existing) return existing;
    inner_.put(key, value);
    log(key, value, nullptr, services_.current_timestamp());
    return existing;
}

void LoggedStore::log(BytesView key, std::optional<BytesView> value, const Headers* headers, Timestamp timestamp) {
    if (changelog_.handle < 0) return;
    services_.collector().send(changelog_, partition_,
                               {.key = key, .value = value, .timestamp = timestamp, .headers = headers});
}

}  // namespace matchpoint::streams
