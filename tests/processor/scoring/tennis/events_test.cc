#include <gtest/gtest.h>

#include "processor/scoring/tennis/point.h"
#include "tests/processor/scoring/table.h"

namespace matchpoint::scoring::tennis {
namespace {

std::string refusal(const std::string& event) {
    Bytes move;
    const auto refused = Table::decode(*find_sport("tennis"), event, move);
    if (!refused) return "accepted";
    EXPECT_TRUE(move.empty());
    EXPECT_EQ(refused->kind, Refusal::Kind::kInvalid);
    return refused->detail;
}

TEST(TennisEvents, APointIsOneByte) {
    const auto& sport = *find_sport("tennis");
    Bytes move;
    ASSERT_FALSE(Table::decode(sport, R"({"type":"point","winner":2,"server":1,"how":"double_fault"})", move));
    EXPECT_EQ(move, "\x33");
    move.clear();
    ASSERT_FALSE(Table::decode(sport, R"({"how":null,"server":null,"winner":1,"type":"point","note":[1,{}]})", move));
    EXPECT_EQ(move, Bytes(1, '\0'));
}

TEST(TennisEvents, EveryPointIsUnpackedAsItWasPacked) {
    for (unsigned how = 0; how <= 6; ++how) {
        for (unsigned server = 0; server <= 2; ++server) {
            for (unsigned winner = 0; winner <= 1; ++winner) {
                Point point;
                point.winner = static_cast<SideIndex>(winner);
                if (server > 0) point.server = static_cast<SideIndex>(server - 1);
                point.how = static_cast<How>(how);
                const auto back = unpack(Bytes(1, pack(point)));
                ASSERT_TRUE(back);
                EXPECT_EQ(back->winner, point.winner);
                EXPECT_EQ(back->server, point.server);
                EXPECT_EQ(back->how, point.how);
            }
        }
    }
}

TEST(TennisEvents, BytesThatAreNoPointAreRefused) {
    Table table("tennis");
    for (const Bytes& move : {Bytes(), Bytes("\x06"), Bytes("\x38"), Bytes("\xff"), Bytes(2, '\0')}) {
        EXPECT_EQ(kind_of(table.apply(move)), "invalid");
    }
}

TEST(TennisEvents, NameWhatIsWrong) {
    EXPECT_EQ(refusal(R"({"type":"point"})"), "winner is missing");
    EXPECT_EQ(refusal(R"({"type":"point","winner":null})"), "winner is missing");
    EXPECT_EQ(refusal(R"({"type":"point","winner":3})"), "winner must be from 1 to 2, not 3");
    EXPECT_EQ(refusal(R"({"type":"point","winner":0})"), "winner must be from 1 to 2, not 0");
    EXPECT_EQ(refusal(R"({"type":"point","winner":"1"})"), "winner must be a whole number");
    EXPECT_EQ(refusal(R"({"type":"point","winner":1.0})"), "winner must be a whole number");
    EXPECT_EQ(refusal(R"({"type":"point","winner":[1]})"), "winner must be a whole number");
    EXPECT_EQ(refusal(R"({"type":"point","winner":1,"server":0})"), "server must be from 1 to 2, not 0");
    EXPECT_EQ(refusal(R"({"type":"point","winner":1,"how":"luck"})"),
              "how must be one of ace, service_winner, winner, forced_error, unforced_error, double_fault");
    EXPECT_EQ(refusal(R"({"type":"point","winner":1,"how":5})"), "how must be a string");
    EXPECT_EQ(refusal(R"({"type":"goal","team":1})"), "type must be point, start, end or undo in tennis");
}

}  // namespace
}  // namespace matchpoint::scoring::tennis
