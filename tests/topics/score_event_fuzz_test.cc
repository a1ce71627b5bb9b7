// The decoder against nlohmann as the oracle: events in random dress, and events with bytes changed at random.
#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <nlohmann/json.hpp>

#include "tests/topics/fake_sport.h"
#include "topics/score_event.h"

namespace matchpoint::topics {
namespace {

using nlohmann::json;

std::string random_space() {
    return *rc::gen::container<std::string>(*rc::gen::inRange(0, 3), rc::gen::element(' ', '\n', '\t', '\r'));
}

// Characters of one to four bytes, and those that JSON must escape.
std::string random_text() {
    const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "a", "Z", "/", "\"", "\\", "\n", "\x01", "\x7f", "{", "}", "[", ":", ",", "é", "€", "😀", "match", " "));
    std::string text;
    for (const std::string& part : parts) text += part;
    return text;
}

json random_value(int depth) {
    switch (*rc::gen::inRange(0, depth > 0 ? 9 : 7)) {
        case 0:
            return nullptr;
        case 1:
            return *rc::gen::arbitrary<bool>();
        case 2:
            return *rc::gen::arbitrary<std::int64_t>();
        case 3:
            return *rc::gen::inRange(-3, 12);
        case 4:
            return *rc::gen::arbitrary<std::uint64_t>();
        case 5:
            return *rc::gen::inRange(-1000, 1000) / 7.0;
        case 6:
            return random_text();
        case 7: {
            json list = json::array();
            for (int i = *rc::gen::inRange(0, 4); i > 0; --i) list.push_back(random_value(depth - 1));
            return list;
        }
        default: {
            json object = json::object();
            for (int i = *rc::gen::inRange(0, 4); i > 0; --i) object[random_text()] = random_value(depth - 1);
            return object;
        }
    }
}

// Mostly what belongs there, now and then anything.
json usually(json value) {
    return *rc::gen::inRange(0, 25) == 0 ? random_value(2) : std::move(value);
}

using Fields = std::vector<std::pair<std::string, json>>;

std::string random_match_id() {
    std::string text = "m" + random_text();
    if (*rc::gen::inRange(0, 10) == 0) return text;
    std::erase_if(text, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
    return text;
}

// The bounds and a step beyond them, too.
std::int64_t random_integer(std::int64_t min) {
    const std::int64_t max = std::int64_t{1} << 53;
    return *rc::gen::weightedOneOf<std::int64_t>({{20, rc::gen::inRange(min, std::int64_t{1} << 42)},
                                                  {2, rc::gen::element(min, max)},
                                                  {1, rc::gen::element(min - 1, max + 1)}});
}

Fields random_event() {
    Fields fields = {{"match", usually(random_match_id())},
                     {"seq", usually(random_integer(1))},
                     {"at", usually(random_integer(0))},
                     {"sport", usually("fake")},
                     {"type", usually(*rc::gen::element("hit", "hit", "start", "undo", "end"))},
                     {"side", usually(*rc::gen::inRange(1, 3))},
                     {"points", usually(*rc::gen::inRange(0, 10))},
                     {"competition", usually(random_text())},
                     {"sides", usually(json::parse(R"([{"name":"A","players":["P",")"
                                                   "é"
                                                   R"("]},{"x":{},"name":"B"}])"))},
                     {"reason", usually("retired")},
                     {"winner", usually(*rc::gen::element<json>(1, 2, "draw", nullptr))}};
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) fields.emplace_back("x" + random_text(), random_value(3));
    if (*rc::gen::inRange(0, 8) == 0) fields.erase(fields.begin() + *rc::gen::inRange(0, 11));
    const auto keys = *rc::gen::container<std::vector<int>>(fields.size(), rc::gen::arbitrary<int>());
    std::vector<std::size_t> order(fields.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
    Fields shuffled;
    for (const std::size_t i : order) shuffled.push_back(std::move(fields[i]));
    return shuffled;
}

