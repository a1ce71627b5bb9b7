// What a peer needs to push a topic of Kafka: reads match-state and POSTs each record as it comes, all of a match on
// one connection. Says {} once it reads, and ends with "stop" or the end of its standard input.
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "processor/streams/kafka/consumer.h"
#include "tests/bench/gateway/bench_record.h"
#include "tests/bench/gateway/commands.h"
#include "tests/bench/gateway/http_publisher.h"
#include "tests/bench/gateway/kafka_end.h"

namespace matchpoint::bench {
namespace {

namespace kafka = streams::kafka;

struct RelayOptions {
    std::string bootstrap;
    HttpTarget target;
};

// One thread: it sleeps until Kafka, a connection or the standard input has something.
class Relay {
  public:
    explicit Relay(const RelayOptions& options)
        : options_(options),
          all_(connect_all(options.target)),
          consumer_(config_of(options), {}),
          arrived_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
        if (arrived_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
        consumer_.notify_fd(arrived_);
        assign_ends(consumer_);
    }
    ~Relay() {
        consumer_.notify_fd(-1);
        ::close(arrived_);
    }
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    void run() {
        std::cout << "{}" << std::endl;
        do pass_on();
        while (wait());
    }

  private:
    static kafka::KafkaConfig config_of(const RelayOptions& options) {
        kafka::KafkaConfig config;
        config.set("bootstrap.servers", options.bootstrap).set("isolation.level", "read_committed");
        return config;
    }
    [[nodiscard]] HttpPublisher& publisher_of(const BenchRecord& record) { return all_[record.match % all_.size()]; }

    // All that is there, until a record finds no room on its connection: it is the first when there is.
    void pass_on() {
        while (waiting_ || take()) {
            if (publisher_of(*waiting_).under_way() >= options_.target.window) break;
            publisher_of(*waiting_).add(options_.target, waiting_->key(), body_);
            waiting_.reset();
        }
        for (HttpPublisher& publisher : all_) publisher.send();
    }
    bool take() {
        for (;;) {
            const kafka::PollResult result = consumer_.poll(std::chrono::milliseconds(0));
            if (std::holds_alternative<std::monostate>(result)) return false;
            const auto* message = std::get_if<kafka::Message>(&result);
            if (message == nullptr || !message->value()) continue;
            body_ = *message->value();
            std::string_view text = body_;
            waiting_ = take_record(text);
            if (!waiting_) throw std::runtime_error("match-state holds a record that is not the benchmark's");
            return true;
        }
    }
    // False: stopped.
    bool wait() {
        std::vector<pollfd> polled{{STDIN_FILENO, POLLIN, 0}, {arrived_, POLLIN, 0}};
        for (const HttpPublisher& publisher : all_) polled.push_back({publisher.socket(), POLLIN, 0});
        if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR)
            throw std::system_error(errno, std::generic_category(), "poll");
        if (polled[0].revents != 0) return false;
        std::array<char, 8> count{};
        if (polled[1].revents != 0) (void)!::read(arrived_, count.data(), count.size());
        for (std::size_t i = 2; i < polled.size(); ++i) {
            if (polled[i].revents != 0) all_[i - 2].read_answers();
        }
        return true;
    }

    const RelayOptions options_;
    std::vector<HttpPublisher> all_;
    kafka::Consumer consumer_;
    int arrived_;
    std::optional<BenchRecord> waiting_;  // taken from Kafka and not passed on; body_ is its value
    std::string body_;
};

}  // namespace

void add_relay(CLI::App& app) {
    auto options = std::make_shared<RelayOptions>();
    CLI::App* command = app.add_subcommand("relay", "passes match-state on by POST");
    command->add_option("--bootstrap-server", options->bootstrap)->required();
    options->target.add_to(*command);
    command->callback([options] { Relay(*options).run(); });
}

}  // namespace matchpoint::bench
