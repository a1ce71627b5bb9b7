// What the command lines of the three programs share: where Kafka is, a file of settings, single settings. Used once,
// at start, by main.
//
//     --bootstrap-server HOST:PORT   --config FILE (lines key=value, # comments)   --set key=value   --help   --version
//
// Later ones win: FILE, then --set, then --bootstrap-server. A mistake is told on stderr and ends with status 2.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace matchpoint::topics {

// A bad command line or configuration: the text names the culprit and the remedy.
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

inline constexpr int kUsageExitStatus = 2;

using Settings = std::map<std::string, std::string>;

// The lines of a file of settings; throws UsageError naming file and line.
[[nodiscard]] Settings read_settings_file(const std::string& path);

class CommonOptions {
  public:
    // `app` must not outlive this.
    explicit CommonOptions(CLI::App& app);

    // Everything given, `bootstrap.servers` among it (default localhost:9092). Throws UsageError.
    [[nodiscard]] Settings settings() const;

  private:
    std::optional<std::string> bootstrap_server_;
    std::optional<std::string> config_file_;
    std::vector<std::string> sets_;
};

// Parses; nullopt if the program shall run, else the status to exit with (help and version were printed, or the error).
[[nodiscard]] std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv);

// What is wrong with the command line, without what may be a password: of `--set KEY VALUE` and its like, CLI11 would
// show the value.
[[nodiscard]] std::string describe(const CLI::App& app, const CLI::ParseError& error);

// "program: text" and where to find help, on stderr; returns kUsageExitStatus.
int report_usage_error(const std::string& program, const std::string& text);

}  // namespace matchpoint::topics
