#include "topics/simulation_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace matchpoint::topics {
namespace {

using ::testing::HasSubstr;

std::string detail_of(std::string_view json) {
    const auto result = read_simulation_request(json);
    return result ? "accepted" : result.error().detail;
}

TEST(SimulationRequest, NeedsNothingButTheSport) {
    const auto request = read_simulation_request(R"({"sport":"football"})");
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->sport->name(), "football");
    EXPECT_EQ(request->match, "");
    EXPECT_EQ(request->seed, std::nullopt);
    EXPECT_EQ(request->speed, 1);
    EXPECT_EQ(request->sides[0].name, "");
    std::string written = "old";
    write_simulation_request(*request, written);
    EXPECT_EQ(written, R"({"sport":"football","speed":1})");
}

TEST(SimulationRequest, ReadsWhatItWrites) {
    const std::string json =
        R"({"match":"sim-1","sport":"tennis","seed":7,"speed":12.5,"competition":"Open \"A\"","sides":)"
        R"([{"name":"Ada / Bea","players":["Ada","Bea"]},{"name":"Cy"}],"format":{"best_of":5,"no_ad":true}})";
    const auto request = read_simulation_request(json);
    ASSERT_TRUE(request.has_value()) << request.error().detail;
    EXPECT_EQ(request->match, "sim-1");
    EXPECT_EQ(request->seed, 7U);
    EXPECT_EQ(request->speed, 12.5);
    EXPECT_THAT(request->sides[0].players, ::testing::ElementsAre("Ada", "Bea"));
    EXPECT_EQ(request->sides[1].name, "Cy");
    std::string written;
    write_simulation_request(*request, written);
    EXPECT_EQ(written, json);
}

TEST(SimulationRequest, FieldsMayComeInAnyOrderAmongOthersAndBeNull) {
    const auto request = read_simulation_request(
        R"( {"x":[{"sport":1}],"format":{},"sides":[{"players":[],"y":{},"name":"A"},{"name":"B","players":null}],)"
        R"("competition":null,"seed":null,"speed":null,"match":null,"sport":"cricket"} )");
    ASSERT_TRUE(request.has_value()) << request.error().detail;
    EXPECT_EQ(request->sport->name(), "cricket");
    EXPECT_EQ(request->sides[1].name, "B");
}

TEST(SimulationRequest, ARefusalNamesTheField) {
    for (const auto& [json, detail] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"", "not JSON"},
             {"{", "not JSON"},
             {R"({"sport":"tennis"} x)", "not JSON"},
             {"[]", "expected an object"},
             {"7", "expected an object"},
             {"{}", "sport is missing"},
             {R"({"sport":"chess"})", "sport must be one of tennis, football, cricket, basketball, arcade"},
             {R"({"sport":1})", "sport must be a string"},
             {R"({"sport":"tennis","seed":-1})", "seed must be from 0"},
             {R"({"sport":"tennis","seed":1.5})", "seed must be a whole number"},
             {R"({"sport":"tennis","speed":0})", "speed must be from 0.01"},
             {R"({"sport":"tennis","speed":"fast"})", "speed must be a number"},
             {R"({"sport":"tennis","match":"a\u0007b"})", "match must have no control characters"},
             {R"({"sport":"tennis","competition":7})", "competition must be a string"},
             {R"({"sport":"tennis","sides":{}})", "sides must be an array"},
             {R"({"sport":"tennis","sides":[]})", "sides must be two, not 0"},
             {R"({"sport":"tennis","sides":[1,2]})", "sides must be two objects"},
             {R"({"sport":"tennis","sides":[{"name":"A"}]})", "sides must be two, not 1"},
             {R"({"sport":"tennis","sides":[{"name":"A"},{"name":"B"},{"name":"C"}]})", "sides must be two objects"},
             {R"({"sport":"tennis","sides":[{"name":"A"},{"name":"A"}]})", "sides must have different names"},
             {R"({"sport":"tennis","sides":[{"name":"A"},{"players":["B"]}]})", "sides[1].name is missing"},
             {R"({"sport":"tennis","sides":[{"name":"A","players":[""]},{"name":"B"}]})", "sides[0].players must be"},
             {R"({"sport":"tennis","format":[]})", "format must be an object"},
             {R"({"sport":"tennis","format":{"best_of":4}})", "format.best_of must be 3 or 5"},
         }) {
        EXPECT_THAT(detail_of(json), HasSubstr(detail)) << json;
    }
}

TEST(SimulationRequest, LongTextIsRefused) {
    const std::string text(257, 'x');
    EXPECT_THAT(detail_of(R"({"sport":"tennis","match":")" + text + "\"}"), HasSubstr("match must have at most 256"));
    EXPECT_THAT(detail_of(R"({"sport":"tennis","competition":")" + text + "\"}"), HasSubstr("at most 256"));
    EXPECT_THAT(detail_of(R"({"sport":"tennis","x":")" + std::string(kMaxRequestBytes, 'x') + "\"}"),
                HasSubstr("at most 65536 bytes"));
}

}  // namespace
}  // namespace matchpoint::topics
