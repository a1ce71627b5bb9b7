// KafkaStreams: its stream threads, and what becomes of one that dies.
#include <algorithm>

#include "processor/streams/runtime/kafka_streams_impl.h"

namespace matchpoint::streams {

std::unique_ptr<StreamThread> KafkaStreams::Impl::make_thread(std::int32_t index) {
    const ApplicationParts parts{config_,           topology_, subtopologies_,
                                 options_.handlers, clock_,    directory_,
                                 memory_,           logger_,   *board_,
                                 paused_,           purge_,    &restore_progress_,
                                 standbys_.get(),   &early_,   [this] { housekeeper_->group_changed(); }};
    StreamThreadEvents events;
    events.on_change = [this] { on_thread_change(); };
    events.on_exception = [this](const std::exception& error) { return on_exception(error); };
    events.on_end = [this, index](std::optional<UncaughtResponse> died) { on_thread_end(index, died); };
    return std::make_unique<StreamThread>(parts, index, metrics_[static_cast<std::size_t>(index)], std::move(events));
}

void KafkaStreams::Impl::replace(std::int32_t index) {
    auto& place = threads_[static_cast<std::size_t>(index)];
    place->join();
    auto fresh = make_thread(index);
    logger_->info("{} is replaced", fresh->name());
    {
        const std::scoped_lock lock(mutex_);
        place.swap(fresh);
    }
    place->start();
}

void KafkaStreams::Impl::set_paused(bool paused) {
    if (paused_.exchange(paused) == paused) return;
    logger_->info("{}", paused ? "paused" : "resumed");
    const std::scoped_lock lock(mutex_);
    if (state_.now() == State::kCreated) return;
    for (const auto& thread : threads_) thread->wake();
}

std::vector<KafkaStreams::ThreadMetrics> KafkaStreams::Impl::thread_metrics() const {
    std::vector<ThreadMetrics> result;
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < threads_.size(); ++i) {
        result.push_back({threads_[i]->name(), &metrics_[i], threads_[i]->state()});
    }
    return result;
}

void KafkaStreams::Impl::on_thread_change() {
    std::unique_lock lock(mutex_);
    if (closing_ || !error_.empty()) return;
    const bool running = std::all_of(threads_.begin(), threads_.end(), [](const auto& thread) {
        return thread->state() == StreamThread::State::kRunning;
    });
    if (running) early_.close_rest();
    state_.change(lock, running ? State::kRunning : State::kRebalancing);
}

// The handler is the user's: it must not keep the thread from dying.
UncaughtResponse KafkaStreams::Impl::on_exception(const std::exception& error) {
    UncaughtResponse response = UncaughtResponse::kShutdownClient;
    ++failed_threads_;
    try {
        if (options_.uncaught_exception) response = options_.uncaught_exception(error);
    } catch (const std::exception& failure) {
        logger_->error("the uncaught-exception handler failed, shutting down: {}", failure.what());
    } catch (...) {
        logger_->error("the uncaught-exception handler failed, shutting down");
    }
    if (response == UncaughtResponse::kShutdownApplication) ask_others_ = true;
    if (response != UncaughtResponse::kReplaceThread) fail(error.what());
    return response;
}

void KafkaStreams::Impl::on_thread_end(std::int32_t index, std::optional<UncaughtResponse> died) {
    if (died != UncaughtResponse::kReplaceThread) return;
    const std::scoped_lock lock(mutex_);
    dead_.push_back(index);
    changed_.notify_all();
}

}  // namespace matchpoint::streams
