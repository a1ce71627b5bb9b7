// The load: clients spread over threads that are pinned to cores, all checked. Commands on standard input:
//   mark             what is published from now on is counted and timed
//   wait N SECONDS   until N such records were delivered, at most so long; then a report
//   snapshot SECONDS until every client has its snapshot; then a report
//   stop
#include <pthread.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "tests/bench/gateway/commands.h"
#include "tests/bench/gateway/stream_checker.h"

namespace matchpoint::bench {
namespace {

using std::chrono::milliseconds;

struct LoadOptions {
    std::uint16_t port = 0;
    std::size_t connections = 1;
    std::uint32_t matches = 1;
    std::uint32_t snapshot = 0;
    std::string path;  // "{match}" becomes m-00017: then each client asks for one match
    std::vector<int> cores;
};

void pin_to(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(core), &set);
    ::pthread_setaffinity_np(::pthread_self(), sizeof set, &set);
}

class Load {
  public:
    explicit Load(const LoadOptions& options) : options_(options) {
        const std::size_t threads = std::min(options.cores.size(), options.connections);
        for (std::size_t i = 0; i < threads; ++i) parts_.push_back(std::make_unique<Part>(options));
        for (std::size_t i = 0; i < options.connections; ++i) add(*parts_[i % threads], i);
    }
    ~Load() {
        for (auto& part : parts_) part->swarm.stop();
        for (auto& part : parts_) {
            if (part->thread.joinable()) part->thread.join();
        }
    }
    void start() {
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            parts_[i]->checker.began(monotonic_ns());
            parts_[i]->thread = std::thread([this, i] {
                pin_to(options_.cores[i]);
                parts_[i]->swarm.run();
            });
        }
    }
    [[nodiscard]] std::size_t open() const {
        std::size_t open = 0;
        for (const auto& part : parts_) open += part->swarm.open();
        return open;
    }
    [[nodiscard]] std::uint64_t delivered() const {
        std::uint64_t delivered = 0;
        for (const auto& part : parts_) delivered += part->checker.counts().delivered.load();
        return delivered - marked_;
    }
    [[nodiscard]] std::uint64_t snapshots() const {
        std::uint64_t done = 0;
        for (const auto& part : parts_) done += part->checker.snapshots_done();
        return done;
    }
    void mark() {
        marked_ += delivered();
        for (auto& part : parts_) part->checker.mark(monotonic_ns());
    }
    [[nodiscard]] std::string report() const;

  private:
    struct Part {
        explicit Part(const LoadOptions& options)
            : checker(options.matches, options.snapshot), swarm({options.port, {}, true, 200, 256}, checker) {}
        StreamChecker checker;
        Swarm swarm;
        std::thread thread;
    };
    void add(Part& part, std::size_t index) const {
        std::string path = options_.path;
        std::uint32_t match = StreamChecker::kAll;
        if (const std::size_t at = path.find("{match}"); at != std::string::npos) {
            match = static_cast<std::uint32_t>(index % options_.matches);
            path.replace(at, 7, BenchRecord{match, 1, 0}.key());
        }
        part.checker.add_client(match);
        part.swarm.add(std::move(path));
    }

    const LoadOptions options_;
    std::vector<std::unique_ptr<Part>> parts_;
    std::uint64_t marked_ = 0;
};

std::string Load::report() const {
    auto latency = std::make_unique<Histogram>();
    auto snapshots = std::make_unique<Histogram>();
    std::uint64_t lost = 0;
    std::uint64_t doubled = 0;
    std::uint64_t damaged = 0;
    std::uint64_t unasked = 0;
    std::uint64_t ends = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;
    for (const auto& part : parts_) {
        const CheckCounts& counts = part->checker.counts();
        latency->merge(part->checker.latency());
        snapshots->merge(part->checker.snapshots());
        lost += counts.lost;
        doubled += counts.doubled;
        damaged += counts.damaged;
        unasked += counts.unasked;
        ends += part->swarm.ends();
        const std::int64_t part_first = counts.first_published_ns;
        if (first == 0 || (part_first != 0 && part_first < first)) first = part_first;
        last = std::max<std::int64_t>(last, counts.last_received_ns);
    }
    return fmt::format(
        R"({{"open":{},"delivered":{},"seconds":{:.6f},"p50_ms":{:.3f},"p99_ms":{:.3f},"max_ms":{:.3f},"lost":{},)"
        R"("doubled":{},"damaged":{},"unasked":{},"ends":{},"snapshots":{},"snapshot_p50_ms":{:.1f},"snapshot_max_ms":{:.1f}}})",
        open(), delivered(), static_cast<double>(last - first) / 1e9, static_cast<double>(latency->quantile(0.5)) / 1e6,
        static_cast<double>(latency->quantile(0.99)) / 1e6, static_cast<double>(latency->max()) / 1e6, lost, doubled,
        damaged, unasked, ends, this->snapshots(), static_cast<double>(snapshots->quantile(0.5)) / 1e6,
        static_cast<double>(snapshots->max()) / 1e6);
}

template <typename Condition>
void wait_until(double seconds, Condition condition) {
    const std::int64_t end = monotonic_ns() + static_cast<std::int64_t>(seconds * 1e9);
    while (!condition() && monotonic_ns() < end) std::this_thread::sleep_for(milliseconds(2));
}

void serve_commands(Load& load, std::size_t connections) {
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream words(line);
        std::string command;
        words >> command;
        double seconds = 0;
        if (command == "stop") return;
        if (command == "mark") {
            load.mark();
            std::cout << "{}" << std::endl;
            continue;
        }
        if (command == "wait") {
            std::uint64_t count = 0;
            words >> count >> seconds;
            wait_until(seconds, [&] { return load.delivered() >= count; });
        } else if (command == "snapshot") {
            words >> seconds;
            wait_until(seconds, [&] { return load.snapshots() >= connections; });
        } else {
            throw std::invalid_argument("unknown command: " + line);
        }
        std::cout << load.report() << std::endl;
    }
}

void subscribe(const LoadOptions& options) {
    Load load(options);
    load.start();
    wait_until(60, [&] { return load.open() >= options.connections; });
    std::cout << load.report() << std::endl;
    serve_commands(load, options.connections);
}

}  // namespace

void add_subscribe(CLI::App& app) {
    auto options = std::make_shared<LoadOptions>();
    CLI::App* command = app.add_subcommand("subscribe", "checked clients; takes commands on standard input");
    command->add_option("--port", options->port)->required();
    command->add_option("--path", options->path, "{match} becomes the client's match")->required();
    command->add_option("--connections", options->connections)->required()->check(CLI::PositiveNumber);
    command->add_option("--matches", options->matches, "how many there are")->required()->check(CLI::PositiveNumber);
    command->add_option("--snapshot", options->snapshot, "a client has its snapshot when it has seen so many keys");
    command->add_option("--core", options->cores, "a thread on each")->required();
    command->callback([options] { subscribe(*options); });
}

}  // namespace matchpoint::bench
