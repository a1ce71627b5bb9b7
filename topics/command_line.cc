#include "topics/command_line.h"

#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>

#include <fmt/format.h>

namespace matchpoint::topics {
namespace {

constexpr const char* kDefaultServer = "localhost:9092";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // some editors begin every file with it

std::string trimmed(const std::string& text) {
    const auto blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
    std::size_t begin = 0;
    std::size_t end = text.size();
    while (begin < end && blank(text[begin])) ++begin;
    while (end > begin && blank(text[end - 1])) --end;
    return text.substr(begin, end - begin);
}

// False if there is no "key=" in it.
bool add_setting(const std::string& text, Settings& settings) {
    const auto equals = text.find('=');
    const std::string key = trimmed(text.substr(0, equals));
    if (equals == std::string::npos || key.empty()) return false;
    settings[key] = trimmed(text.substr(equals + 1));
    return true;
}

// What stands before anything that cannot be part of a key: the rest may be a password.
std::string_view key_in(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '.' ||
                                 text[end] == '_' || text[end] == '-')) {
        ++end;
    }
    return text.substr(0, end);
}

std::string no_setting(std::string_view set) {
    const std::string_view key = key_in(set);
    return fmt::format("--set {}: key=value is expected, in one argument: --set {}=VALUE", key,
                       key.empty() ? "KEY" : key);
}

// Of arguments that belong to no option. What follows an option, or a setting, may be its value, and a password.
std::string unexpected(const std::vector<std::string>& arguments, const CLI::Option* set) {
    std::string options;
    for (const std::string& argument : arguments) {
        if (!argument.starts_with('-')) continue;
        options += (options.empty() ? "" : ", ") + argument.substr(0, argument.find('='));
    }
    if (!options.empty()) return fmt::format("{}: not expected here", options);
    if (set == nullptr || set->count() == 0)
        return fmt::format("{}: not expected here", CLI::detail::join(arguments, " "));
    return "an argument belongs to no option; a setting is one argument, in quotes where there are blanks in it: "
           "--set KEY=VALUE";
}

bool is_server(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return error == std::errc{} && end == digits.data() + digits.size() && port > 0;
}

// HOST:PORT, or several with commas between them.
void check_servers(const std::string& servers) {
    std::string_view rest = servers;
    for (bool more = true; more;) {
        const auto comma = rest.find(',');
        if (!is_server(trimmed(std::string(rest.substr(0, comma))))) {
            throw UsageError(
                fmt::format("--bootstrap-server {}: HOST:PORT is expected, as in {}", servers, kDefaultServer));
        }
        more = comma != std::string_view::npos;
        if (more) rest.remove_prefix(comma + 1);
    }
}

}  // namespace

Settings read_settings_file(const std::string& path) {
    std::ifstream in(path);
    if (!in) throw UsageError(fmt::format("--config {}: the file cannot be read", path));
    Settings settings;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        if (number == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
        const std::string text = trimmed(line);
        if (text.empty() || text[0] == '#') continue;
        // The line itself stays unsaid: it may hold a password.
        if (!add_setting(text, settings)) {
            throw UsageError(fmt::format("--config {}: line {} is not key=value", path, number));
        }
    }
    if (in.bad()) throw UsageError(fmt::format("--config {}: the file cannot be read", path));  // a directory, say
    return settings;
}

CommonOptions::CommonOptions(CLI::App& app) {
    app.add_option("--bootstrap-server", bootstrap_server_, "Kafka's address")->type_name("HOST:PORT");
    app.add_option("--config", config_file_, "a file of settings, a line key=value each")->type_name("FILE");
    app.add_option("--set", sets_, "one setting; librdkafka's own as kafka.<name>=<value>")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    app.set_version_flag("--version", std::string(MATCHPOINT_VERSION));
}

Settings CommonOptions::settings() const {
    Settings settings;
    if (config_file_) settings = read_settings_file(*config_file_);
    for (const std::string& set : sets_) {
        if (!add_setting(set, settings)) throw UsageError(no_setting(set));
    }
    if (settings.contains("kafka.bootstrap.servers"))
        throw UsageError("kafka.bootstrap.servers: it is set as bootstrap.servers, or --bootstrap-server");
    if (bootstrap_server_) settings["bootstrap.servers"] = *bootstrap_server_;
    check_servers(settings.try_emplace("bootstrap.servers", kDefaultServer).first->second);
    return settings;
}

std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv) {
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& request) {  // --help, --version
        return app.exit(request);
    } catch (const CLI::ParseError& error) {
        return report_usage_error(app.get_name(), describe(app, error));
    }
    return std::nullopt;
}

std::string describe(const CLI::App& app, const CLI::ParseError& error) {
    if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError)) return error.what();
    const CLI::Option* set = app.get_option_no_throw("--set");
    for (const std::string& one : set == nullptr ? std::vector<std::string>() : set->results()) {
        Settings ignored;
        if (!add_setting(one, ignored)) return no_setting(one);
    }
    return unexpected(app.remaining(true), set);
}

int report_usage_error(const std::string& program, const std::string& text) {
    std::cerr << program << ": " << text << "\nTry " << program << " --help.\n";
    return kUsageExitStatus;
}

}  // namespace matchpoint::topics
