// Players by their records, best first, kept in order as the records change: an order-statistics tree, O(log n) a
// change, and each place known without counting. Among equals the earlier comes first, then the name. Belongs to one
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/key_extractors.hpp>
#include <boost/multi_index/ranked_index.hpp>
#include <boost/multi_index_container.hpp>

namespace matchpoint::http {

struct Standing {
    std::string key;  // of the record
    std::string player;
    std::int64_t score = 0;
    std::string unit;
    std::string match;
    std::int64_t at = 0;
    bool operator==(const Standing&) const = default;
};

class Ranking {
  public:
    // The first place, from 0, whose entry is not as before; kNothing if none.
    static constexpr std::size_t kNothing = static_cast<std::size_t>(-1);
    std::size_t put(const Standing& standing);
    std::size_t remove(std::string_view key);

    [[nodiscard]] std::size_t size() const { return board_.size(); }
    // The entries at places [first, first + count), as a JSON array of leaderboard entries.
    [[nodiscard]] std::string json(std::size_t first, std::size_t count) const;
    // 1, 2, 2, 4: one more than how many have a better score.
    [[nodiscard]] std::size_t rank_of(std::int64_t score) const;
    // In order; for tests and small lists.
    [[nodiscard]] std::vector<Standing> top(std::size_t count) const;

  private:
    struct Better {
        bool operator()(const Standing& a, const Standing& b) const;
    };
    struct ByKey {};
    struct ByPlace {};
    using Board = boost::multi_index_container<
        Standing,
        boost::multi_index::indexed_by<
            boost::multi_index::ranked_unique<boost::multi_index::tag<ByPlace>, boost::multi_index::identity<Standing>,
                                              Better>,
            boost::multi_index::hashed_unique<boost::multi_index::tag<ByKey>,
                                              boost::multi_index::member<Standing, std::string, &Standing::key>>>>;
    [[nodiscard]] std::size_t place_of(const Standing& standing) const;

    Board board_;
};

}  // namespace matchpoint::http
