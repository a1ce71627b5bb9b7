#include "processor/scoring/cricket/moves.h"

#include <numeric>

namespace matchpoint::scoring::cricket {
namespace {

constexpr unsigned kBall = 1;
constexpr unsigned kSide = 4;
constexpr unsigned kSuperOver = 8;
constexpr unsigned kTarget = 16;
constexpr unsigned kHasExtras = 16;
constexpr unsigned kWicketShift = 5;
constexpr unsigned kBallBits = 4;
constexpr std::uint64_t kMaxNumber = 1'000'000;  // more than any feed may send

std::optional<Happening> parse_innings(unsigned head, streams::ByteReader& in) {
    InningsBegin innings;
    innings.team = (head & kSide) != 0 ? 1 : 0;
    innings.super_over = (head & kSuperOver) != 0;
    innings.has_target = (head & kTarget) != 0;
    if (innings.has_target) {
        const auto runs = in.varint();
        const auto overs = in.varint();
        if (runs > kMaxNumber || overs > kMaxNumber) return std::nullopt;
        innings.target_runs = static_cast<std::uint32_t>(runs);
        innings.target_overs = static_cast<std::uint32_t>(overs >> kBallBits);
        innings.target_balls = static_cast<std::uint32_t>(overs & 0xfU);
    }
    if (!in.ok() || !in.at_end()) return std::nullopt;
    return innings;
}

bool read_extras(streams::ByteReader& in, Extras& extras) {
    const unsigned mask = in.u8();
    for (std::size_t i = 0; i < kExtraKinds; ++i) {
        if ((mask >> i & 1U) == 0) continue;
        const auto number = in.varint();
        if (number > kMaxNumber) return false;
        extras[i] = static_cast<std::uint32_t>(number);
    }
    return mask >> kExtraKinds == 0;
}

std::optional<Happening> parse_ball(unsigned head, streams::ByteReader& in) {
    Ball ball;
    const auto runs = in.varint();
    if (runs > kMaxNumber) return std::nullopt;
    ball.runs = static_cast<std::uint32_t>(runs);
    if ((head & kHasExtras) != 0 && !read_extras(in, ball.extras)) return std::nullopt;
    ball.dismissal_count = static_cast<std::uint8_t>(head >> kWicketShift & 3U);
    for (std::size_t i = 0; i < ball.dismissal_count; ++i) {
        const unsigned kind = in.u8();
        if (kind > static_cast<unsigned>(Dismissal::kRetiredNotOut)) return std::nullopt;
        ball.dismissals[i] = static_cast<Dismissal>(kind);
    }
    ball.batter = in.string();
    ball.bowler = in.rest();
    if (!in.ok() || ball.batter.empty() || ball.bowler.empty()) return std::nullopt;
    return ball;
}

}  // namespace

std::uint32_t Ball::total() const {
    return std::accumulate(extras.begin(), extras.end(), runs);
}

std::uint32_t Ball::wickets() const {
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < dismissal_count; ++i) count += takes_a_wicket(dismissals[i]) ? 1U : 0U;
    return count;
}

void append_move(const InningsBegin& innings, Bytes& move) {
    move.push_back(static_cast<char>((innings.team == 1 ? kSide : 0U) | (innings.super_over ? kSuperOver : 0U) |
                                     (innings.has_target ? kTarget : 0U)));
    if (!innings.has_target) return;
    streams::append_varint(move, innings.target_runs);
    streams::append_varint(move, std::uint64_t{innings.target_overs} << kBallBits | innings.target_balls);
}

void append_move(const Ball& ball, Bytes& move) {
    unsigned mask = 0;
    for (std::size_t i = 0; i < kExtraKinds; ++i) mask |= (ball.extras[i] > 0 ? 1U : 0U) << i;
    move.push_back(static_cast<char>(kBall | (mask != 0 ? kHasExtras : 0U) |
                                     static_cast<unsigned>(ball.dismissal_count) << kWicketShift));
    streams::append_varint(move, ball.runs);
    if (mask != 0) move.push_back(static_cast<char>(mask));
    for (const auto number : ball.extras) {
        if (number > 0) streams::append_varint(move, number);
    }
    for (std::size_t i = 0; i < ball.dismissal_count; ++i) move.push_back(static_cast<char>(ball.dismissals[i]));
    streams::append_string(move, ball.batter);
    move.append(ball.bowler);
}

std::optional<Happening> parse_move(BytesView move) {
    streams::ByteReader in(move);
    const unsigned head = in.u8();
    if (!in.ok()) return std::nullopt;
    if ((head & 3U) == kBall && (head & ~0x71U) == 0) return parse_ball(head, in);
    if ((head & ~(kSide | kSuperOver | kTarget)) == 0) return parse_innings(head, in);
    return std::nullopt;
}

}  // namespace matchpoint::scoring::cricket
