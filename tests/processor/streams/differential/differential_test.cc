// The same topologies, the same records, through Kafka Streams' TopologyTestDriver and through ours: the descriptions
// and every record written must be the same, changelogs and repartition topics included. Needs Maven and a JDK.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/processor/streams/differential/script.h"
#include "tests/processor/streams/differential/topologies.h"

namespace matchpoint::streams::differential {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kRuns = 6;

std::string read(const fs::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Compiles the Java side unless that is done, offline if its libraries were fetched before.
class JavaSide {
  public:
    JavaSide() {
        const char* root = std::getenv("MATCHPOINT_ROOT");
        const char* bin = std::getenv("MATCHPOINT_BIN");
        const fs::path source = fs::path(root == nullptr ? "." : root) / "tests/processor/streams/differential/java";
        target_ = fs::absolute(bin == nullptr ? "build" : bin) / ".." / "streams-differential";
        fs::create_directories(target_);
        const std::string build = "mvn -q -f '" + (source / "pom.xml").string() + "' -Dtarget='" + target_.string() +
                                  "' compile dependency:copy-dependencies > '" + (target_ / "mvn.log").string() +
                                  "' 2>&1";
        const bool offline = fs::exists(target_ / "lib");
        built_ = up_to_date(source) || (offline && std::system((build + " -o").c_str()) == 0) ||
                 std::system(build.c_str()) == 0;
    }

    [[nodiscard]] bool built() const { return built_; }
    [[nodiscard]] std::string build_log() const { return read(target_ / "mvn.log"); }

    [[nodiscard]] std::string run(const std::string& script) const {
        std::ofstream(target_ / "script.txt") << script;
        const std::string command = "java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.io.tmpdir='" +
                                    target_.string() + "' -cp '" + (target_ / "classes").string() + ":" +
                                    (target_ / "lib").string() + "/*' matchpoint.differential.Main '" +
                                    (target_ / "script.txt").string() + "' > '" + (target_ / "java.txt").string() +
                                    "' 2> '" + (target_ / "java.log").string() + "'";
        const int status = std::system(command.c_str());
        EXPECT_EQ(status, 0) << read(target_ / "java.log");
        return read(target_ / "java.txt");
    }
    void keep(const std::string& ours) const { std::ofstream(target_ / "ours.txt") << ours; }
    [[nodiscard]] const fs::path& folder() const { return target_; }

  private:
    // Maven takes longer than the test.
    [[nodiscard]] bool up_to_date(const fs::path& source) const {
        const fs::path main = target_ / "classes/matchpoint/differential/Main.class";
        if (!fs::exists(main) || !fs::exists(target_ / "lib")) return false;
        const auto built_at = fs::last_write_time(main);
        for (const auto& file : fs::recursive_directory_iterator(source)) {
            if (file.is_regular_file() && file.last_write_time() > built_at) return false;
        }
        return true;
    }

    fs::path target_;
    bool built_ = false;
};

// The lines between one "topology" line and the next.
std::vector<std::pair<std::string, std::vector<std::string>>> sections(const std::string& text) {
    std::vector<std::pair<std::string, std::vector<std::string>>> result;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("topology ")) result.emplace_back(line, std::vector<std::string>{});
        if (!result.empty()) result.back().second.push_back(line);
    }
    return result;
}

void expect_same(const std::vector<std::string>& ours, const std::vector<std::string>& java) {
    for (std::size_t i = 0; i < std::max(ours.size(), java.size()); ++i) {
        const std::string left = i < ours.size() ? ours[i] : "(nothing)";
        const std::string right = i < java.size() ? java[i] : "(nothing)";
        ASSERT_EQ(left, right) << "line " << i;
    }
}

TEST(Differential, SameRecordsAndDescriptionsAsKafkaStreams) {
    const JavaSide java_side;
    ASSERT_TRUE(java_side.built()) << java_side.build_log();
    const char* wanted = std::getenv("MATCHPOINT_SEED");
    const std::uint64_t first_seed = wanted == nullptr ? 1 : std::stoull(wanted);
    std::string script;
    for (const std::string& name : topology_names()) {
        for (std::uint64_t seed = first_seed; seed < first_seed + kRuns; ++seed) {
            // Every third run has record caches, as Kafka Streams has by default.
            script += make_script(name, seed, 120, (seed - first_seed) % 3 == 2 ? 10'000'000 : 0);
        }
    }
    const std::string ours = run_script(script);
    java_side.keep(ours);
    const auto left = sections(ours);
    const auto right = sections(java_side.run(script));
    ASSERT_EQ(left.size(), topology_names().size() * kRuns);
    ASSERT_EQ(right.size(), left.size()) << "see " << java_side.folder();
    for (std::size_t i = 0; i < left.size(); ++i) {
        SCOPED_TRACE(left[i].first + ", seed " + std::to_string(first_seed + i % kRuns) + "; see " +
                     java_side.folder().string());
        EXPECT_GT(left[i].second.size(), 50U);
        expect_same(left[i].second, right[i].second);
    }
}

}  // namespace
}  // namespace matchpoint::streams::differential