std::string dress(const Fields& fields) {
    const bool ascii = *rc::gen::arbitrary<bool>();
    std::string text = random_space() + '{';
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const json name = fields[i].first;
        text += (i > 0 ? "," : "") + random_space() + name.dump(-1, ' ', ascii) + random_space() + ':' +
                random_space() + fields[i].second.dump(*rc::gen::inRange(-1, 3), '\t', ascii) + random_space();
    }
    return text + '}' + random_space();
}

bool is_text(const json& value, std::size_t min, std::size_t max) {
    if (!value.is_string()) return false;
    const auto size = value.get_ref<const std::string&>().size();
    return size >= min && size <= max;
}

bool is_integer(const json& value, std::int64_t min, std::int64_t max) {
    if (!value.is_number_integer()) return false;
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(max)) return false;
    return value.get<std::int64_t>() >= min && value.get<std::int64_t>() <= max;
}

bool sides_are_valid(const json& sides) {
    if (!sides.is_array() || sides.size() != 2) return false;
    return std::all_of(sides.begin(), sides.end(), [](const json& side) {
        if (!side.is_object() || !is_text(side.value("name", json()), 1, kMaxNameBytes)) return false;
        const json players = side.value("players", json());
        if (players.is_null()) return true;
        return players.is_array() && players.size() <= kMaxPlayersASide &&
               std::all_of(players.begin(), players.end(),
                           [](const json& player) { return is_text(player, 1, kMaxNameBytes); });
    });
}

// The contract, written down a second time on the oracle's tree.
bool is_valid(const json& event) {
    const auto get = [&](const char* name) { return event.value(name, json()); };
    const json match = get("match");
    if (!is_text(match, 1, kMaxMatchIdBytes) || !is_integer(get("seq"), 1, std::int64_t{1} << 53) ||
        !is_integer(get("at"), 0, std::int64_t{1} << 53) || get("sport") != "fake") {
        return false;
    }
    for (const char c : match.get<std::string>()) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    }
    const json type = get("type");
    if (type == "undo") return true;
    if (type == "hit") return is_integer(get("side"), 1, 2) && is_integer(get("points"), 0, 9);
    if (type == "end") {
        const json winner = get("winner");
        const json reason = get("reason");
        return (reason == "retired" || reason == "walkover" || reason == "abandoned" || reason == "result") &&
               (winner.is_null() || winner == "draw" || is_integer(winner, 1, 2));
    }
    const json competition = get("competition");
    return type == "start" && (competition.is_null() || is_text(competition, 0, kMaxNameBytes)) &&
           sides_are_valid(get("sides"));
}

void check_same(const ScoreEvent& event, const json& expected) {
    RC_ASSERT(event.match == expected["match"].get<std::string>());
    RC_ASSERT(event.seq == expected["seq"].get<std::uint64_t>());
    RC_ASSERT(event.at.value() == expected["at"].get<std::int64_t>());
    const std::string type = expected["type"];
    if (type == "hit") {
        RC_ASSERT(event.kind == EventKind::kPlay);
        RC_ASSERT(event.move[0] + 1 == expected["side"].get<int>());
        RC_ASSERT(event.move[1] == expected["points"].get<int>());
    } else if (type == "start") {
        RC_ASSERT(event.kind == EventKind::kStart);
        RC_ASSERT(event.fixture->competition ==
                  (expected["competition"].is_null() ? "" : expected["competition"].get<std::string>()));
        for (std::size_t side = 0; side < 2; ++side) {
            RC_ASSERT(event.fixture->sides[side].name == expected["sides"][side]["name"].get<std::string>());
            const json players = expected["sides"][side].value("players", json());
            RC_ASSERT(json(event.fixture->sides[side].players) == (players.is_null() ? json::array() : players));
        }
    } else {
        RC_ASSERT(event.kind == (type == "end" ? EventKind::kEnd : EventKind::kUndo));
    }
}

