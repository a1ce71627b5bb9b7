// Random numbers that are the same on every machine: xoshiro256** seeded by splitmix64 (Blackman and Vigna, 2018,
// public domain), and the few distributions the models need. The standard library's distributions differ between
// implementations, and so do log and cos in their last bit: here is nothing but integer arithmetic and exact sums of
// doubles. A generator belongs to one thread; copying it copies its state.
#pragma once

#include <array>
#include <cstdint>

namespace matchpoint::simulator {

// The next value of a splitmix64 sequence; mixes any 64 bits well enough to be a seed.
constexpr std::uint64_t splitmix64(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
}

class Random {
  public:
    // Streams of one seed are independent of each other: one a match, so that a match's points do not depend on what
    // is played beside it.
    explicit constexpr Random(std::uint64_t seed, std::uint64_t stream = 0) {
        std::uint64_t state = seed;
        state = splitmix64(state) ^ (stream * 0xd1342543de82ef95U);
        for (auto& word : state_) word = splitmix64(state);
    }

    constexpr std::uint64_t bits() {
        const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17U;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotate(state_[3], 45);
        return result;
    }

    // In [0, 1), a multiple of 2^-53.
    constexpr double uniform() { return static_cast<double>(bits() >> 11U) * 0x1.0p-53; }
    constexpr bool chance(double probability) { return uniform() < probability; }

    // In [0, bound), unbiased; bound > 0.
    constexpr std::uint64_t below(std::uint64_t bound) {
        const std::uint64_t threshold = (0 - bound) % bound;
        std::uint64_t value = bits();
        while (value < threshold) value = bits();
        return value % bound;
    }

    // Mean 0, standard deviation 1, within ±6: the sum of twelve uniforms, as near to the normal law as drawing a
    // player's strength needs.
    constexpr double normal() {
        double sum = -6;
        for (int i = 0; i < 12; ++i) sum += uniform();
        return sum;
    }

  private:
    static constexpr std::uint64_t rotate(std::uint64_t value, unsigned by) {
        return (value << by) | (value >> (64U - by));
    }
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace matchpoint::simulator
