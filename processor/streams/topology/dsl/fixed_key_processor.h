// A processor that cannot change the key: for process_values(), after which no repartitioning is needed. Its records
// can only be made from one it received, by changing value, timestamp or headers. Task's thread only.
#pragma once

#include <functional>
#include <memory>

#include "processor/streams/topology/processor.h"

namespace matchpoint::streams {

template <typename K, typename V>
class FixedKeyRecord {
  public:
    explicit FixedKeyRecord(Record<K, V> record) : record_(std::move(record)) {}
    [[nodiscard]] const std::optional<K>& key() const { return record_.key; }
    [[nodiscard]] const std::optional<V>& value() const { return record_.value; }
    [[nodiscard]] Timestamp timestamp() const { return record_.timestamp; }
    [[nodiscard]] const Headers& headers() const { return record_.headers; }

    template <typename VOut>
    [[nodiscard]] FixedKeyRecord<K, VOut> with_value(std::optional<VOut> value) const {
        return FixedKeyRecord<K, VOut>({record_.key, std::move(value), record_.timestamp, record_.headers});
    }
    [[nodiscard]] FixedKeyRecord with_timestamp(Timestamp timestamp) const {
        return FixedKeyRecord({record_.key, record_.value, timestamp, record_.headers});
    }
    [[nodiscard]] FixedKeyRecord with_headers(Headers headers) const {
        return FixedKeyRecord({record_.key, record_.value, record_.timestamp, std::move(headers)});
    }
    [[nodiscard]] const Record<K, V>& record() const { return record_; }

  private:
    Record<K, V> record_;
};

// As ProcessorContext, but for what it forwards.
template <typename K, typename VOut>
class FixedKeyProcessorContext {
  public:
    explicit FixedKeyProcessorContext(ProcessorContext<K, VOut>& inner) : inner_(inner) {}
    void forward(const FixedKeyRecord<K, VOut>& record) { inner_.forward(record.record()); }
    void forward(const FixedKeyRecord<K, VOut>& record, std::string_view child_name) {
        inner_.forward(record.record(), child_name);
    }
    [[nodiscard]] TaskStore& get_state_store(std::string_view name) { return inner_.get_state_store(name); }
    std::unique_ptr<Cancellable> schedule(std::int64_t interval_ms, PunctuationType type, Punctuator callback) {
        return inner_.schedule(interval_ms, type, std::move(callback));
    }
    void commit() { inner_.commit(); }
    [[nodiscard]] Timestamp current_stream_time() const { return inner_.current_stream_time(); }
    [[nodiscard]] Timestamp current_system_time() const { return inner_.current_system_time(); }
    [[nodiscard]] const RecordMetadata* record_metadata() const { return inner_.record_metadata(); }
    [[nodiscard]] TaskId task_id() const { return inner_.task_id(); }
    void count_dropped() { inner_.count_dropped(); }

  private:
    ProcessorContext<K, VOut>& inner_;
};

template <typename K, typename VIn, typename VOut = VIn>
class FixedKeyProcessor {
  public:
    using Key = K;
    using ValueIn = VIn;
    using ValueOut = VOut;

    virtual ~FixedKeyProcessor() = default;
    virtual void init(FixedKeyProcessorContext<K, VOut>& /*context*/) {}
    virtual void process(const FixedKeyRecord<K, VIn>& record) = 0;
    virtual void close() {}
};

namespace dsl {

template <typename P>
class FixedKeyAdapter final
    : public Processor<typename P::Key, typename P::ValueIn, typename P::Key, typename P::ValueOut> {
  public:
    explicit FixedKeyAdapter(std::unique_ptr<P> inner) : inner_(std::move(inner)) {}
    void init(ProcessorContext<typename P::Key, typename P::ValueOut>& context) override {
        inner_->init(context_.emplace(context));
    }
    void process(const Record<typename P::Key, typename P::ValueIn>& record) override {
        inner_->process(FixedKeyRecord<typename P::Key, typename P::ValueIn>(record));
    }
    void close() override { inner_->close(); }

  private:
    std::unique_ptr<P> inner_;
    std::optional<FixedKeyProcessorContext<typename P::Key, typename P::ValueOut>> context_;
};

}  // namespace dsl
}  // namespace matchpoint::streams
