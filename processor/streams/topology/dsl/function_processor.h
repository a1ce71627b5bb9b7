// A processor that is one function: what most of the DSL's operations come down to. Task's thread only; the function is
// copied for each task.
#pragma once

#include <functional>

#include "processor/streams/topology/processor.h"

namespace matchpoint::streams::dsl {

template <typename KIn, typename VIn, typename KOut, typename VOut>
using Function = std::function<void(const Record<KIn, VIn>& record, ProcessorContext<KOut, VOut>& context)>;

template <typename KIn, typename VIn, typename KOut, typename VOut>
class FunctionProcessor final : public Processor<KIn, VIn, KOut, VOut> {
  public:
    explicit FunctionProcessor(Function<KIn, VIn, KOut, VOut> function) : function_(std::move(function)) {}
    void init(ProcessorContext<KOut, VOut>& context) override { context_ = &context; }
    void process(const Record<KIn, VIn>& record) override { function_(record, *context_); }

  private:
    Function<KIn, VIn, KOut, VOut> function_;
    ProcessorContext<KOut, VOut>* context_ = nullptr;
};

// The record with another key and value, or another value only: timestamp and headers stay.
template <typename KOut, typename VOut, typename KIn, typename VIn>
Record<KOut, VOut> with(const Record<KIn, VIn>& record, std::optional<KOut> key, std::optional<VOut> value) {
    return {std::move(key), std::move(value), record.timestamp, record.headers};
}

}  // namespace matchpoint::streams::dsl
