// Who wins a race of independent trials: the one piece of probability that a game, a tie-break, a set and a match are
// made of. Each is "first to more than half, two ahead": a game of six points, a tie-break to seven of twelve points, a
// set of ten games, a match of five sets of four sets, with something else deciding when it is level. Whoever has won
// may as well play the trials that are left for nothing, so all of them are played, and their order does not matter:
// what remains is two binomial sums, in place of the recursion over all scores that may come. Pure; any thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace matchpoint::scoring::tennis {

// Points a side serves in a tie-break to 99, the longest there is.
inline constexpr std::size_t kMaxTrials = 98;

struct Trials {
    std::size_t count = 0;
    double chance = 0;
};

// Of X + Y for two binomials: more than k, exactly k, exactly k - 1.
struct RaceEnd {
    double more = 0;
    double level = 0;
    double one_less = 0;
};

namespace detail {

using Distribution = std::array<double, kMaxTrials + 1>;  // the first count + 1 are set

inline constexpr Distribution kInverse = [] {
    Distribution inverse{};
    for (std::size_t i = 1; i < inverse.size(); ++i) inverse[i] = 1 / static_cast<double>(i);
    return inverse;
}();

inline void fill_binomial(const Trials& trials, Distribution& out) {
    if (trials.count == 0) {
        out[0] = 1;
        return;
    }
    constexpr double kLeast = 1e-12;  // a chance of nought or one would divide by nought
    const double chance = std::clamp(trials.chance, kLeast, 1 - kLeast);
    const double odds = chance / (1 - chance);
    double none = 1;
    for (std::size_t i = 0; i < trials.count; ++i) none *= 1 - chance;
    out[0] = none;
    for (std::size_t i = 0; i < trials.count; ++i) {
        out[i + 1] = out[i] * (odds * static_cast<double>(trials.count - i) * kInverse[i + 1]);
    }
}

}  // namespace detail

[[nodiscard]] inline RaceEnd race(const Trials& x, const Trials& y, std::size_t k) {
    detail::Distribution px;
    detail::Distribution py;
    detail::fill_binomial(x, px);
    detail::fill_binomial(y, py);
    // From Y = most downwards, with P(Y > j) summed up on the way: X must then be k - j.
    RaceEnd end;
    double above = 0;  // P(Y > j)
    std::size_t j = y.count + 1;
    while (j > k + 1) above += py[--j];
    const std::size_t lowest = k > x.count ? k - x.count : 0;  // below it X cannot make up for Y
    while (j > lowest) {
        const std::size_t need = k - --j;
        end.level += py[j] * px[need];
        end.more += above * px[need];
        if (need > 0) end.one_less += py[j] * px[need - 1];
        above += py[j];
    }
    if (j > 0 && j == lowest) end.one_less += py[j - 1] * px[x.count];
    // X greater than k needs nothing of Y; X from k - y.count - 1 down is too little.
    for (std::size_t i = k + 1; i <= x.count; ++i) end.more += px[i];
    return end;
}

}  // namespace matchpoint::scoring::tennis
