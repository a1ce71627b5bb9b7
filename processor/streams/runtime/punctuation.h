// The punctuations of a task: callbacks due at intervals of stream time or wall-clock time, with Kafka Streams' rules:
// stream time punctuates with the first record already, wall-clock time after one interval; missed ones are made up
// for by one call. Task's thread only.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "processor/streams/base/error.h"
#include "processor/streams/topology/task_services.h"

namespace matchpoint::streams {

class PunctuationQueue {
  public:
    std::unique_ptr<Cancellable> schedule(Timestamp first, std::int64_t interval_ms, Punctuator callback);

    // Calls what is due at `now`; whether anything was.
    bool punctuate(Timestamp now);
    // When something will be due; the largest timestamp if nothing ever.
    [[nodiscard]] Timestamp next_due() const { return next_due_; }

  private:
    struct Entry {
        Timestamp due;
        std::int64_t interval_ms;
        Punctuator callback;
        bool cancelled = false;
    };
    class Handle;
    void update_next_due();

    std::vector<std::shared_ptr<Entry>> entries_;
    Timestamp next_due_{std::numeric_limits<std::int64_t>::max()};
};

}  // namespace matchpoint::streams
