#include "processor/streams/kafka/message.h"

#include "processor/streams/kafka/handles.h"

namespace matchpoint::streams::kafka {
namespace {

rd_kafka_headers_t* headers_of(const rd_kafka_message_t* raw) {
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(raw, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return nullptr;
    return headers;
}

std::optional<BytesView> view_of(const void* data, std::size_t size) {
    if (data == nullptr) return std::nullopt;
    return BytesView(static_cast<const char*>(data), size);
}

}  // namespace

Message::Message(rd_kafka_message_s* raw)
    : raw_(raw),
      topic_(rd_kafka_topic_name(raw->rkt)),
      key_(view_of(raw->key, raw->key_len)),
      value_(view_of(raw->payload, raw->len)),
      offset_(raw->offset),
      partition_(raw->partition) {
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const std::int64_t timestamp = rd_kafka_message_timestamp(raw, &type);
    timestamp_ = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? kNoTimestamp : Timestamp{timestamp};
}

void Message::destroy() noexcept {
    rd_kafka_message_destroy(raw_);
}

bool Message::has_headers() const {
    return headers_of(raw_) != nullptr;
}

std::vector<HeaderView> Message::headers() const {
    std::vector<HeaderView> views;
    const rd_kafka_headers_t* headers = headers_of(raw_);
    if (headers == nullptr) return views;
    views.reserve(rd_kafka_header_cnt(headers));
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i)
        views.push_back({name, view_of(value, size)});
    return views;
}

std::optional<HeaderView> Message::header(std::string_view name) const {
    const std::vector<HeaderView> all = headers();
    for (auto each = all.rbegin(); each != all.rend(); ++each)
        if (each->name == name) return *each;
    return std::nullopt;
}

Headers Message::copy_headers() const {
    Headers copies;
    for (const HeaderView& each : headers()) {
        Header& copy = copies.emplace_back();
        copy.name = each.name;
        if (each.value) copy.value.emplace(*each.value);
    }
    return copies;
}

}  // namespace matchpoint::streams::kafka
