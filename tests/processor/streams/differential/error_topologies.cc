#include <stdexcept>

#include "tests/processor/streams/differential/topologies.h"

namespace matchpoint::streams::differential {
namespace {

void refuse(const MaybeWord& value, std::size_t length) {
    if (value && value->size() == length) throw std::runtime_error("refused");
}

// Does not write words of four letters.
class Unwritable final : public Serde<Word> {
  public:
    void serialize(const Word& value, Bytes& out) const override {
        refuse(value, 4);
        out = value;
    }
    [[nodiscard]] std::optional<Word> deserialize(BytesView data) const override { return Word(data); }
};

// Forwards each word, and once more what follows it: the first may fail below.
class Twice final : public Processor<Word, Word, Word, Word> {
  public:
    void init(ProcessorContext<Word, Word>& context) override { context_ = &context; }
    void process(const Record<Word, Word>& record) override {
        context_->forward(record);
        context_->forward({record.key, record.value ? *record.value + "!" : Word("none"), record.timestamp, {}});
    }

  private:
    ProcessorContext<Word, Word>* context_ = nullptr;
};

// Fails at every other punctuation.
class Stumbling final : public Processor<Word, Number, Word, Number> {
  public:
    void init(ProcessorContext<Word, Number>& context) override {
        for (const auto type : {PunctuationType::kStreamTime, PunctuationType::kWallClockTime}) {
            context.schedule(50, type, [&context, times = Number{0}](Timestamp now) mutable {
                if (++times % 2 == 0) throw std::runtime_error("stumbled");
                context.forward({"tick", times, now, {}});
            });
        }
    }
    void process(const Record<Word, Number>& /*record*/) override {}
};

}  // namespace

void errors(StreamsBuilder& builder) {
    const auto stream = builder.stream<Word, Word>("words");
    const auto checked = stream.peek([](const MaybeWord&, const MaybeWord& v) { refuse(v, 2); });
    checked.to("checked");
    checked.process<Twice>([] { return std::make_unique<Twice>(); })
        .peek([](const MaybeWord&, const MaybeWord& v) { refuse(v, 3); })
        .to("twice");
    checked.to("written", {.value = std::make_shared<Unwritable>()});
    checked.group_by_key()
        .count()
        .to_stream()
        .peek([](const Word&, const Number& n) {
            if (n % 3 == 0) throw std::runtime_error("a third");
        })
        .to("counts");
    stream.to("all");
    builder.stream<Word, Number>("other").to("numbers-out");
    builder.stream<Word, Number>("numbers")
        .process<Stumbling>([] { return std::make_unique<Stumbling>(); })
        .to("ticks");
}

}  // namespace matchpoint::streams::differential
