#include "tests/bench/engine/tool.h"

#include <csignal>
#include <cstdio>
#include <ctime>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace matchpoint::bench {
namespace {

volatile std::sig_atomic_t g_stopping = 0;

void on_signal(int) {
    g_stopping = 1;
}

// "player-scores:12"
TopicSpec parse_topic(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) throw CLI::ValidationError("--topic", text + " is not name:partitions");
    return {text.substr(0, colon), std::stoi(text.substr(colon + 1))};
}

// "1.02:180" is 1.02 records an event of 180 bytes each.
std::pair<double, std::size_t> parse_output(const std::string& text) {
    const auto colon = text.find(':');
    if (colon == std::string::npos) throw CLI::ValidationError("--output", text + " is not records:bytes");
    return {std::stod(text.substr(0, colon)), std::stoul(text.substr(colon + 1))};
}

void add_topics(CLI::App& app, const std::string& bootstrap) {
    auto* reset = app.add_subcommand("reset", "deletes topics and makes the catalog's");
    auto keep = std::make_shared<std::vector<std::string>>();
    auto extra = std::make_shared<std::vector<std::string>>();
    reset->add_option("--keep", *keep);
    reset->add_option("--topic", *extra);
    reset->callback([=, &bootstrap] {
        std::vector<TopicSpec> specs;
        for (const std::string& text : *extra) specs.push_back(parse_topic(text));
        reset_topics(bootstrap, *keep, specs);
    });
    app.add_subcommand("extents", "prints how many records each topic holds")->callback([&bootstrap] {
        print_extents(bootstrap);
    });
    auto* dump_command = app.add_subcommand("dump", "writes the last value of each key of a topic");
    auto topic = std::make_shared<std::string>();
    auto file = std::make_shared<std::string>();
    dump_command->add_option("--topic", *topic)->required();
    dump_command->add_option("--file", *file)->required();
    dump_command->callback([=, &bootstrap] { dump(bootstrap, *topic, *file); });
}

void add_load(CLI::App& app, const std::string& bootstrap) {
    auto* command = app.add_subcommand("load", "writes events as fast as Kafka takes them");
    auto what = std::make_shared<Load>();
    command->add_option("--prefix", what->prefix);
    command->add_option("--keys", what->keys);
    command->add_option("--count", what->count);
    command->callback([=, &bootstrap] { load(bootstrap, *what); });
}

void add_watch(CLI::App& app, const std::string& bootstrap) {
    auto* command = app.add_subcommand("watch", "prints how far a group has come");
    auto what = std::make_shared<Watch>();
    command->add_option("--group", what->group)->required();
    command->add_option("--topic", what->topic);
    command->add_option("--output", what->output);
    command->callback([=, &bootstrap] { watch(bootstrap, *what); });
}

void add_probe(CLI::App& app, const std::string& bootstrap) {
    auto* command = app.add_subcommand("probe", "writes events at a steady rate and times the states");
    auto what = std::make_shared<Probe>();
    command->add_option("--prefix", what->prefix);
    command->add_option("--matches", what->matches);
    command->add_option("--rate", what->rate);
    command->add_option("--seconds", what->seconds);
    command->add_option("--file", what->file)->required();
    command->callback([=, &bootstrap] { probe(bootstrap, *what); });
}

void add_floor(CLI::App& app, const std::string& bootstrap) {
    auto* command = app.add_subcommand("floor", "consumes and produces, and does nothing between");
    auto what = std::make_shared<Floor>();
    auto outputs = std::make_shared<std::vector<std::string>>();
    auto commit_ms = std::make_shared<int>(100);
    command->add_option("--group", what->group)->required();
    command->add_option("--output", *outputs)->required();
    command->add_option("--commit-ms", *commit_ms);
    command->add_flag("!--no-transactions", what->transactions);
    command->callback([=, &bootstrap] {
        for (const std::string& text : *outputs) what->outputs.push_back(parse_output(text));
        what->commit_interval = std::chrono::milliseconds(*commit_ms);
        floor_loop(bootstrap, *what);
    });
}

}  // namespace

std::int64_t now_us() {
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

bool stopping() {
    return g_stopping != 0;
}

void write_event(std::string& out, const std::string& match, std::int64_t seq, std::int64_t at_ms) {
    out.clear();
    auto end = std::back_inserter(out);
    fmt::format_to(end, R"({{"match":"{}","seq":{},"at":{},"sport":"tennis",)", match, seq, at_ms);
    if (seq == 1) {
        fmt::format_to(
            end,
            R"("type":"start","competition":"Bench Open, singles","sides":[{{"name":"A {0}"}},{{"name":"B {0}"}}],)"
            R"("format":{{"best_of":3}},"server":1}})",
            match);
    } else {
        fmt::format_to(end, R"("type":"point","winner":{},"how":"unforced_error"}})", 1 + seq % 2);
    }
}

}  // namespace matchpoint::bench

int main(int argc, char** argv) {
    using namespace matchpoint::bench;
    std::signal(SIGTERM, on_signal);
    std::signal(SIGINT, on_signal);
    CLI::App app("What scripts/bench engine does to Kafka itself.", "engine_bench_tool");
    std::string bootstrap = "localhost:9092";
    app.add_option("--bootstrap-server", bootstrap);
    app.require_subcommand(1);
    add_topics(app, bootstrap);
    add_load(app, bootstrap);
    add_watch(app, bootstrap);
    add_probe(app, bootstrap);
    add_floor(app, bootstrap);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "engine_bench_tool: %s\n", error.what());
        return 1;
    }
    return 0;
}
