// Whether the rebalance that has just given this member its share is followed by another. What moves from one member to
// another is given up in one round and given out in the next, and nobody has it in between. Only the one who gives up
// joins the next round at once; librdkafka tells the others with a heartbeat, and lets them join a second after they
// last did. The group's description shows what nobody has, so that all can come at once.
//
// The stream thread's, inside the rebalance. An answer that does not come in time is a no: then librdkafka's way is
// left.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "processor/streams/kafka/admin.h"
#include "processor/streams/kafka/call_limit.h"
#include "processor/streams/runtime/group_view.h"

namespace matchpoint::streams {

struct NextRound {
    bool follows = false;
    std::vector<TaskId> given_up;  // will have new owners then; empty if that is not known
};

// Another round follows if it has begun, or if some task has no owner.
[[nodiscard]] NextRound next_round(const kafka::GroupDescription& group, std::string_view application_id,
                                   const std::vector<SubtopologyInfo>& subtopologies);

class RebalanceRounds {
  public:
    // All but `limit` outlive it.
    RebalanceRounds(const std::string& application_id, const std::vector<SubtopologyInfo>& subtopologies,
                    kafka::Admin& admin, std::shared_ptr<const kafka::CallLimit> limit)
        : application_id_(application_id), subtopologies_(subtopologies), admin_(admin), limit_(std::move(limit)) {}

    // This member gives something up: librdkafka joins again by itself.
    void gave_up() { gave_up_ = true; }
    // Once a round, when it ends for this member: what follows that librdkafka does not join by itself.
    [[nodiscard]] NextRound next();

  private:
    const std::string& application_id_;
    const std::vector<SubtopologyInfo>& subtopologies_;
    kafka::Admin& admin_;
    std::shared_ptr<const kafka::CallLimit> limit_;
    bool gave_up_ = false;
    int in_a_row_ = 0;
};

}  // namespace matchpoint::streams
