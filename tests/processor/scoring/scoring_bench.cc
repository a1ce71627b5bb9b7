// What an event costs: to decode, and to play with all that is written after it. Not a test: run it by hand.
#include <array>
#include <random>

#include <benchmark/benchmark.h>

#include "tests/processor/scoring/table.h"

namespace matchpoint::scoring {
namespace {

Fixture two_sides() {
    Fixture fixture;
    fixture.sides[0].name = "Ada Lovelace-Byron";
    fixture.sides[1].name = "Bo";
    return fixture;
}

Bytes options_of(const Sport& sport, const std::string& start) {
    Bytes options;
    if (Table::decode_start(sport, start, options)) std::abort();
    return options;
}

void decode_tennis_point(benchmark::State& state) {
    const auto& sport = *find_sport("tennis");
    const simdjson::padded_string json(
        std::string_view(R"({"match":"m-1","seq":17,"at":1795235906251,"sport":"tennis","type":"point","winner":1,)"
                         R"("server":1,"how":"unforced_error"})"));
    simdjson::ondemand::parser parser;
    Bytes move;
    for (auto unused : state) {
        static_cast<void>(unused);
        auto document = parser.iterate(json);
        simdjson::ondemand::object object = document.get_object();
        move.clear();
        benchmark::DoNotOptimize(sport.decode("point", object, move));
    }
}
BENCHMARK(decode_tennis_point);

// Applies random moves and writes the whole state after each, beginning anew when the match is over.
void play(benchmark::State& state, const char* name, const std::string& start, const std::vector<Bytes>& moves,
          const Bytes& opening) {
    const auto& sport = *find_sport(name);
    const auto options = options_of(sport, start);
    const auto fixture = two_sides();
    std::minstd_rand random(1);
    std::unique_ptr<Match> match;
    std::string out;
    std::vector<Tally> tallies;
    std::int64_t bytes = 0;
    for (auto unused : state) {
        static_cast<void>(unused);
        if (!match || match->apply(moves[random() % moves.size()], Timestamp{1})) {
            match = sport.start(fixture, options);
            if (!opening.empty()) static_cast<void>(match->apply(opening, Timestamp{1}));
        }
        out.clear();
        tallies.clear();
        JsonWriter writer(out);
        match->write_score(writer);
        match->write_stats(writer);
        match->append_summary(out);
        match->changed_tallies(tallies);
        bytes += static_cast<std::int64_t>(out.size());
    }
    state.SetBytesProcessed(bytes);
}

void play_tennis_point(benchmark::State& state) {
    play(state, "tennis", R"({"format":{"best_of":5},"server":1})", {Bytes(1, '\0'), Bytes(1, '\1')}, {});
}
BENCHMARK(play_tennis_point);

// On each point of a match, with the chances that the points so far suggest.
void tennis_win_probability(benchmark::State& state) {
    const auto& sport = *find_sport("tennis");
    const auto options = options_of(sport, R"({"format":{"best_of":5},"server":1})");
    std::minstd_rand random(1);
    std::vector<std::unique_ptr<Match>> states;
    const auto match = sport.start(two_sides(), options);
    while (!match->apply(BytesView(random() % 2 == 0 ? "\0" : "\1", 1), Timestamp{1})) {
        if (match->status() == Status::kLive) states.push_back(match->clone());
    }
    std::size_t next = 0;
    for (auto unused : state) {
        static_cast<void>(unused);
        benchmark::DoNotOptimize(states[next]->win_permille());
        next = next + 1 == states.size() ? 0 : next + 1;
    }
}
BENCHMARK(tennis_win_probability);

void play_cricket_ball(benchmark::State& state) {
    const auto& sport = *find_sport("cricket");
    std::vector<Bytes> moves(3);
    for (std::size_t i = 0; i < moves.size(); ++i) {
        const auto event =
            R"({"type":"ball","batter":"Sachin Tendulkar","bowler":"Glenn McGrath","runs":)" + std::to_string(i) + "}";
        if (Table::decode(sport, event, moves[i])) std::abort();
    }
    Bytes opening;
    if (Table::decode(sport, R"({"type":"innings","team":1})", opening)) std::abort();
    play(state, "cricket", R"({"format":{"overs":50}})", moves, opening);
}
BENCHMARK(play_cricket_ball);

// An undo far into a match without a checkpoint.
void refold_tennis_match(benchmark::State& state) {
    const auto& sport = *find_sport("tennis");
    const auto options = options_of(sport, R"({"format":{"best_of":5,"final_set":{"kind":"advantage"}}})");
    const auto fixture = two_sides();
    for (auto unused : state) {
        static_cast<void>(unused);
        auto match = sport.start(fixture, options);
        for (int i = 0; i < state.range(0); ++i) {
            benchmark::DoNotOptimize(match->apply(i % 8 < 4 ? BytesView("\0", 1) : BytesView("\1", 1), Timestamp{i}));
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(refold_tennis_match)->Arg(300);

}  // namespace
}  // namespace matchpoint::scoring

BENCHMARK_MAIN();
