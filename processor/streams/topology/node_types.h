// The three kinds of node: source (bytes in), processor (user's code), sink (bytes out). Built by Topology, one set a
// task; task's thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "processor/streams/base/murmur2.h"
#include "processor/streams/topology/node.h"
#include "processor/streams/topology/processor.h"
#include "processor/streams/topology/serde.h"

namespace matchpoint::streams {

template <typename K, typename V>
class TypedSourceNode final : public SourceNode {
  public:
    TypedSourceNode(std::string name, SerdePair<K, V> serdes)
        : SourceNode(std::move(name), {}), serdes_(std::move(serdes)) {}

    void init(TaskServices& task) override {
        task_ = &task;
        for (Node* child : children()) receivers_.push_back(&receiver_of<K, V>(*child));
    }

    [[nodiscard]] RecordTimes* record_times() override { return &times_; }

    void receive_raw(const RawRecord& raw) override {
        times_.add(raw.timestamp);
        Record<K, V> record;
        record.timestamp = raw.timestamp;
        if (raw.headers != nullptr) record.headers = *raw.headers;
        if (raw.key && !read(raw, "key", *raw.key, *serdes_.key, record.key)) return;
        if (raw.value && !read(raw, "value", *raw.value, *serdes_.value, record.value)) return;
        task_->on_record_read(raw.timestamp);
        for (Receiver<K, V>* receiver : receivers_) receiver->receive(record);
    }

  private:
    // False if the handler wants to go on without the record. A serde of the user's may also throw.
    template <typename T>
    bool read(const RawRecord& raw, std::string_view what, BytesView bytes, const Serde<T>& serde,
              std::optional<T>& out) {
        std::string detail;
        try {
            out = serde.deserialize(bytes);
            if (out) return true;
            detail = fmt::format("the {} is not what its serde reads", what);
        } catch (const std::exception& error) {
            detail = fmt::format("the serde of the {} failed: {}", what, error.what());
        }
        task_->on_deserialization_error(raw, detail);
        return false;
    }

    SerdePair<K, V> serdes_;
    TaskServices* task_ = nullptr;
    RecordTimes times_;
    std::vector<Receiver<K, V>*> receivers_;
};

template <typename P>
class ProcessorNode final : public Node, public Receiver<typename P::KeyIn, typename P::ValueIn> {
  public:
    ProcessorNode(std::string name, std::vector<std::string> stores, std::unique_ptr<P> processor)
        : Node(std::move(name), std::move(stores)), processor_(std::move(processor)) {}

    void init(TaskServices& task) override {
        task_ = &task;
        context_.emplace(*this, task);
        processor_->init(*context_);
    }
    void close() override { processor_->close(); }
    [[nodiscard]] RecordTimes* record_times() override { return terminal() ? &times_ : nullptr; }
    void receive(const Record<typename P::KeyIn, typename P::ValueIn>& record) override {
        try {
            processor_->process(record);
        } catch (...) {
            return task_->on_processing_error(name());
        }
        if (terminal()) times_.add(record.timestamp);
    }

  private:
    [[nodiscard]] bool terminal() const { return children().empty(); }

    TaskServices* task_ = nullptr;
    RecordTimes times_;
    std::optional<ProcessorContext<typename P::KeyOut, typename P::ValueOut>> context_;
    std::unique_ptr<P> processor_;
};

// The partition a record goes to; the default is murmur2 of the serialized key, and for a null key each in turn.
template <typename K, typename V>
using StreamPartitioner = std::function<Partition(const Record<K, V>& record, std::int32_t partitions)>;

// The topic of a record, chosen anew for each.
template <typename K, typename V>
using TopicNameExtractor = std::function<std::string(const Record<K, V>& record)>;

template <typename K, typename V>
class SinkNode final : public Node, public Receiver<K, V> {
  public:
    using Target = std::variant<std::string, TopicNameExtractor<K, V>>;

    SinkNode(std::string name, Target target, SerdePair<K, V> serdes, StreamPartitioner<K, V> partitioner)
        : Node(std::move(name), {}),
          target_(std::move(target)),
          serdes_(std::move(serdes)),
          partitioner_(std::move(partitioner)) {}

    void init(TaskServices& task) override {
        task_ = &task;
        collector_ = &task.collector();
        if (const auto* topic = std::get_if<std::string>(&target_)) topic_ = collector_->resolve(*topic);
    }

    void receive(const Record<K, V>& record) override {
        OutputRecord output;
        output.timestamp = record.timestamp;
        if (!record.headers.empty()) output.headers = &record.headers;
        const SinkTopic topic = topic_of(record);
        if (record.key && !write(record, "key", *record.key, *serdes_.key, key_)) return;
        if (record.key) output.key = key_;
        if (record.value && !write(record, "value", *record.value, *serdes_.value, value_)) return;
        if (record.value) output.value = value_;
        collector_->send(topic, partition_of(record, topic, output), output);
        times_.add(record.timestamp);
    }
    [[nodiscard]] RecordTimes* record_times() override { return &times_; }

  private:
    SinkTopic topic_of(const Record<K, V>& record) {
        if (const auto* extractor = std::get_if<TopicNameExtractor<K, V>>(&target_)) {
            return collector_->resolve((*extractor)(record));
        }
        return topic_;
    }

    // False if the handler wants to go on without the record.
    template <typename T>
    bool write(const Record<K, V>& record, std::string_view what, const T& typed, const Serde<T>& serde, Bytes& out) {
        out.clear();
        try {
            serde.serialize(typed, out);
            return true;
        } catch (const std::exception& error) {
            const auto* fixed = std::get_if<std::string>(&target_);
            task_->on_serialization_error(
                fixed != nullptr ? *fixed : std::get<TopicNameExtractor<K, V>>(target_)(record),
                fmt::format("the serde of the {} failed: {}", what, error.what()));
        }
        return false;
    }

    Partition partition_of(const Record<K, V>& record, const SinkTopic& topic, const OutputRecord& output) {
        if (partitioner_) return checked(partitioner_(record, topic.partitions), topic.partitions);
        if (output.key) return partition_for_key(*output.key, topic.partitions);
        next_keyless_ = (next_keyless_ + 1) % topic.partitions;
        return Partition{next_keyless_};
    }

    [[nodiscard]] Partition checked(Partition chosen, std::int32_t partitions) const {
        if (chosen >= Partition{0} && chosen < Partition{partitions}) return chosen;
        throw StreamsError(
            fmt::format("the partitioner of {} chose partition {} of a topic that has {}", name(), chosen, partitions));
    }

    Target target_;
    SerdePair<K, V> serdes_;
    StreamPartitioner<K, V> partitioner_;
    TaskServices* task_ = nullptr;
    RecordCollector* collector_ = nullptr;
    SinkTopic topic_;
    RecordTimes times_;
    Bytes key_;
    Bytes value_;
    std::int32_t next_keyless_ = -1;
};

}  // namespace matchpoint::streams