TEST(ScoreEventDifferential, AgreesWithNlohmannOnEventsInRandomDress) {
    ScoreEventDecoder decoder(testing::find_fake_sport);
    const auto agrees = [&decoder] {
        const Fields fields = random_event();
        std::map<std::string, int> names;
        for (const auto& [name, value] : fields) if (++names[name] > 1) return;
        const std::string text = dress(fields);
        const json expected = json::parse(text);
        const auto event = decoder.decode(text);
        RC_CLASSIFY(event.has_value(), "valid");
        RC_ASSERT(event.has_value() == is_valid(expected));
        if (event) {
            // operator[] on a const tree needs the optional ones there.
            json full = expected;
            full.emplace("competition", nullptr);
            check_same(*event, full);
        } else {
            RC_ASSERT(event.error().reason == RejectReason::kInvalid);
        }
    };
    EXPECT_TRUE(rc::check([&agrees] {
        for (int i = 0; i < 10; ++i) agrees();
    }));
}

enum class Oracle { kJson, kNot, kUnsure };

// nlohmann also refuses numbers too large for a double, skips a byte order mark, and stops at a NUL: none of these is
// JSON's grammar.
Oracle ask_nlohmann(const std::string& text) {
    if (text.starts_with("\xEF\xBB\xBF") || text.find('\0') != std::string::npos) return Oracle::kNot;
    try {
        [[maybe_unused]] const json parsed = json::parse(text);
        return Oracle::kJson;
    } catch (const json::out_of_range&) {
        return Oracle::kUnsure;
    } catch (const json::parse_error&) {
        return Oracle::kNot;
    }
}

std::string mutate(std::string text, std::mt19937& random) {
    static constexpr std::string_view kBytes = "{}[]:,\"\\ 0123456789-+.eEtrufalsn\n\x01\x7f\x80\xc3\xff/";
    const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
        const std::size_t at = below(text.size());
        const char byte = below(4) == 0 ? static_cast<char>(random()) : kBytes[below(kBytes.size())];
        switch (below(6)) {
            case 0:
                if (!text.empty()) text[at] = byte;
                break;
            case 1:
                text.insert(at, 1, byte);
                break;
            case 2:
                text.erase(at, 1 + below(4));
                break;
            case 3:
                if (!text.empty()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
                break;
            case 4:
                text.insert(at, text.substr(below(text.size()), below(20)));
                break;
            default:
                if (!text.empty()) std::swap(text[at], text[below(text.size())]);
        }
    }
    return text;
}

TEST(ScoreEventDifferential, AgreesWithNlohmannOnWhetherMutatedEventsAreJson) {
    const std::vector<std::string> seeds = {
        R"({"match":"m-1","seq":12,"at":1795235906251,"sport":"fake","type":"hit","side":1,"points":3})",
        R"( { "type" : "undo" , "sport":"fake", "at":1,"seq":1, "match":"\u00e9\ud83d\ude00" } )",
        R"({"match":"m","seq":1,"at":0,"sport":"fake","type":"start","competition":"Open é",
            "sides":[{"name":"A\n","players":["P","Q"]},{"name":"B"}],"bonus":3,"x":[1.5e3,{"y":[true,false,null]}]})",
        R"({"match":"m","seq":1,"at":0,"sport":"fake","type":"end","reason":"result","winner":"draw"})",
        R"([{"a":1},[],"x",-0.5])"};
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    ScoreEventDecoder decoder(testing::find_fake_sport);
    int still_json = 0;
    for (int i = 0; i < 60000; ++i) {
        const std::string text = mutate(seeds[static_cast<std::size_t>(i) % seeds.size()], random);
        const auto event = decoder.decode(text);
        const Oracle oracle = ask_nlohmann(text);
        if (oracle == Oracle::kUnsure) continue;
        still_json += oracle == Oracle::kJson ? 1 : 0;
        const bool malformed = !event && event.error().reason == RejectReason::kMalformed;
        ASSERT_EQ(malformed, oracle == Oracle::kNot) << text << "\n" << (event ? "accepted" : event.error().detail);
        ASSERT_TRUE(!event || is_valid(json::parse(text))) << text;
    }
    EXPECT_GT(still_json, 1000);
}

}  // namespace
}  // namespace matchpoint::topics
