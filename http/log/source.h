// What a stream connection reads from: a log through a cursor, a ranked list, or several of them. Belongs to the
// thread of the shard whose data it reads.
#pragma once

#include <memory>
#include <string>

#include "http/log/cursor.h"
#include "processor/streams/base/clock.h"

namespace matchpoint::http {

class Source {
  public:
    virtual ~Source() = default;
    // Finds at most `limit` events that come next; none if there are none yet.
    virtual void collect(std::size_t limit, Gathered& out) = 0;
    // The client has been given all items of the last collection up to and including this one.
    virtual void given(const Item& item) = 0;
    // It has been given them all.
    virtual void given_all(const Gathered& gathered) = 0;
    // Nothing has been found yet, since the log is not where the reader begins.
    [[nodiscard]] virtual bool waiting() const { return false; }
};

// How a reader begins: new, or where its last event id says.
struct Start {
    std::string last_event_id;
    std::size_t replay = 0;                             // of a topic that is not compacted
    std::int64_t tombstones_known_ms = 23 * 3'600'000;  // an id that is older may have missed deletions
    std::int64_t longest_wait_ns = 5'000'000'000;       // for this mirror to get as far as the id
};

// Begins once the log has caught up with its topic, and, when the id comes from a gateway that is further, once it has
// got there, or the wait is over.
class LogSource final : public Source {
  public:
    LogSource(const Log& log, std::shared_ptr<const Filter> filter, Start start, const streams::Clock& clock);
    void collect(std::size_t limit, Gathered& out) override;
    void given(const Item& item) override;
    void given_all(const Gathered& gathered) override;
    [[nodiscard]] bool waiting() const override { return waiting_ != nullptr; }
    [[nodiscard]] const Cursor* cursor() const { return cursor_ ? &*cursor_ : nullptr; }

  private:
    struct Waiting {
        Start start;
        std::int64_t since_ns = 0;
    };
    [[nodiscard]] std::optional<Cursor> begin() const;

    const Log& log_;
    const streams::Clock& clock_;
    std::shared_ptr<const Filter> filter_;
    std::unique_ptr<Waiting> waiting_;
    std::optional<Cursor> cursor_;
};

}  // namespace matchpoint::http
