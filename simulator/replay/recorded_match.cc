#include "simulator/replay/recorded_match.h"

#include <algorithm>

#include <fmt/format.h>

#include "processor/scoring/json_writer.h"

namespace matchpoint::simulator::replay {

void RecordedMatch::append_tail(std::int64_t offset_ms) {
    // The writer puts the envelope first and in the contract's order; in a string the quotes would be escaped.
    tails_.append(json_, json_.find(R"(,"sport":)"));
    ends_.push_back(tails_.size());
    offsets_ms_.push_back(offsets_ms_.empty() ? 0 : std::max(offset_ms, offsets_ms_.back()));
}

void RecordedMatch::write(std::size_t index, std::string_view match, streams::Timestamp at, std::string& out) const {
    out.assign(R"({"match":)");
    scoring::append_json_string(out, match);
    fmt::format_to(std::back_inserter(out), R"(,"seq":{},"at":{})", index + 1, at.value());
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    out.append(tails_, begin, ends_[index] - begin);
}

}  // namespace matchpoint::simulator::replay
