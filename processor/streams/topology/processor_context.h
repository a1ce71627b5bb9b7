// What a processor may ask of the task it runs in. Task's thread only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "processor/streams/base/error.h"
#include "processor/streams/topology/node.h"
#include "processor/streams/topology/task_services.h"

namespace matchpoint::streams {

template <typename KOut, typename VOut>
class ProcessorContext {
  public:
    ProcessorContext(Node& node, TaskServices& task) : node_(node), task_(task) {
        for (Node* child : node.children()) children_.push_back({child->name(), &receiver_of<KOut, VOut>(*child)});
    }

    // To every child, in the order they were added.
    void forward(const Record<KOut, VOut>& record) {
        for (const Child& child : children_) child.receiver->receive(record);
    }
    // To one child; throws StreamsError if there is none of that name.
    void forward(const Record<KOut, VOut>& record, std::string_view child_name) {
        for (const Child& child : children_) {
            if (child.name == child_name) return child.receiver->receive(record);
        }
        throw StreamsError(fmt::format("{} has no child node {}", node_.name(), child_name));
    }

    // A store connected to this node; throws StreamsError if it is not.
    [[nodiscard]] TaskStore& get_state_store(std::string_view name) { return connected_store(node_, task_, name); }

    std::unique_ptr<Cancellable> schedule(std::int64_t interval_ms, PunctuationType type, Punctuator callback) {
        return task_.schedule(interval_ms, type, std::move(callback));
    }
    void commit() { task_.request_commit(); }
    [[nodiscard]] Timestamp current_stream_time() const { return task_.stream_time(); }
    [[nodiscard]] Timestamp current_system_time() const { return task_.wall_clock_time(); }
    [[nodiscard]] const RecordMetadata* record_metadata() const { return task_.record_metadata(); }
    [[nodiscard]] TaskId task_id() const { return task_.task_id(); }
    [[nodiscard]] std::string_view application_id() const { return task_.application_id(); }
    [[nodiscard]] std::string_view node_name() const { return node_.name(); }
    void count_dropped() { task_.count_dropped(node_.name()); }
    [[nodiscard]] TaskServices& task() { return task_; }

  private:
    struct Child {
        std::string_view name;
        Receiver<KOut, VOut>* receiver;
    };
    Node& node_;
    TaskServices& task_;
    std::vector<Child> children_;
};

}  // namespace matchpoint::streams
