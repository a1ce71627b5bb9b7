// Keeps each player's record: the most made in one match, over all matches known. Writes `high-scores` exactly when a
// record changes, also when an undo takes it back: then the next best stands again. Task's thread only.
//
// Store `contenders` mirrors the repartition topic it is fed from: a row a player and match. Store `records` is
// mirrored by high-scores, key `<sport>/<player>`.
#pragma once

#include <optional>
#include <string>

#include <boost/unordered/unordered_flat_map.hpp>

#include "processor/match_row.h"
#include "processor/streams/topology/processor.h"
#include "topics/high_score.h"

namespace matchpoint {

inline constexpr const char* kContendersStore = "contenders";
inline constexpr const char* kRecordsStore = "records";

class RecordProcessor final : public streams::Processor<BytesView, BytesView> {
  public:
    explicit RecordProcessor(std::size_t records_in_memory) : capacity_(records_in_memory) {}

    void init(streams::ProcessorContext<BytesView, BytesView>& context) override;
    void process(const streams::Record<BytesView, BytesView>& record) override;

  private:
    struct Best {
        std::string match;
        PlayerScore score;  // zero: the player has no record
    };

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return boost::hash<std::string_view>()(text); }
    };

    [[nodiscard]] Best& best_of(BytesView player_key);
    [[nodiscard]] Best best_contender(BytesView player_key);
    void write(BytesView player_key, Best& best, Best now, Timestamp timestamp);

    std::size_t capacity_;
    streams::ProcessorContext<BytesView, BytesView>* context_ = nullptr;
    streams::TaskStore* contenders_ = nullptr;
    streams::TaskStore* records_ = nullptr;
    topics::HighScoreReader reader_;
    boost::unordered_flat_map<std::string, Best, Hash, std::equal_to<>> best_;
    Bytes stored_;
    std::string json_;
};

}  // namespace matchpoint
