#include "simulator/options.h"

#include <fstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "processor/streams/base/error.h"

namespace matchpoint::simulator {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Defaults kDefaults{.seed = 99, .now = Timestamp{1'795'235'906'251}};

Options parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "matchpoint-simulator");
    return parse_options(static_cast<int>(arguments.size()), arguments.data(), kDefaults);
}

std::string usage_error(std::vector<const char*> arguments) {
    try {
        (void)parse(std::move(arguments));
    } catch (const topics::UsageError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Options, DefaultsPlayEightMatchesNow) {
    const Options options = parse({});
    EXPECT_EQ(options.tennis.matches, 8U);
    EXPECT_EQ(options.tennis.gap_us, 1'000'000);
    EXPECT_EQ(options.tennis.best_of, 3);
    EXPECT_EQ(options.tennis.seed, 99U);
    EXPECT_EQ(options.tennis.start_at, kDefaults.now);
    EXPECT_EQ(options.pace, Pace::kTimed);
    EXPECT_EQ(options.topic, "scores");
    EXPECT_EQ(options.kafka.get("bootstrap.servers"), "localhost:9092");
    EXPECT_FALSE(options.limits.events || options.limits.duration_us || options.to_stdout);
}

TEST(Options, AllOfThem) {
    const Options options = parse({"--bootstrap-server",
                                   "k:1",
                                   "--topic",
                                   "t",
                                   "--matches",
                                   "100",
                                   "--rate",
                                   "2.5",
                                   "--seed",
                                   "18446744073709551615",
                                   "--best-of",
                                   "5",
                                   "--tour",
                                   "women",
                                   "--count",
                                   "10",
                                   "--total-matches",
                                   "20",
                                   "--duration",
                                   "2m",
                                   "--start-at",
                                   "5",
                                   "--stdout",
                                   "--quiet",
                                   "--set",
                                   "kafka.linger.ms=7"});
    EXPECT_EQ(options.kafka.get("bootstrap.servers"), "k:1");
    EXPECT_EQ(options.kafka.get("linger.ms"), "7");
    EXPECT_EQ(options.topic, "t");
    EXPECT_EQ(options.tennis.matches, 100U);
    EXPECT_EQ(options.tennis.gap_us, 400'000);
    EXPECT_EQ(options.tennis.seed, 18446744073709551615U);
    EXPECT_EQ(options.tennis.best_of, 5);
    EXPECT_EQ(options.tennis.tours, tennis::Tours::kWomen);
    EXPECT_EQ(options.limits.events, 10U);
    EXPECT_EQ(options.tennis.total_matches, 20U);
    EXPECT_EQ(options.limits.duration_us, 120'000'000);
    EXPECT_EQ(options.tennis.start_at, Timestamp{5});
    EXPECT_TRUE(options.to_stdout && options.quiet);
}

TEST(Options, MaximumRateWaitsForNothingAndKeepsEventTimeBehindTheClock) {
    const Options options = parse({"--rate", "max", "--matches", "10000"});
    EXPECT_EQ(options.pace, Pace::kAtOnce);
    EXPECT_EQ(options.tennis.gap_us, 10'000);  // of 10,000 matches: a million events a second
}

TEST(Options, HelpAndVersionAreTextToPrint) {
    EXPECT_THAT(parse({"--help"}).text.value(), HasSubstr("--matches"));
    EXPECT_THAT(parse({"--version"}).text.value(), HasSubstr("."));
}

TEST(Options, ErrorsNameFlagValueAndRemedy) {
    struct Case {
        std::vector<const char*> arguments;
        std::vector<const char*> words;
    };
    const std::vector<Case> cases{
        {{"--matches", "0"}, {"--matches", "'0'", "from 1 to"}},
        {{"--matches", "1e3"}, {"--matches", "'1e3'", "whole number"}},
        {{"--matches", "99999999"}, {"--matches", "'99999999'"}},
        {{"--matches=-1"}, {"--matches", "'-1'"}},
        {{"--rate", "0"}, {"--rate", "'0'", "'max'"}},
        {{"--rate", "nan"}, {"--rate", "'nan'"}},
        {{"--rate", "fast"}, {"--rate", "'fast'", "points a second"}},
        {{"--seed", "abc"}, {"--seed", "'abc'", "whole number"}},
        {{"--best-of", "4"}, {"--best-of", "'4'", "3", "5"}},
        {{"--tour", "dogs"}, {"--tour", "'dogs'", "men, women, mixed"}},
        {{"--count", "0"}, {"--count", "'0'"}},
        {{"--total-matches", "0"}, {"--total-matches", "'0'"}},
        {{"--duration", "5x"}, {"--duration", "'5x'", "seconds"}},
        {{"--duration", "0"}, {"--duration", "'0'"}},
        {{"--start-at", "yesterday"}, {"--start-at", "'yesterday'"}},
        {{"--set", "linger.ms=5"}, {"linger.ms", "kafka.NAME"}},
        {{"--set", "kafka.linger.ms"}, {"--set", "kafka.linger.ms", "key=value"}},
        {{"--speed", "5"}, {"--speed"}},
        {{"--topic", "a b"}, {"--topic", "'a b'", "letters"}},
        {{"--topic", ".."}, {"--topic", "'..'"}},
        {{"serve", "--requests", "a/b"}, {"--requests", "'a/b'"}},
        {{"--seed", ""}, {"--seed", "empty"}},
        {{"--topic", ""}, {"--topic", "empty"}},
        {{"serve", "--max-matches", ""}, {"--max-matches", "empty"}},
        {{"extra"}, {"extra"}},
        {{"--matches"}, {"--matches"}},
    };
    for (const Case& each : cases) {
        const std::string error = usage_error(each.arguments);
        for (const char* word : each.words) EXPECT_THAT(error, HasSubstr(word));
    }
}

TEST(Options, ValueOfASettingThatStandsApartFromItsKeyIsNotShown) {
    for (const std::vector<const char*>& arguments :
         {std::vector<const char*>{"--set", "kafka.sasl.password", "geheim"},
          {"serve", "--set", "kafka.sasl.password", "geheim"},
          {"replay", "--set", "kafka.sasl.password", "geheim"}}) {
        const std::string error = usage_error(arguments);
        EXPECT_THAT(error, HasSubstr("--set kafka.sasl.password=VALUE"));
        EXPECT_THAT(error, Not(HasSubstr("geheim")));
    }
}

TEST(Options, WhatTheSimulatorDecidesItselfIsRefused) {
    EXPECT_THROW((void)parse({"--set", "kafka.transactional.id=mine"}), streams::ConfigError);
    EXPECT_THROW((void)parse({"serve", "--set", "kafka.enable.auto.commit=true"}), streams::ConfigError);
    EXPECT_EQ(parse({"serve", "--set", "kafka.group.id=ours"}).kafka.get("group.id"), "ours");
}

TEST(Options, SettingsComeFromAFileToo) {
    const std::string path = ::testing::TempDir() + "simulator.conf";
    std::ofstream(path) << "# the cluster\nbootstrap.servers = a:1\nkafka.linger.ms=9\nkafka.acks=all\n";
    const Options options = parse({"--config", path.c_str(), "--set", "kafka.linger.ms=1"});
    EXPECT_EQ(options.kafka.get("bootstrap.servers"), "a:1");
    EXPECT_EQ(options.kafka.get("linger.ms"), "1");
    EXPECT_EQ(options.kafka.get("acks"), "all");
    EXPECT_THAT(usage_error({"--config", "/nonexistent"}), HasSubstr("/nonexistent"));
}

TEST(Options, ReplayTakesFilesAndItsOwnOptions) {
    const Options options = parse({"replay", "a.csv", "b.jsonl", "--speed", "10", "--prefix", "x-", "--format",
                                   R"({"best_of":5,"final_set":{"kind":"advantage"}})", "--stdout", "--start-at", "5"});
    ASSERT_TRUE(options.replay.has_value());
    EXPECT_EQ(options.replay->files, (std::vector<std::string>{"a.csv", "b.jsonl"}));
    EXPECT_EQ(options.replay->timing.speed, 10);
    EXPECT_EQ(options.replay->timing.start_at, Timestamp{5});
    EXPECT_EQ(options.replay->prefix, "x-");
    EXPECT_EQ(options.replay->format->best_of, 5);
    EXPECT_EQ(options.replay->format->final_set, scoring::tennis::FinalSet::kAdvantage);
    EXPECT_EQ(options.pace, Pace::kTimed);
    EXPECT_TRUE(options.to_stdout);
    EXPECT_EQ(parse({"replay", "a.csv", "--speed", "max"}).pace, Pace::kAtOnce);
    EXPECT_THAT(usage_error({"replay"}), HasSubstr("FILE"));
    EXPECT_THAT(usage_error({"replay", "a.csv", "--speed", "0"}), HasSubstr("--speed: '0'"));
    EXPECT_THAT(usage_error({"replay", "a.csv", "--rate", "5"}), HasSubstr("--rate: '5'"));
    EXPECT_THAT(usage_error({"replay", "a.csv", "--format", "{"}), HasSubstr("--format: '{'"));
    EXPECT_THAT(usage_error({"replay", "a.csv", "--format", R"({"best_of":4})"}), HasSubstr("best_of"));
}

TEST(Options, Durations) {
    EXPECT_EQ(parse_duration_us("90"), 90'000'000);
    EXPECT_EQ(parse_duration_us("90s"), 90'000'000);
    EXPECT_EQ(parse_duration_us("5m"), 300'000'000);
    EXPECT_EQ(parse_duration_us("2h"), 7'200'000'000);
    for (const char* text : {"", "s", "-1", "1d", "1 s", "9223372036854775807h", "1.5"}) {
        EXPECT_FALSE(parse_duration_us(text).has_value()) << text;
    }
}

TEST(Options, SportsInTurnOrOne) {
    EXPECT_TRUE(parse({}).sports.empty());
    EXPECT_TRUE(parse({"--sport", "tennis"}).sports.empty());
    ASSERT_EQ(parse({"--sport", "cricket"}).sports.size(), 1U);
    EXPECT_EQ(parse({"--sport", "cricket"}).sports[0]->name(), "cricket");
    EXPECT_EQ(parse({"--sport", "mixed"}).sports.size(), 5U);
    EXPECT_THAT(usage_error({"--sport", "chess"}), HasSubstr("--sport: 'chess' is none of tennis"));
    EXPECT_THAT(usage_error({"--sport", "football", "--best-of", "5"}),
                HasSubstr("--best-of: '5' is for --sport tennis"));
}

TEST(Options, ServePlaysWhatIsAskedFor) {
    const Options options = parse({"serve", "--max-matches", "7", "--requests", "wishes", "--topic", "s"});
    ASSERT_TRUE(options.serve.has_value());
    EXPECT_EQ(options.serve->max_matches, 7U);
    EXPECT_EQ(options.serve->requests_topic, "wishes");
    EXPECT_EQ(options.topic, "s");
    EXPECT_EQ(parse({"serve"}).serve->requests_topic, "simulations");
    EXPECT_THAT(usage_error({"serve", "--max-matches", "0"}), HasSubstr("--max-matches: '0'"));
    EXPECT_THAT(usage_error({"serve", "--rate", "2"}), HasSubstr("not for serve"));
    EXPECT_THAT(usage_error({"serve", "--count", "2"}), HasSubstr("not for serve"));
    EXPECT_THAT(usage_error({"serve", "--stdout"}), HasSubstr("--stdout"));
    EXPECT_NE(usage_error({"serve", "replay", "x"}), "no error");
}

}  // namespace
}  // namespace matchpoint::simulator
