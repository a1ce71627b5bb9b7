#include "processor/streams/topology/typed_store.h"
#include "tests/processor/streams/differential/topologies.h"

namespace matchpoint::streams::differential {
namespace {

StoreSpec store(const char* name, StoreSpec::Kind kind) {
    StoreSpec spec;
    spec.name = name;
    spec.kind = kind;
    return spec;
}

// How often a key was seen; keys with an empty value are forgotten.
class Seen final : public Processor<Word, Word, Word, Number> {
  public:
    void init(ProcessorContext<Word, Number>& context) override {
        context_ = &context;
        store_.emplace(context.get_state_store("seen"), serdes::bytes(), serdes::int64());
    }
    void process(const Record<Word, Word>& record) override {
        if (!record.key) return;
        MaybeNumber now;
        if (record.value) now = store_->get(*record.key).value_or(0) + 1;
        store_->put(*record.key, now);
        context_->forward({record.key, now, record.timestamp, record.headers});
    }

  private:
    ProcessorContext<Word, Number>* context_ = nullptr;
    std::optional<TypedStore<Word, Number>> store_;
};

// The count in place of the value.
class SeenToo final : public FixedKeyProcessor<Word, Number> {
  public:
    void init(FixedKeyProcessorContext<Word, Number>& context) override {
        context_ = &context;
        store_.emplace(context.get_state_store("seen"), serdes::bytes(), serdes::int64());
    }
    void process(const FixedKeyRecord<Word, Number>& record) override {
        const MaybeNumber seen = record.key() ? store_->get(*record.key()) : std::nullopt;
        context_->forward(record.with_value(seen).with_timestamp(Timestamp{record.timestamp().value() + 5}));
    }

  private:
    FixedKeyProcessorContext<Word, Number>* context_ = nullptr;
    std::optional<TypedStore<Word, Number>> store_;
};

// The value before this one.
class Last final : public FixedKeyProcessor<Word, Word> {
  public:
    void init(FixedKeyProcessorContext<Word, Word>& context) override {
        context_ = &context;
        store_.emplace(context.get_state_store("last"), serdes::bytes(), serdes::bytes());
    }
    void process(const FixedKeyRecord<Word, Word>& record) override {
        if (!record.key()) return;
        context_->forward(record.with_value(store_->get(*record.key())));
        store_->put(*record.key(), record.value());
    }

  private:
    FixedKeyProcessorContext<Word, Word>* context_ = nullptr;
    std::optional<TypedStore<Word, Word>> store_;
};

// Forwards the time at each punctuation, and what it was given.
class Ticker final : public Processor<Word, Number> {
  public:
    void init(ProcessorContext<Word, Number>& context) override {
        context_ = &context;
        context.schedule(70, PunctuationType::kStreamTime, [this](Timestamp now) {
            context_->forward({"stream", now.value(), now, {}});
        });
        context.schedule(100, PunctuationType::kWallClockTime, [this](Timestamp now) {
            context_->forward({"clock", context_->current_stream_time().value(), now, {}});
        });
    }
    void process(const Record<Word, Number>& record) override {
        context_->forward({record.key, record.value, Timestamp{record.timestamp.value() + 1}, record.headers});
    }

  private:
    ProcessorContext<Word, Number>* context_ = nullptr;
};

}  // namespace

void processors(StreamsBuilder& builder) {
    builder.add_state_store(store("seen", StoreSpec::Kind::kInMemory));
    builder.add_state_store(store("last", StoreSpec::Kind::kPersistent));
    const auto words = [&] { return builder.stream<Word, Word>("words"); };
    const auto numbers = [&] { return builder.stream<Word, Number>("numbers"); };
    words().process<Seen>([] { return std::make_unique<Seen>(); }, {}, {"seen"}).to("seen-out");
    words()
        .process_values<Last>([] { return std::make_unique<Last>(); }, {"last-value"}, {"last"})
        .group_by_key()
        .count()
        .to_stream()
        .to("counts");
    numbers().process<Ticker>([] { return std::make_unique<Ticker>(); }).to("ticks");
    numbers().process_values<SeenToo>([] { return std::make_unique<SeenToo>(); }, {}, {"seen"}).to("seen-too");
}

}  // namespace matchpoint::streams::differential
