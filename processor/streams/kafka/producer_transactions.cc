// Producer: transactions and headers.
#include <thread>

#include "processor/streams/kafka/producer_impl.h"

namespace matchpoint::streams::kafka {
namespace {

constexpr std::chrono::milliseconds kBetweenTries{5};

// Calls until it works, fails for good, or time is up; the last error then. `call(ms)` gives an error or null.
template <typename Call>
MaybeError until_done(const Deadline& deadline, Call&& call) {
    for (;;) {
        MaybeError error = take_error(call(to_ms(deadline.left())));
        if (!error || !error->retriable() || deadline.left() <= kBetweenTries) return error;
        std::this_thread::sleep_for(kBetweenTries);
    }
}

}  // namespace

HeadersHandle make_headers(std::span<const HeaderView> headers) {
    HeadersHandle made(rd_kafka_headers_new(headers.size()));
    for (const HeaderView& each : headers) {
        // A null value must be told from an empty one: null pointer against size 0 at some address.
        const char* data = each.value ? (each.value->data() == nullptr ? "" : each.value->data()) : nullptr;
        rd_kafka_header_add(made.get(), each.name.data(), static_cast<ssize_t>(each.name.size()), data,
                            each.value ? static_cast<ssize_t>(each.value->size()) : 0);
    }
    return made;
}

MaybeError Producer::init_transactions(Millis timeout) {
    const Deadline deadline(timeout);
    return until_done(deadline, [&](int ms) { return rd_kafka_init_transactions(impl_->rk, ms); });
}

MaybeError Producer::begin_transaction() {
    return take_error(rd_kafka_begin_transaction(impl_->rk));
}

MaybeError Producer::send_offsets(const std::vector<PartitionOffset>& offsets, const GroupMetadata& group,
                                  Millis timeout) {
    if (!group.valid()) return error_from_code(RD_KAFKA_RESP_ERR__STATE, "the consumer is not in a group");
    const ListHandle list = make_list(offsets);
    const Deadline deadline(timeout);
    return until_done(
        deadline, [&](int ms) { return rd_kafka_send_offsets_to_transaction(impl_->rk, list.get(), group.raw(), ms); });
}

MaybeError Producer::commit_transaction(Millis timeout) {
    const Deadline deadline(timeout);
    // librdkafka's own flush, first thing in its commit, wakes every 10 ms only: leave it nothing to do.
    if (!drain(timeout))
        return error_from_code(RD_KAFKA_RESP_ERR__TIMED_OUT, "records of the transaction are still in flight");
    return until_done(deadline, [&](int ms) { return rd_kafka_commit_transaction(impl_->rk, ms); });
}

MaybeError Producer::abort_transaction(Millis timeout) {
    const Deadline deadline(timeout);
    return until_done(deadline, [&](int ms) { return rd_kafka_abort_transaction(impl_->rk, ms); });
}

}  // namespace matchpoint::streams::kafka
