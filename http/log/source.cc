#include "http/log/source.h"

namespace matchpoint::http {

LogSource::LogSource(const Log& log, std::shared_ptr<const Filter> filter, Start start, const streams::Clock& clock)
    : log_(log),
      clock_(clock),
      filter_(std::move(filter)),
      waiting_(std::make_unique<Waiting>(Waiting{std::move(start), clock.monotonic_ns()})) {}

std::optional<Cursor> LogSource::begin() const {
    const Start& start = waiting_->start;
    if (!log_.caught_up()) return std::nullopt;
    if (start.last_event_id.empty()) return Cursor::fresh(log_, start.replay, *filter_);
    const auto id = decode_event_id(log_.topic(), start.last_event_id);
    if (!id) return Cursor::restarted(log_, start.replay, *filter_);
    const streams::Timestamp oldest{clock_.now().value() - start.tombstones_known_ms};
    if (auto cursor = Cursor::resume(log_, *id, oldest, start.replay, *filter_)) return cursor;
    if (clock_.monotonic_ns() - waiting_->since_ns < start.longest_wait_ns) return std::nullopt;
    return Cursor::restarted(log_, start.replay, *filter_);
}

void LogSource::collect(std::size_t limit, Gathered& out) {
    out.clear();
    if (!cursor_) {
        cursor_ = begin();
        if (!cursor_) return;
        waiting_.reset();
    }
    cursor_->collect(log_, *filter_, limit, out);
}

void LogSource::given(const Item& item) {
    if (cursor_) cursor_->given(item);
}

void LogSource::given_all(const Gathered& gathered) {
    if (cursor_) cursor_->cover(gathered.covered);
}

}  // namespace matchpoint::http
