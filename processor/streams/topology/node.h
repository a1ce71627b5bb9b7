// Nodes of a running topology, one set a task. Untyped to the graph, typed to each other: a node that takes records of
// K and V is a Receiver<K, V>, and Topology has checked that parent and child agree before any node exists. One
// thread.
#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <typeindex>
#include <vector>

#include "processor/streams/base/error.h"
#include "processor/streams/topology/record.h"
#include "processor/streams/topology/task_services.h"

namespace matchpoint::streams {

// The types of records a node takes or gives, for the check at build time.
struct RecordType {
    std::type_index key = typeid(void);
    std::type_index value = typeid(void);
    bool operator==(const RecordType&) const = default;
    template <typename K, typename V>
    static RecordType of() {
        return {typeid(K), typeid(V)};
    }
};

// Timestamps of the records that entered or left the topology at a node since the last look.
struct RecordTimes {
    std::int64_t count = 0;
    std::int64_t sum = 0;
    std::int64_t min = std::numeric_limits<std::int64_t>::max();
    std::int64_t max = std::numeric_limits<std::int64_t>::min();
    void add(Timestamp timestamp) {
        ++count;
        sum += timestamp.value();
        min = std::min(min, timestamp.value());
        max = std::max(max, timestamp.value());
    }
};

class Node {
  public:
    Node(std::string name, std::vector<std::string> stores) : name_(std::move(name)), stores_(std::move(stores)) {}
    virtual ~Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    // Children are wired; called parents first.
    virtual void init(TaskServices& task) = 0;
    virtual void close() {}
    // Null where records neither enter nor leave.
    [[nodiscard]] virtual RecordTimes* record_times() { return nullptr; }

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::span<Node* const> children() const { return children_; }
    [[nodiscard]] const std::vector<std::string>& stores() const { return stores_; }
    void add_child(Node& child) { children_.push_back(&child); }

  private:
    std::string name_;
    std::vector<std::string> stores_;
    std::vector<Node*> children_;
};

template <typename K, typename V>
class Receiver {
  public:
    virtual ~Receiver() = default;
    virtual void receive(const Record<K, V>& record) = 0;
};

// Event time of a record; `partition_time` is the highest seen on its partition so far. A negative result drops the
// record, as Kafka Streams does.
using TimestampExtractor = std::function<Timestamp(const RawRecord& record, Timestamp partition_time)>;

// Where records enter a task.
class SourceNode : public Node {
  public:
    using Node::Node;
    virtual void receive_raw(const RawRecord& record) = 0;
    [[nodiscard]] Timestamp timestamp_of(const RawRecord& record, Timestamp partition_time) const {
        return extractor_ ? extractor_(record, partition_time) : record.timestamp;
    }
    // Empty: the record's own timestamp.
    void set_timestamp_extractor(TimestampExtractor extractor) { extractor_ = std::move(extractor); }

  private:
    TimestampExtractor extractor_;
};

template <typename K, typename V>
Receiver<K, V>& receiver_of(Node& node) {
    auto* receiver = dynamic_cast<Receiver<K, V>*>(&node);
    if (receiver == nullptr)
        throw StreamsError(fmt::format("node {} does not take what its parent gives", node.name()));
    return *receiver;
}

// The store `name` if it is connected to the node; throws StreamsError otherwise.
TaskStore& connected_store(const Node& node, TaskServices& task, std::string_view name);

}  // namespace matchpoint::streams
