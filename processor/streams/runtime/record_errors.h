// What becomes of a record that fails in a task: the handler it concerns is asked, once for each failure, and what it
// answers is done. Task's thread only.
#pragma once

#include <exception>
#include <string_view>

#include "processor/streams/runtime/dead_letters.h"
#include "processor/streams/runtime/error_handlers.h"
#include "processor/streams/topology/task_services.h"

namespace matchpoint::streams {

class RecordErrors {
  public:
    // All of them outlive this.
    RecordErrors(TaskServices& task, const ErrorHandlers& handlers, DeadLetters& letters)
        : task_(task), handlers_(handlers), letters_(letters) {}

    // Each returns if processing goes on without the record, which is counted as dropped, and throws if not.
    void deserialization(const RawRecord& record, std::string_view detail);
    void serialization(std::string_view topic, std::string_view detail);
    // In a catch block: about what was caught, which it throws again if processing does not go on.
    void processing(std::string_view where);

  private:
    [[nodiscard]] RawRecord at_fault() const;
    void judge(const std::exception& error, std::string_view where);

    TaskServices& task_;
    const ErrorHandlers& handlers_;
    DeadLetters& letters_;
    std::exception_ptr refused_;  // on its way out, past nodes that would ask about it again
};

}  // namespace matchpoint::streams
