// What every program does with a command line and a file of settings: what is right is taken, what is wrong is named.
#include "topics/command_line.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace matchpoint::topics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Settings settings_of(std::vector<std::string> arguments) {
    CLI::App app("test", "program");
    const CommonOptions common(app);
    std::vector<const char*> argv{"program"};
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    try {
        app.parse(static_cast<int>(argv.size()), argv.data());
    } catch (const CLI::ParseError& error) {
        throw UsageError(describe(app, error));
    }
    return common.settings();
}

std::string usage_error(std::vector<std::string> arguments) {
    try {
        (void)settings_of(std::move(arguments));
    } catch (const UsageError& error) {
        return error.what();
    }
    return "no error";
}

class SettingsFile : public testing::Test {
  protected:
    void SetUp() override { std::filesystem::create_directories(directory_); }
    void TearDown() override { std::filesystem::remove_all(directory_); }
    std::string write(const std::string& text) {
        const auto path = directory_ / "settings";
        std::ofstream(path) << text;
        return path.string();
    }

    std::filesystem::path directory_ =
        std::filesystem::temp_directory_path() / ("command_line_test-" + std::to_string(getpid()));
};

TEST(CommandLine, ServersAreTakenAsGiven) {
    EXPECT_EQ(settings_of({}).at("bootstrap.servers"), "localhost:9092");
    for (const std::string servers :
         {"k:1", "k:65535", "10.0.0.1:9092,10.0.0.2:9092", "a:1, b:2", "[::1]:9092", "SASL_SSL://k:9093"}) {
        EXPECT_EQ(settings_of({"--bootstrap-server", servers}).at("bootstrap.servers"), servers);
        EXPECT_EQ(settings_of({"--set", "bootstrap.servers=" + servers}).at("bootstrap.servers"), servers);
    }
}

// It would win over --bootstrap-server, and what cannot be reached would be named wrongly.
TEST(CommandLine, ServersAreNoSettingOfLibrdkafkas) {
    EXPECT_THAT(usage_error({"--set", "kafka.bootstrap.servers=k:1"}), HasSubstr("--bootstrap-server"));
}

// An empty one is a variable that a script forgot to set: the default would be some other Kafka.
TEST(CommandLine, ServersThatCanBeNoneAreNamed) {
    for (const std::string servers : {"", "k", "k:", ":9092", "k:0", "k:65536", "k:abc", "k:9092x", "k:1,", "k:1,b"}) {
        EXPECT_THAT(usage_error({"--bootstrap-server", servers}),
                    HasSubstr("--bootstrap-server " + servers + ": HOST:PORT is expected"));
    }
}

TEST(CommandLine, SettingThatIsNoneIsNamedWithoutWhatMayBeItsPassword) {
    for (const std::string set : {"kafka.sasl.password:geheim", "kafka.sasl.password geheim"}) {
        const std::string error = usage_error({"--set", set});
        EXPECT_THAT(error, HasSubstr("--set kafka.sasl.password=VALUE"));
        EXPECT_THAT(error, Not(HasSubstr("geheim")));
    }
}

TEST(CommandLine, ValueThatStandsApartFromItsKeyIsNotShown) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes = {
        {{"--set", "kafka.sasl.password", "geheim"}, "--set kafka.sasl.password=VALUE"},
        {{"--set", "kafka.sasl.password", "=", "geheim"}, "--set kafka.sasl.password=VALUE"},
        {{"--set=kafka.sasl.password", "geheim"}, "--set kafka.sasl.password=VALUE"},
        {{"--set", "kafka.sasl.password=", "geheim"}, "--set KEY=VALUE"},
        {{"--set", "kafka.sasl.password=so", "geheim"}, "--set KEY=VALUE"},
        {{"--kafka.sasl.password=geheim"}, "--kafka.sasl.password: not expected"},
        {{"--kafka.sasl.password", "geheim"}, "--kafka.sasl.password: not expected"},
    };
    for (const auto& [arguments, remedy] : mistakes) {
        const std::string error = usage_error(arguments);
        EXPECT_THAT(error, HasSubstr(remedy));
        EXPECT_THAT(error, Not(HasSubstr("geheim")));
    }
}

TEST(CommandLine, ArgumentThatBelongsToNoOptionIsNamed) {
    EXPECT_THAT(usage_error({"broker:9092"}), HasSubstr("broker:9092"));
    EXPECT_THAT(usage_error({"--set", "a=b", "--prot", "80"}), HasSubstr("--prot"));
}

TEST_F(SettingsFile, LinesAreSettings) {
    const std::string path = write("# comment\r\n\n a = b=c \r\nbootstrap.servers=k:1\n");
    const Settings settings = settings_of({"--config", path, "--set", "x=1"});
    EXPECT_EQ(settings, (Settings{{"a", "b=c"}, {"bootstrap.servers", "k:1"}, {"x", "1"}}));
}

TEST_F(SettingsFile, MayBeginWithAByteOrderMark) {
    const std::string path = write("\xef\xbb\xbf# comment\nbootstrap.servers=k:1\n");
    EXPECT_EQ(settings_of({"--config", path}), (Settings{{"bootstrap.servers", "k:1"}}));
    const std::string at_once = write(std::string("\xef\xbb\xbf") + "bootstrap.servers=k:1\n");
    EXPECT_EQ(settings_of({"--config", at_once}), (Settings{{"bootstrap.servers", "k:1"}}));
}

TEST_F(SettingsFile, LineThatIsNoSettingIsNamedByItsNumber) {
    const std::string path = write("a=b\nkafka.sasl.password geheim\n");
    EXPECT_EQ(usage_error({"--config", path}), "--config " + path + ": line 2 is not key=value");
}

TEST_F(SettingsFile, FileThatCannotBeReadIsNamed) {
    const std::string missing = (directory_ / "missing").string();
    EXPECT_EQ(usage_error({"--config", missing}), "--config " + missing + ": the file cannot be read");
    EXPECT_EQ(usage_error({"--config", ""}), "--config : the file cannot be read");
    const std::string folder = directory_.string();
    EXPECT_EQ(usage_error({"--config", folder}), "--config " + folder + ": the file cannot be read");
}

}  // namespace
}  // namespace matchpoint::topics
