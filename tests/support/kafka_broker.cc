#include "tests/support/kafka_broker.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>

#include "processor/streams/kafka/admin.h"

namespace matchpoint::testing {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::filesystem::path source_root() {
    if (const std::string root = environment("MATCHPOINT_ROOT"); !root.empty()) return root;
    for (auto folder = std::filesystem::current_path();; folder = folder.parent_path()) {
        if (std::filesystem::exists(folder / "scripts" / "kafka")) return folder;
        if (folder == folder.root_path()) throw std::runtime_error("set MATCHPOINT_ROOT to the source tree");
    }
}

std::string port_of(const std::string& bootstrap) {
    return bootstrap.substr(bootstrap.rfind(':') + 1);
}

// What stands behind the last such mark in a script's output.
std::string told(const std::string& output, std::string_view mark) {
    const std::size_t at = output.rfind(mark);
    if (at == std::string::npos) throw std::runtime_error("scripts/kafka does not tell its address:\n" + output);
    const std::size_t begin = at + mark.size();
    return output.substr(begin, output.find_first_of(" \n", begin) - begin);
}

}  // namespace

KafkaBroker& KafkaBroker::shared() {
    return shared({});
}

KafkaBroker& KafkaBroker::shared(const Options& options) {
    static KafkaBroker broker(options);
    return broker;
}

KafkaBroker::KafkaBroker() : KafkaBroker(Options{}) {}

KafkaBroker::KafkaBroker(Options options) : options_(std::move(options)) {
    if (options_.proxy_port == 0 && options_.settings.empty()) bootstrap_ = environment("MATCHPOINT_TEST_BOOTSTRAP");
    external_ = !bootstrap_.empty();
    if (external_) return;
    std::string pattern = (std::filesystem::temp_directory_path() / "matchpoint-broker-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    folder_ = pattern;
    start_guard();
    start("0");
}

KafkaBroker::~KafkaBroker() {
    if (guard_ != nullptr) pclose(guard_);
}

void KafkaBroker::start_guard() {
    const std::string folder = "'" + folder_.string() + "'";
    const std::string script = "'" + (source_root() / "scripts" / "kafka").string() + "'";
    const std::string command = "trap '' INT TERM HUP; cat >/dev/null; " + script + " wipe --dir " + folder +
                                "/kafka >/dev/null 2>&1; rm -rf " + folder;
    guard_ = popen(command.c_str(), "we");
    if (guard_ == nullptr) throw std::runtime_error("cannot run " + command);
}

namespace {

// What it said. Throws if it failed.
std::string run(const std::string& command) {
    std::FILE* pipe = popen(command.c_str(), "re");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
    std::string output;
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), got);
    if (const int status = pclose(pipe); status != 0) throw std::runtime_error(command + " failed:\n" + output);
    return output;
}

}  // namespace

std::string KafkaBroker::script(const std::string& arguments) const {
    return run("KAFKA_HEAP_OPTS=\"${KAFKA_HEAP_OPTS:--Xms256m -Xmx512m}\" '" +
               (source_root() / "scripts" / "kafka").string() + "' " + arguments + " --dir '" +
               (folder_ / "kafka").string() + "' 2>&1");
}

void KafkaBroker::grow_topic(const std::string& name, std::int32_t partitions) const {
    run("'" + (source_root() / "scripts" / "kafka-topics.sh").string() + "' --bootstrap-server " + bootstrap_ +
        " --alter --topic '" + name + "' --partitions " + std::to_string(partitions) + " 2>&1");
    streams::kafka::Admin admin(config(), {});
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (;;) {
        auto now = admin.partitions_of(name, std::chrono::seconds(5));
        if (now && *now == partitions) return;
        if (std::chrono::steady_clock::now() > end) throw std::runtime_error(name + " has not grown");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void KafkaBroker::start(const std::string& port) {
    std::string arguments = "start --port " + port;
    if (options_.proxy_port != 0) arguments += " --proxy " + std::to_string(options_.proxy_port);
    for (const auto& [key, value] : options_.settings) arguments += " --set '" + key + "=" + value + "'";
    const std::string output = script(arguments);
    bootstrap_ = told(output, "bootstrap-server: ");
    if (options_.proxy_port == 0) return;
    behind_proxy_ = static_cast<std::uint16_t>(std::stoi(port_of(told(output, "behind the proxy: "))));
}

streams::kafka::KafkaConfig KafkaBroker::config() const {
    return {{"bootstrap.servers", bootstrap_}};
}

std::string KafkaBroker::unique(const std::string& name) {
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return name + "-" + std::to_string(getpid()) + "-" + std::to_string(now % 1'000'000'000) + "-" +
           std::to_string(next_++);
}

std::string KafkaBroker::create_topic(const std::string& name, std::int32_t partitions,
                                      const std::map<std::string, std::string>& configs) {
    using namespace streams::kafka;
    Admin admin(config(), {});
    auto results = admin.create_topics({{name, partitions, 1, configs}}, std::chrono::seconds(20));
    const TopicResult& result = results.value().front();
    if (result.error) throw KafkaException(*result.error);
    if (result.outcome == CreateOutcome::kExists) throw std::runtime_error("topic " + name + " exists");
    return name;
}

void KafkaBroker::stop() {
    if (external_) throw std::runtime_error("the broker is not ours to stop");
    (void)script("stop");
}

pid_t KafkaBroker::signal(int number) const {
    if (external_) throw std::runtime_error("the broker is not ours to signal");
    pid_t pid = 0;
    std::ifstream(folder_ / "kafka" / "pid") >> pid;
    if (pid <= 0 || ::kill(pid, number) != 0) throw std::runtime_error("no broker to signal");
    return pid;
}

void KafkaBroker::kill() {
    const pid_t pid = signal(SIGKILL);
    while (::kill(pid, 0) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

void KafkaBroker::freeze() {
    (void)signal(SIGSTOP);
}

void KafkaBroker::thaw() {
    (void)signal(SIGCONT);
}

void KafkaBroker::restart() {
    start(port_of(bootstrap_));
}

}  // namespace matchpoint::testing
