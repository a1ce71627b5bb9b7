// StreamThread: how it ends. Within seconds, whatever Kafka does; what was not committed by then is done again by the
// next owner of its tasks.
#include <algorithm>

#include "processor/streams/kafka/group_leave.h"
#include "processor/streams/runtime/stream_thread_impl.h"

namespace matchpoint::streams {
namespace {

using Millis = std::chrono::milliseconds;

constexpr auto kStopPatience = std::chrono::seconds(5);
constexpr auto kCloseTimeout = std::chrono::seconds(5);
constexpr auto kLeaveTimeout = Millis(2'000);
constexpr auto kCloseLeast = Millis(500);
// So long after the group was lost a member may still be fenced by its own way back.
constexpr std::int64_t kWayBackNs = 120'000'000'000;

}  // namespace

void StreamThread::stop() {
    limit_->set(kafka::CallLimit::Clock::now() + kStopPatience);
    if (stopping_.exchange(true)) return;
    wake();
}

// A static member whose session ran out while Kafka was away joins anew, and a request that librdkafka 2.0.2 had still
// to send under its old member id is then refused as another's. Its consumer is of no more use; the next one is.
// Somebody else with the same group.instance.id fences the next one too, which has lost nothing.
bool StreamThread::fenced_by_itself() const {
    if (stopping_ || clients_->tasks == nullptr) return false;
    const auto fatal = clients_->consumer.fatal_error();
    const auto lost_at_ns = clients_->tasks->lost_at_ns();
    return fatal && fatal->fenced() && lost_at_ns && parts_.clock.monotonic_ns() - *lost_at_ns < kWayBackNs;
}

UncaughtResponse StreamThread::die(const std::exception& error) {
    if (fenced_by_itself()) {
        parts_.logger->warn("{}: fenced by its own way back into the group, beginning anew: {}", name_, error.what());
        shut_down(false, Leave::kNo);
        return UncaughtResponse::kReplaceThread;
    }
    parts_.logger->error("{} dies: {}", name_, error.what());
    const UncaughtResponse response = events_.on_exception(error);
    shut_down(false, response == UncaughtResponse::kReplaceThread ? Leave::kNo : Leave::kYes);
    return response;
}

// Who is about to end need not start over, and nothing may be committed behind what has failed.
void StreamThread::after_failure(const std::string& why) {
    if (!stopping_) return recover(why);
    parts_.logger->warn("{}: ends without its last commit: {}", name_, why);
    needs_recovery_ = true;
}

void StreamThread::shut_down(bool clean, Leave leave) {
    set_state(State::kStopping);
    limit_->set(kafka::CallLimit::Clock::now() + kStopPatience);
    try {
        if (clients_->tasks != nullptr) {
            if (clean) clients_->tasks->commit_all();
        }
    } catch (const std::exception& error) {
        parts_.logger->warn("{}: the last commit failed, its records will be processed again: {}", name_, error.what());
    }
    try {
        if (clients_->tasks != nullptr) clients_->tasks->close_all();
        if (clients_->collector != nullptr) clients_->collector->abort_open();
        const std::string member = clients_->consumer.member_id();
        const kafka::KafkaConfig config = clients_->consumer.config();
        clients_->consumer.close(std::max(limit_->cap(kCloseTimeout), kCloseLeast));
        if (leave == Leave::kYes && config.contains("group.instance.id")) {
            const auto patience = std::max(limit_->cap(kLeaveTimeout), kCloseLeast);
            const kafka::LeaveResult left = kafka::leave_group(config, member, patience);
            if (left.outcome != kafka::LeaveOutcome::kLeft) parts_.logger->info("{}: {}", name_, left.detail);
        }
        clients_->tasks.reset();
        clients_->collector.reset();
    } catch (const std::exception& error) {
        parts_.logger->warn("{}: while closing: {}", name_, error.what());
    }
}

}  // namespace matchpoint::streams
