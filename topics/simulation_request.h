// The values of `simulations`: a request that the simulator play one match. Who asks (the gateway's REST API, a person
// with a console producer) writes it, `matchpoint-simulator serve` reads it; both check it with the same code. Pure
// functions; any thread. Requests come at the pace of people: clarity before speed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "processor/scoring/sport.h"
#include "processor/streams/base/bytes.h"
#include "topics/rejection.h"

namespace matchpoint::topics {

inline constexpr std::size_t kMaxRequestBytes = std::size_t{64} << 10U;
inline constexpr double kMinSimulationSpeed = 0.01;
inline constexpr double kMaxSimulationSpeed = 1e6;

struct SimulationRequest {
    // Empty: not told. In a record the key stands for it; an API makes one up.
    std::string match;
    const scoring::Sport* sport = nullptr;  // never null in a request that was read
    // Not told: made from the match id, so that a request always plays the same match.
    std::optional<std::uint64_t> seed;
    double speed = 1;  // 1 is the pace of a real match
    std::string competition;
    // All names empty: the simulator's own players.
    std::array<scoring::Competitor, 2> sides;
    std::string format_json;  // one object, as in the start event of the sport; or empty
};

using SimulationRequestResult = boost::system::result<SimulationRequest, Rejection>;

// kMalformed (not JSON) or kInvalid; the detail names the field and what was expected. A field that is null counts as
// absent, unknown ones are ignored.
[[nodiscard]] SimulationRequestResult read_simulation_request(streams::BytesView json);

// Replaces `out`; what is empty or not told is left out.
void write_simulation_request(const SimulationRequest& request, std::string& out);

}  // namespace matchpoint::topics
