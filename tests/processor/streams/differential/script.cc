#include "tests/processor/streams/differential/script.h"

#include <random>
#include <sstream>

#include <fmt/format.h>

#include "processor/streams/runtime/exception_handlers.h"
#include "processor/streams/testing/topology_test_driver.h"
#include "tests/processor/streams/differential/topologies.h"

namespace matchpoint::streams::differential {
namespace {

constexpr const char* kDead = "dead";

std::string text_of(const std::optional<Bytes>& bytes) {
    if (!bytes) return "null";
    std::string text = "x";
    for (const char c : *bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return text;
}

std::optional<Bytes> bytes_of(const std::string& text) {
    if (text == "null") return std::nullopt;
    Bytes bytes;
    for (std::size_t i = 1; i + 1 < text.size(); i += 2) {
        bytes.push_back(static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

// Small alphabets, so that keys meet.
class Writer {
  public:
    explicit Writer(std::uint64_t seed) : random_(seed) {}

    std::string record(const std::string& topic) {
        const bool numbers = topic == "numbers" || topic.starts_with("table");
        now_ += below(20);
        const std::int64_t late = below(4) == 0 ? below(100) : 0;
        std::string line = fmt::format("record {} {} {} {}", topic, text_of(below(12) == 0 ? std::nullopt : word(1)),
                                       text_of(below(6) == 0 ? std::nullopt
                                               : numbers     ? number()
                                                             : word(6)),
                                       std::max<std::int64_t>(0, now_ - late));
        if (below(3) == 0) line += " " + text_of(word(3));
        return line + "\n";
    }
    std::string pass() { return fmt::format("pass {}\n", below(150)); }
    std::int64_t below(std::int64_t bound) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
    }

  private:
    std::optional<Bytes> word(std::int64_t longest) {
        Bytes word;
        for (std::int64_t length = 1 + below(longest); length > 0; --length)
            word.push_back(static_cast<char>('a' + below(4)));
        return word;
    }
    std::optional<Bytes> number() {
        Bytes bytes;
        append_be64(bytes, static_cast<std::uint64_t>(below(40)));
        return bytes;
    }

    std::mt19937_64 random_;
    std::int64_t now_ = 1'000;
};

bool names_exception(const std::string& header) {
    return header == "__streams.errors.exception" || header == "__streams.errors.message" ||
           header == "__streams.errors.stacktrace";
}

std::string answer(TopologyTestDriver& driver) {
    std::string text;
    for (const std::string& topic : driver.produced_topics()) {
        for (const ProducedRecord& record : driver.read_records(topic)) {
            text += "wrote " + topic;
            if (topic != kDead) {
                text += fmt::format(" {} {} {}", text_of(record.key), text_of(record.value), record.timestamp.value());
            }
            for (const Header& header : record.headers) {
                if (!names_exception(header.name)) text += " " + header.name + "=" + text_of(header.value);
            }
            text += "\n";
        }
    }
    driver.close();
    return text;
}

}  // namespace

std::string make_script(const std::string& topology, std::uint64_t seed, int records, std::size_t cache) {
    Writer writer(seed);
    const std::vector<std::string> topics = inputs_of(topology);
    std::string script = fmt::format("topology {} {}\n", topology, cache);
    for (int i = 0; i < records; ++i) {
        script +=
            writer.record(topics[static_cast<std::size_t>(writer.below(static_cast<std::int64_t>(topics.size())))]);
        if (writer.below(10) == 0) script += writer.pass();
    }
    return script;
}

std::string run_script(const std::string& script) {
    const auto quiet = std::make_shared<spdlog::logger>("quiet");
    std::string text;
    std::optional<TopologyTestDriver> driver;
    std::istringstream lines(script);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string what;
        words >> what;
        if (what == "topology") {
            if (driver) text += answer(*driver);
            std::string name;
            TestDriverOptions options;
            words >> name >> options.cache_max_bytes;
            options.handlers = log_and_continue(quiet, true);
            options.dead_letter_topic = kDead;
            const Topology topology = make_topology(name);
            text += line + "\n" + topology.describe().to_string();
            driver.emplace(topology, options);
        } else if (what == "record") {
            std::string topic;
            std::string key;
            std::string value;
            std::string trace;
            std::int64_t timestamp = 0;
            words >> topic >> key >> value >> timestamp >> trace;
            RawTestRecord record{bytes_of(key), bytes_of(value), Timestamp{timestamp}, {}};
            if (!trace.empty()) record.headers.push_back({"trace", bytes_of(trace)});
            driver->pipe_input(topic, std::move(record));
        } else {
            std::int64_t ms = 0;
            words >> ms;
            driver->advance_wall_clock_time(ms);
        }
    }
    if (driver) text += answer(*driver);
    return text;
}

}  // namespace matchpoint::streams::differential
