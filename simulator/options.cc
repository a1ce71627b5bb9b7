#include "simulator/options.h"

#include <charconv>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "processor/streams/kafka/owned_settings.h"
#include "topics/topic_catalog.h"

namespace matchpoint::simulator {
namespace {

using topics::UsageError;

constexpr std::int64_t kMicrosASecond = 1'000'000;
constexpr double kLowestRate = 0.001;
constexpr double kHighestRate = 100'000;
constexpr std::int64_t kHighestStartAt = 253'402'300'799'999;  // the end of the year 9999
constexpr std::int64_t kLongestDurationUs = 1000LL * 366 * 24 * 3600 * kMicrosASecond;

// As typed; nothing given is empty.
struct Texts {
    std::string topic{topics::kScores};
    std::string matches;
    std::string rate;
    std::string seed;
    std::string best_of;
    std::string tour;
    std::string count;
    std::string total_matches;
    std::string duration;
    std::string start_at;
    std::vector<std::string> files;
    std::string speed;
    std::string format;
    std::string prefix;
    std::string sport;
    std::string max_matches;
    std::string requests_topic{topics::kSimulations};
};

template <typename Number>
std::optional<Number> whole(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

template <typename Number>
Number number(std::string_view flag, const std::string& text, Number lowest, Number highest) {
    const auto value = whole<Number>(text);
    if (!value || *value < lowest || *value > highest) {
        throw UsageError(fmt::format("{}: '{}' is not a whole number from {} to {}", flag, text, lowest, highest));
    }
    return *value;
}

// Points a second, or how many times as fast as recorded; nullopt is `max`.
std::optional<double> parse_rate(std::string_view flag, std::string_view unit, const std::string& text) {
    if (text == "max") return std::nullopt;
    double rate = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
    // Not "<": what is not a number compares false.
    const bool fits = rate >= kLowestRate && rate <= kHighestRate;
    if (error != std::errc{} || end != text.data() + text.size() || !fits) {
        throw UsageError(
            fmt::format("{}: '{}' is neither {} from {} to {} nor 'max'", flag, text, unit, kLowestRate, kHighestRate));
    }
    return rate;
}

tennis::Tours parse_tour(const std::string& text) {
    if (text == "men") return tennis::Tours::kMen;
    if (text == "women") return tennis::Tours::kWomen;
    if (text == "mixed") return tennis::Tours::kMixed;
    throw UsageError(fmt::format("--tour: '{}' is none of men, women, mixed", text));
}

// An empty value is a variable that a script forgot to set: taken for the default, it would play something else.
CLI::Option* add_text(CLI::App& app, const char* name, std::string& text, const char* type, const char* help) {
    const auto given = [](const std::string& value) { return value.empty() ? std::string("the value is empty") : ""; };
    return app.add_option(name, text, help)->check(CLI::Validator(given, ""))->type_name(type);
}

// As Kafka checks it; an illegal name would be waited for without end.
void check_topic(const char* flag, const std::string& name) {
    constexpr std::string_view kLegal = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    constexpr std::size_t kMostBytes = 249;
    const bool legal = name.find_first_not_of(kLegal) == std::string::npos && name != "." && name != "..";
    if (legal && name.size() <= kMostBytes) return;
    throw UsageError(fmt::format("{}: '{}' is no name of a topic: at most {} letters, digits, '.', '_' and '-'", flag,
                                 name, kMostBytes));
}

void add_options(CLI::App& app, Texts& texts, Options& options) {
    const auto add = [&app](const char* name, std::string& text, const char* type, const char* help) {
        add_text(app, name, text, type, help);
    };
    add("--topic", texts.topic, "NAME", "topic to write to [scores]");
    add("--matches", texts.matches, "N", "matches played at once; when one ends another begins [8]");
    add("--rate", texts.rate, "N|max", "points a second in each match, or max: as fast as Kafka takes them [1]");
    add("--seed", texts.seed, "N",
        "same seed, same matches; same bytes if --start-at is the same too [random, printed]");
    add("--sport", texts.sport, "NAME|mixed", "tennis, football, cricket, basketball, arcade, or all in turn [tennis]");
    add("--best-of", texts.best_of, "3|5", "sets [3]");
    add("--tour", texts.tour, "men|women|mixed", "whose averages and names [mixed]");
    add("--count", texts.count, "N", "end after so many events in all");
    add("--total-matches", texts.total_matches, "N", "begin no more than so many matches, end with the last");
    add("--duration", texts.duration, "TIME", "end after this time: 90, 90s, 5m, 2h");
    add("--start-at", texts.start_at, "MS", "time of the first event, ms since 1970; part of the match ids [now]");
    app.add_flag("--stdout,--dry-run", options.to_stdout, "write JSON lines to standard output instead of Kafka");
    app.add_flag("--quiet", options.quiet, "no progress on standard error");
}

CLI::App& add_replay(CLI::App& app, Texts& texts) {
    CLI::App* replay = app.add_subcommand("replay", "publishes recorded matches instead of simulated ones");
    replay->fallthrough();
    replay
        ->add_option(
            "FILE", texts.files,
            "slam point-by-point CSV, Cricsheet JSON, openfootball JSON, or JSON lines as --stdout writes them")
        ->required()
        ->type_name("");
    add_text(*replay, "--speed", texts.speed, "N|max", "times as fast as recorded, or max [1]");
    add_text(*replay, "--format", texts.format, "JSON", "tennis format, JSON as in a start event [the tournament's]");
    replay->add_option("--prefix", texts.prefix, "put before each match id; not of JSON lines")->type_name("TEXT");
    return *replay;
}

CLI::App& add_serve(CLI::App& app, Texts& texts) {
    CLI::App* serve = app.add_subcommand("serve", "plays the matches that are asked for on the topic simulations");
    serve->fallthrough();
    add_text(*serve, "--max-matches", texts.max_matches, "N", "matches played at once; more wait [100]");
    add_text(*serve, "--requests", texts.requests_topic, "NAME", "topic of the requests [simulations]");
    return *serve;
}

scoring::tennis::Format parse_format(const std::string& text) {
    scoring::tennis::Format format;
    // Checked whole first: the on-demand parser below looks only at what it is asked for.
    simdjson::dom::parser checker;
    simdjson::dom::object object;
    if (checker.parse(text).get_object().get(object) != simdjson::SUCCESS) {
        throw UsageError(fmt::format("--format: '{}' is not a JSON object", text));
    }
    simdjson::ondemand::parser parser;
    const simdjson::padded_string json(fmt::format(R"({{"format":{}}})", text));
    simdjson::ondemand::document document = parser.iterate(json);
    simdjson::ondemand::object event = document.get_object();
    if (const auto refusal = scoring::tennis::read_format(event, format)) {
        throw UsageError(fmt::format("--format: '{}': {}", text, refusal->detail));
    }
    return format;
}

void refuse_simulation_flags(const Texts& texts, std::string_view command) {
    for (const auto& [flag, text] : {std::pair{"--rate", texts.rate},
                                     {"--matches", texts.matches},
                                     {"--total-matches", texts.total_matches},
                                     {"--seed", texts.seed},
                                     {"--sport", texts.sport},
                                     {"--best-of", texts.best_of},
                                     {"--tour", texts.tour}}) {
        if (!text.empty())
            throw UsageError(fmt::format("{}: '{}' is for simulated matches, not for {}", flag, text, command));
    }
}

void read_sports(const Texts& texts, Options& options) {
    if (texts.sport.empty() || texts.sport == "tennis") return;
    if (texts.sport == "mixed") {
        options.sports = scoring::all_sports();
    } else if (const auto* sport = scoring::find_sport(texts.sport)) {
        options.sports = {sport};
    } else {
        throw UsageError(
            fmt::format("--sport: '{}' is none of tennis, football, cricket, basketball, arcade, mixed", texts.sport));
    }
    for (const auto& [flag, text] : {std::pair{"--best-of", texts.best_of}, {"--tour", texts.tour}}) {
        if (!text.empty()) throw UsageError(fmt::format("{}: '{}' is for --sport tennis", flag, text));
    }
}

void read_serve(const Texts& texts, Options& options) {
    constexpr std::uint32_t kMostMatches = 100'000;
    refuse_simulation_flags(texts, "serve");
    for (const auto& [flag, text] :
         {std::pair{"--count", texts.count}, {"--duration", texts.duration}, {"--start-at", texts.start_at}}) {
        if (!text.empty()) throw UsageError(fmt::format("{}: '{}' is not for serve", flag, text));
    }
    if (options.to_stdout) throw UsageError("--stdout is not for serve: it writes to Kafka what it is asked for there");
    serve::ServeOptions serve;
    check_topic("--requests", texts.requests_topic);
    serve.requests_topic = texts.requests_topic;
    if (!texts.max_matches.empty()) {
        serve.max_matches = number<std::uint32_t>("--max-matches", texts.max_matches, 1, kMostMatches);
    }
    options.serve = std::move(serve);
}

void read_replay(const Texts& texts, Options& options) {
    refuse_simulation_flags(texts, "replay");
    replay::Request request;
    request.files = texts.files;
    request.prefix = texts.prefix;
    request.timing.start_at = options.tennis.start_at;
    const std::optional<double> speed = texts.speed.empty() ? 1.0 : parse_rate("--speed", "times as fast", texts.speed);
    request.timing.speed = speed.value_or(1);
    if (!speed) options.pace = Pace::kAtOnce;
    if (!texts.format.empty()) request.format = parse_format(texts.format);
    options.replay = std::move(request);
}

void read_tennis(const Texts& texts, const Defaults& defaults, Options& options) {
    tennis::Settings& tennis = options.tennis;
    constexpr auto kAny = std::numeric_limits<std::uint64_t>::max();
    tennis.seed = texts.seed.empty() ? defaults.seed : number<std::uint64_t>("--seed", texts.seed, 0, kAny);
    tennis.start_at = texts.start_at.empty()
                          ? defaults.now
                          : Timestamp{number<std::int64_t>("--start-at", texts.start_at, 0, kHighestStartAt)};
    if (!texts.matches.empty()) {
        tennis.matches = number<std::uint32_t>("--matches", texts.matches, 1, tennis::max_matches());
    }
    if (!texts.best_of.empty()) {
        if (texts.best_of != "3" && texts.best_of != "5") {
            throw UsageError(fmt::format("--best-of: '{}' is neither 3 nor 5", texts.best_of));
        }
        tennis.best_of = texts.best_of == "3" ? 3 : 5;
    }
    if (!texts.tour.empty()) tennis.tours = parse_tour(texts.tour);
    if (!texts.total_matches.empty()) {
        tennis.total_matches = number<std::uint64_t>("--total-matches", texts.total_matches, 1, kAny);
    }
    const std::optional<double> rate = texts.rate.empty() ? 1.0 : parse_rate("--rate", "points a second", texts.rate);
    if (rate) {
        tennis.gap_us = static_cast<std::int64_t>(static_cast<double>(kMicrosASecond) / *rate);
    } else {
        // A million events a second in event time, more than are ever published: so no event lies in the future.
        options.pace = Pace::kAtOnce;
        tennis.gap_us = tennis.matches;
    }
}

void read_limits(const Texts& texts, Options& options) {
    if (!texts.count.empty()) {
        options.limits.events =
            number<std::uint64_t>("--count", texts.count, 1, std::numeric_limits<std::uint64_t>::max());
    }
    if (texts.duration.empty()) return;
    options.limits.duration_us = parse_duration_us(texts.duration);
    if (!options.limits.duration_us) {
        throw UsageError(
            fmt::format("--duration: '{}' is no time: give seconds, or a number with s, m or h", texts.duration));
    }
}

void read_kafka(const topics::Settings& settings, Options& options) {
    constexpr std::string_view kPrefix = "kafka.";
    for (const auto& [key, value] : settings) {
        if (key == "bootstrap.servers") {
            options.kafka.set(key, value);
        } else if (key.starts_with(kPrefix) && key.size() > kPrefix.size()) {
            options.kafka.set(key.substr(kPrefix.size()), value);
        } else {
            throw UsageError(fmt::format(
                "{}: there is no such setting; the simulator knows bootstrap.servers and, as kafka.NAME, librdkafka's",
                key));
        }
    }
    streams::kafka::must_be_ours(options.kafka, "transactional.id", "events are published without transactions");
    streams::kafka::must_be(options.kafka, "enable.auto.commit", "false",
                            "a request is committed once its match has been played");
}

}  // namespace

std::optional<std::int64_t> parse_duration_us(std::string_view text) {
    std::int64_t unit = kMicrosASecond;
    if (!text.empty()) {
        const char last = text.back();
        if (last == 'm') unit *= 60;
        if (last == 'h') unit *= 3600;
        if (last == 's' || last == 'm' || last == 'h') text.remove_suffix(1);
    }
    const auto value = whole<std::int64_t>(text);
    if (!value || *value < 1 || *value > kLongestDurationUs / unit) return std::nullopt;
    return *value * unit;
}

Options parse_options(int argc, const char* const* argv, const Defaults& defaults) {
    Options options;
    Texts texts;
    CLI::App app("Plays matches between named players and writes each event to Kafka.", "matchpoint-simulator");
    const topics::CommonOptions common(app);
    add_options(app, texts, options);
    const CLI::App& replay = add_replay(app, texts);
    const CLI::App& serve = add_serve(app, texts);
    app.require_subcommand(0, 1);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        options.text = (replay.parsed() ? replay.help() : serve.parsed() ? serve.help() : "") + app.help();
        return options;
    } catch (const CLI::CallForVersion& version) {
        options.text = fmt::format("{}\n", version.what());
        return options;
    } catch (const CLI::ParseError& error) {
        throw UsageError(topics::describe(app, error));
    }
    check_topic("--topic", texts.topic);
    options.topic = texts.topic;
    read_tennis(texts, defaults, options);
    if (replay.parsed()) read_replay(texts, options);
    if (serve.parsed()) read_serve(texts, options);
    if (!replay.parsed() && !serve.parsed()) read_sports(texts, options);
    read_limits(texts, options);
    read_kafka(common.settings(), options);
    return options;
}

}  // namespace matchpoint::simulator
