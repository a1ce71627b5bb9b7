#include "processor/scoring/fields.h"

#include <gtest/gtest.h>

namespace matchpoint::scoring {
namespace {

class FieldsTest : public testing::Test {
  protected:
    Fields read(const char* json, std::string_view path = {}) {
        text_ = simdjson::padded_string(std::string_view(json));
        document_ = parser_.iterate(text_);
        return Fields(document_.get_object().value(), path);
    }
    static std::string detail(Fields& fields) { return fields.ok() ? "" : fields.refusal()->detail; }

  private:
    simdjson::ondemand::parser parser_;
    simdjson::padded_string text_;
    simdjson::ondemand::document document_;
};

TEST_F(FieldsTest, ReadsFieldsInAnyOrder) {
    auto fields = read(R"({"a":1,"b":true,"c":"x","d":{"e":[1,2]}})");
    EXPECT_EQ(fields.text("c"), "x");
    EXPECT_EQ(fields.integer("a", 0, 9), 1);
    EXPECT_EQ(fields.boolean("b"), true);
    EXPECT_TRUE(fields.object("d"));
    EXPECT_TRUE(fields.ok());
}

TEST_F(FieldsTest, TakesAbsentAndNullForNotGiven) {
    auto fields = read(R"({"a":null,"b":null,"c":null,"d":null})");
    EXPECT_EQ(fields.integer("a", 0, 9), std::nullopt);
    EXPECT_EQ(fields.boolean("b"), std::nullopt);
    EXPECT_EQ(fields.text("c"), std::nullopt);
    EXPECT_FALSE(fields.object("d"));
    EXPECT_FALSE(fields.array("e"));
    EXPECT_TRUE(fields.ok());
}

TEST_F(FieldsTest, NamesTheFieldOfTheWrongType) {
    const char* json = R"({"a":"1","b":1.5,"c":1,"d":"x","e":12345678901234567890})";
    auto first = read(json, "format.");
    EXPECT_FALSE(first.integer("a", 0, 9));
    EXPECT_EQ(detail(first), "format.a must be a whole number");
    auto second = read(json);
    EXPECT_FALSE(second.integer("b", 0, 9));
    EXPECT_EQ(detail(second), "b must be a whole number");
    auto third = read(json);
    EXPECT_FALSE(third.text("c"));
    EXPECT_EQ(detail(third), "c must be a string");
    auto fourth = read(json);
    EXPECT_FALSE(fourth.object("d"));
    EXPECT_EQ(detail(fourth), "d must be an object");
    auto fifth = read(json);
    EXPECT_FALSE(fifth.integer("e", 0, 9));
    EXPECT_EQ(detail(fifth), "e must be a whole number");
}

TEST_F(FieldsTest, NamesTheRangeThatIsLeft) {
    auto fields = read(R"({"a":10})");
    EXPECT_FALSE(fields.integer("a", 0, 9));
    EXPECT_EQ(detail(fields), "a must be from 0 to 9, not 10");
}

TEST_F(FieldsTest, NamesWhatMayBeChosen) {
    auto fields = read(R"({"how":"luck","when":"now"})");
    EXPECT_EQ(fields.choice("when", {"then", "now"}), 1U);
    EXPECT_FALSE(fields.choice("how", {"skill", "force"}));
    EXPECT_EQ(detail(fields), "how must be one of skill, force");
}

TEST_F(FieldsTest, RefusesAnInnerObjectThatGivesANameTwice) {
    auto fields = read(R"({"format":{"best_of":3,"x":{"best_of":1},"best_of":5}})");
    EXPECT_FALSE(fields.object("format"));
    EXPECT_EQ(detail(fields), "format gives \"best_of\" twice");
}

TEST_F(FieldsTest, ReadsAnInnerObjectFromItsBeginning) {
    auto fields = read(R"({"format":{"a\"":1,"a":2,"b":{"a":3},"c":[{"a":4}]},"after":5})");
    auto inner = fields.object("format");
    ASSERT_TRUE(inner) << detail(fields);
    Fields format(*inner, "format.");
    EXPECT_EQ(format.integer("a", 0, 9), 2);
    auto innermost = format.object("b");
    ASSERT_TRUE(innermost);
    EXPECT_EQ(Fields(*innermost).integer("a", 0, 9), 3);
    EXPECT_EQ(fields.integer("after", 0, 9), 5);
}

TEST_F(FieldsTest, KeepsTheFirstRefusal) {
    auto fields = read(R"({"a":"x","b":"y"})");
    EXPECT_EQ(fields.need_integer("a", 0, 9), 0);
    EXPECT_EQ(fields.need_integer("b", 0, 9), 0);
    EXPECT_EQ(fields.need_text("c"), "");
    EXPECT_EQ(detail(fields), "a must be a whole number");
}

TEST_F(FieldsTest, MissesWhatIsNeeded) {
    auto fields = read(R"({})");
    EXPECT_EQ(fields.need_text("player"), "");
    EXPECT_EQ(detail(fields), "player is missing");
    EXPECT_EQ(fields.refusal()->kind, Refusal::Kind::kInvalid);
}

}  // namespace
}  // namespace matchpoint::scoring
