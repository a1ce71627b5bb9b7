// Scans of typed stores, from within a processor: uncommitted writes show.
#include "processor/streams/topology/typed_store.h"

#include <gtest/gtest.h>

#include "processor/streams/testing/topology_test_driver.h"

namespace matchpoint::streams {
namespace {

using Word = std::string;
using Number = std::int64_t;

// Keeps the record, then forwards what the scan named by its value finds.
class Scanner final : public Processor<Word, Word> {
  public:
    void init(ProcessorContext<Word, Word>& context) override {
        context_ = &context;
        store_.emplace(context.get_state_store("lengths"), serdes::string(), serdes::int64());
    }
    void process(const Record<Word, Word>& record) override {
        const Word& how = *record.value;
        if (how == "put") return store_->put(*record.key, static_cast<Number>(record.key->size()));
        if (how == "all") tell(record, store_->all());
        if (how == "reverse all") tell(record, store_->reverse_all());
        if (how == "range") tell(record, store_->range("b", "cc"));
        if (how == "reverse range") tell(record, store_->reverse_range("b", "cc"));
        if (how == "prefix") tell(record, store_->prefix_scan(Word("b"), serdes::string()));
    }

  private:
    void tell(const Record<Word, Word>& record, TypedStore<Word, Number>::Iterator rows) {
        Word text;
        for (; rows.valid(); rows.next()) text += rows.key() + std::to_string(rows.value()) + " ";
        context_->forward({record.key, text, record.timestamp, {}});
    }
    ProcessorContext<Word, Word>* context_ = nullptr;
    std::optional<TypedStore<Word, Number>> store_;
};

TEST(TypedStore, ScansForwardsBackwardsAndByPrefix) {
    Topology topology;
    const SerdePair<Word, Word> words{serdes::string(), serdes::string()};
    topology.add_source<Word, Word>("source", {"in"}, words);
    topology.add_processor<Scanner>("scanner", [] { return std::make_unique<Scanner>(); }, {"source"});
    StoreSpec spec;
    spec.name = "lengths";
    topology.add_state_store(spec, {"scanner"});
    topology.add_sink<Word, Word>("sink", "out", words, {"scanner"});
    TopologyTestDriver driver(std::move(topology));
    auto in = driver.create_input_topic("in", serdes::string(), serdes::string());
    auto out = driver.create_output_topic("out", serdes::string(), serdes::string());
    for (const char* key : {"c", "a", "bb", "cc", "b", "ccc"}) in.pipe_input(key, "put");
    const auto scan = [&](const char* how) {
        in.pipe_input("?", how);
        return out.read_value();
    };
    EXPECT_EQ(scan("all"), "a1 b1 bb2 c1 cc2 ccc3 ");
    EXPECT_EQ(scan("reverse all"), "ccc3 cc2 c1 bb2 b1 a1 ");
    EXPECT_EQ(scan("range"), "b1 bb2 c1 cc2 ");
    EXPECT_EQ(scan("reverse range"), "cc2 c1 bb2 b1 ");
    EXPECT_EQ(scan("prefix"), "b1 bb2 ");
}

}  // namespace
}  // namespace matchpoint::streams
