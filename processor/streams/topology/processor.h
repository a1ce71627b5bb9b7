// The Processor API: a node of a topology with code of the user's. One instance a task, made by a supplier, called from
// the task's thread only: no locks. An exception from process() goes to the processing exception handler.
#pragma once

#include <functional>
#include <memory>

#include "processor/streams/topology/processor_context.h"
#include "processor/streams/topology/record.h"

namespace matchpoint::streams {

template <typename KIn, typename VIn, typename KOut = KIn, typename VOut = VIn>
class Processor {
  public:
    using KeyIn = KIn;
    using ValueIn = VIn;
    using KeyOut = KOut;
    using ValueOut = VOut;

    virtual ~Processor() = default;
    // Before the first record; stores are open and restored. The context outlives the processor.
    virtual void init(ProcessorContext<KOut, VOut>& /*context*/) {}
    virtual void process(const Record<KIn, VIn>& record) = 0;
    // Also called when the task is closed after a failure; must not forward. What it throws is logged.
    virtual void close() {}
};

template <typename P>
using ProcessorSupplier = std::function<std::unique_ptr<P>()>;

}  // namespace matchpoint::streams
