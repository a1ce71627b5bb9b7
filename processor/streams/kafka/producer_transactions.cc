// Producer: transactions and headers.
#include <algorithm>
#include <memory>
#include <thread>

#include "processor/streams/kafka/producer_impl.h"

namespace matchpoint::streams::kafka {
namespace {

using Millis = std::chrono::milliseconds;

constexpr Millis kBetweenTries{5};
// A call that has run out of time goes on when it is made again. So a limit set meanwhile is seen.
constexpr Millis kSlice{1000};
// How soon it is seen that the coordinator has refused; a call that runs out of time goes on here too.
constexpr Millis kInitSlice{10};
constexpr Millis kLongestPause{160};  // between two clients; the last one waits as librdkafka does

// Calls until it works, fails for good, or time is up; the last error then. `call(ms)` gives an error or null.
template <typename Left, typename Call>
MaybeError until_done(const Left& left, Call&& call, Millis slice = kSlice) {
    for (;;) {
        MaybeError error = take_error(call(to_ms(std::min(left(), slice))));
        // Another call was given up half-way, and nothing but itself may follow it: waiting does not help.
        const bool conflict = error && error->code == RD_KAFKA_RESP_ERR__CONFLICT;
        if (!error || !error->retriable() || conflict || left() <= kBetweenTries) return error;
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
    for (Millis pause = kBetweenTries;; pause *= 2) {
        // Then nothing is under way; a request that came late would fence the client that takes this one's place.
        const bool may_replace = pause <= kLongestPause && impl_->topics.empty();
        const auto refused = [&] { return may_replace && impl_->context.told_to_come_again(); };
        const MaybeError error =
            until_done([&] { return refused() ? Millis(0) : capped(deadline.left()); },
                       [&](int ms) { return rd_kafka_init_transactions(impl_->rk, ms); }, kInitSlice);
        if (!error || !refused() || capped(deadline.left()) <= pause) return error;
        std::this_thread::sleep_for(pause);
        auto limit = impl_->limit;
        impl_ = std::make_unique<Impl>(config_, impl_->context.hooks(), impl_->listener);
        impl_->limit = std::move(limit);
    }
}

MaybeError Producer::begin_transaction() {
    return take_error(rd_kafka_begin_transaction(impl_->rk));
}

MaybeError Producer::send_offsets(const std::vector<PartitionOffset>& offsets, const GroupMetadata& group,
                                  Millis timeout) {
    if (!group.valid()) return error_from_code(RD_KAFKA_RESP_ERR__STATE, "the consumer is not in a group");
    const std::shared_ptr<rd_kafka_topic_partition_list_t> list = make_list(offsets);
    const Deadline deadline(timeout);
    const auto left = [&] { return capped(deadline.left()); };
    for (;;) {
        if (stuck()) return fatal_error();
        rd_kafka_error_t* raw = nullptr;
        const auto call = [rk = impl_->rk, list, group, ms = to_ms(left())] {
            return rd_kafka_send_offsets_to_transaction(rk, list.get(), group.raw(), ms);
        };
        if (!impl_->offsets_call.make(call, left, raw)) {
            return error_from_code(RD_KAFKA_RESP_ERR__TIMED_OUT, "the group's coordinator has not taken the offsets");
        }
        MaybeError error = take_error(raw);
        if (!error || !error->retriable() || left() <= kBetweenTries) return error;
        std::this_thread::sleep_for(kBetweenTries);
    }
}

MaybeError Producer::commit_transaction(Millis timeout) {
    const Deadline deadline(timeout);
    // librdkafka's own flush, first thing in its commit, wakes every 10 ms only: leave it nothing to do.
    if (!drain(timeout))
        return error_from_code(RD_KAFKA_RESP_ERR__TIMED_OUT, "records of the transaction are still in flight");
    return until_done([&] { return capped(deadline.left()); },
                      [&](int ms) { return rd_kafka_commit_transaction(impl_->rk, ms); });
}

MaybeError Producer::abort_transaction(Millis timeout) {
    if (stuck()) return fatal_error();
    const Deadline deadline(timeout);
    return until_done([&] { return capped(deadline.left()); },
                      [&](int ms) { return rd_kafka_abort_transaction(impl_->rk, ms); });
}

}  // namespace matchpoint::streams::kafka
