// What an event costs from bytes to match-state JSON: decode, fold, write. nlohmann's tree of the same bytes for scale.
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include "topics/match_fold.h"
#include "topics/match_state.h"
#include "topics/score_event.h"
#include "topics/score_event_writer.h"

namespace {
std::size_t allocations = 0;
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}

namespace matchpoint::topics {
namespace {

std::string tennis_point(std::uint64_t seq, int winner) {
    std::string json;
    write_event({"grand-slam-2026-mens-singles-1701", seq, Timestamp{1795235906251}, "tennis"},
                TennisPoint{winner, 1, "unforced_error"}, json);
    return json;
}

std::string tennis_start() {
    std::string json;
    StartEvent start;
    start.fixture = {"Grand Slam 2026", {{{"Ada Lovelace", {}}, {"Bo Diddley", {}}}}};
    start.format_json = R"({"best_of":5})";
    write_event({"grand-slam-2026-mens-singles-1701", 1, Timestamp{1795235906251}, "tennis"}, start, json);
    return json;
}

void count_allocations(benchmark::State& state, std::size_t before) {
    state.counters["allocations"] =
        benchmark::Counter(static_cast<double>(allocations - before), benchmark::Counter::kAvgIterations);
}

void decode(benchmark::State& state, const std::string& json) {
    ScoreEventDecoder decoder;
    if (!decoder.decode(json)) {
        state.SkipWithError("the event is refused");
        return;
    }
    const std::size_t before = allocations;
    for (auto _ : state) benchmark::DoNotOptimize(decoder.decode(json));
    count_allocations(state, before);
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * json.size()));
}

void decode_tennis_point(benchmark::State& state) {
    decode(state, tennis_point(12, 1));
}
BENCHMARK(decode_tennis_point);

void decode_tennis_point_keys_reversed(benchmark::State& state) {
    decode(state, R"({"how":"unforced_error","server":1,"winner":1,"type":"point","sport":"tennis","at":1795235906251,)"
                  R"("seq":12,"match":"grand-slam-2026-mens-singles-1701"})");
}
BENCHMARK(decode_tennis_point_keys_reversed);

void decode_tennis_start(benchmark::State& state) {
    decode(state, tennis_start());
}
BENCHMARK(decode_tennis_start);

void parse_tennis_point_nlohmann(benchmark::State& state) {
    const std::string json = tennis_point(12, 1);
    for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json::parse(json));
}
BENCHMARK(parse_tennis_point_nlohmann);

void parse_tennis_point_simdjson_only(benchmark::State& state) {
    std::string json = tennis_point(12, 1);
    const std::size_t size = json.size();
    json.resize(size + simdjson::SIMDJSON_PADDING);
    simdjson::ondemand::parser parser;
    for (auto _ : state) {
        auto document = parser.iterate(simdjson::padded_string_view(json.data(), size, json.size()));
        benchmark::DoNotOptimize(document);
    }
}
BENCHMARK(parse_tennis_point_simdjson_only);

// Side 2 wins a point after each two of side 1, so that the match is long; when it ends it begins anew.
void decode_fold_and_write(benchmark::State& state) {
    ScoreEventDecoder decoder;
    const std::string points[] = {tennis_point(12, 1), tennis_point(13, 2), tennis_point(14, 1), tennis_point(15, 2)};
    const std::string start_json = tennis_start();
    const auto start = decoder.decode(start_json);
    const scoring::Sport& sport = *start->sport;
    const scoring::Fixture fixture = *start->fixture;
    const Bytes options(start->move);
    ScoreEvent first = *start;
    first.fixture = &fixture;
    first.move = options;
    auto fresh = [&] {
        MatchFold fold(sport);
        if (fold.apply(first)) std::abort();
        return fold;
    };
    MatchFold fold = fresh();
    const MatchStateWriter writer("grand-slam-2026-mens-singles-1701", sport, fixture, *fold.match());
    std::string out;
    std::size_t i = 0;
    const std::size_t before = allocations;
    for (auto _ : state) {
        const auto event = decoder.decode(points[i++ % 4]);
        if (fold.apply(*event)) fold = fresh();
        writer.write(*fold.match(), event->seq, event->at, out);
        benchmark::DoNotOptimize(out);
        if (i % 300 == 0) fold = fresh();
    }
    count_allocations(state, before);
}
BENCHMARK(decode_fold_and_write);

}  // namespace
}  // namespace matchpoint::topics
