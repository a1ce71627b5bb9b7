// A sport for the tests of the codecs: side 1 or 2 scores `points`, the first to ten wins. Its events are
// {"type":"hit","side":1,"points":3}, its start takes {"bonus":n} (points that side 2 begins with).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processor/scoring/sport.h"

namespace matchpoint::topics::testing {

class FakeMatch final : public scoring::Match {
  public:
    FakeMatch(const scoring::Fixture& fixture, int bonus)
        : names_{fixture.sides[0].name, fixture.sides[1].name}, bonus_(bonus), points_{0, bonus} {}

    std::optional<scoring::Refusal> apply(scoring::BytesView move, scoring::Timestamp at) override {
        if (move.size() != 2) return scoring::Refusal{scoring::Refusal::Kind::kInvalid, "move: two bytes"};
        if (status() != scoring::Status::kLive) {
            return scoring::Refusal{scoring::Refusal::Kind::kMatchOver, "the match is over"};
        }
        const auto side = static_cast<std::size_t>(move[0]);
        if (points_[side] + move[1] > 12) return scoring::Refusal{scoring::Refusal::Kind::kImpossible, "too many"};
        points_[side] += move[1];
        at_[side] = at;
        last_ = side;
        return std::nullopt;
    }
    std::optional<scoring::Refusal> end(scoring::EndReason reason, scoring::Winner winner) override {
        if (status() != scoring::Status::kLive) {
            return scoring::Refusal{scoring::Refusal::Kind::kMatchOver, "the match is over"};
        }
        last_.reset();
        ended_ = reason == scoring::EndReason::kAbandoned ? scoring::Status::kAbandoned : scoring::Status::kFinished;
        winner_ = winner;
        return std::nullopt;
    }
    scoring::Status status() const override {
        if (points_[0] >= 10 || points_[1] >= 10) return scoring::Status::kFinished;
        return ended_;
    }
    scoring::Winner winner() const override { return winner_; }
    void write_format(scoring::JsonWriter& out) const override {
        out.begin_object().key("bonus").number(bonus_).end_object();
    }
    void write_score(scoring::JsonWriter& out) const override {
        out.begin_object().key("points").begin_array().number(points_[0]).number(points_[1]).end_array().end_object();
    }
    void write_stats(scoring::JsonWriter& out) const override {
        out.begin_array().begin_object().end_object().begin_object().end_object().end_array();
    }
    void append_summary(std::string& out) const override {
        out += std::to_string(points_[0]) + "\"-\"" + std::to_string(points_[1]);
    }
    void changed_tallies(std::vector<scoring::Tally>& out) const override {
        if (last_) out.push_back({names_[*last_], points_[*last_], at_[*last_]});
    }
    void all_tallies(std::vector<scoring::Tally>& out) const override {
        for (std::size_t side = 0; side < 2; ++side) {
            if (points_[side] != 0) out.push_back({names_[side], points_[side], at_[side]});
        }
    }
    std::unique_ptr<scoring::Match> clone() const override { return std::make_unique<FakeMatch>(*this); }

  private:
    std::array<std::string, 2> names_;
    int bonus_;
    std::array<int, 2> points_;
    std::array<scoring::Timestamp, 2> at_{};
    std::optional<std::size_t> last_;
    scoring::Status ended_ = scoring::Status::kLive;
    scoring::Winner winner_ = scoring::Winner::kNone;
};

class FakeSport final : public scoring::Sport {
  public:
    explicit FakeSport(bool needs_start) : needs_start_(needs_start) {}
    std::string_view name() const override { return needs_start_ ? "fake" : "open"; }
    std::string_view unit() const override { return "hits"; }
    bool needs_start() const override { return needs_start_; }
    std::optional<scoring::Refusal> decode_start(simdjson::ondemand::object& event,
                                                 scoring::Bytes& move) const override {
        std::int64_t bonus = 0;
        const auto code = event.find_field_unordered("bonus").get_int64().get(bonus);
        if (code != simdjson::NO_SUCH_FIELD && (code || bonus < 0 || bonus > 9)) {
            return scoring::Refusal{scoring::Refusal::Kind::kInvalid, "bonus: expected 0 to 9"};
        }
        move.push_back(static_cast<char>(bonus));
        return std::nullopt;
    }
    std::unique_ptr<scoring::Match> start(const scoring::Fixture& fixture, scoring::BytesView options) const override {
        return std::make_unique<FakeMatch>(fixture, options.empty() ? 0 : options[0]);
    }
    std::optional<scoring::Refusal> decode(std::string_view type, simdjson::ondemand::object& event,
                                           scoring::Bytes& move) const override {
        std::int64_t side = 0;
        std::int64_t points = 0;
        if (type != "hit") return scoring::Refusal{scoring::Refusal::Kind::kInvalid, "type: expected hit"};
        if (event.find_field_unordered("side").get_int64().get(side) || side < 1 || side > 2) {
            return scoring::Refusal{scoring::Refusal::Kind::kInvalid, "side: expected 1 or 2"};
        }
        if (event.find_field_unordered("points").get_int64().get(points) || points < 0 || points > 9) {
            return scoring::Refusal{scoring::Refusal::Kind::kInvalid, "points: expected 0 to 9"};
        }
        move.push_back(static_cast<char>(side - 1));
        move.push_back(static_cast<char>(points));
        return std::nullopt;
    }

  private:
    bool needs_start_;
};

inline const FakeSport kFake{true};
inline const FakeSport kOpen{false};

inline const scoring::Sport* find_fake_sport(std::string_view name) {
    if (name == "fake") return &kFake;
    return name == "open" ? &kOpen : nullptr;
}

}  // namespace matchpoint::topics::testing
