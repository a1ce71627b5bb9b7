// Records for the peers: one POST each on connections that stay, so many of them under way at a time. All records of a
// match take one connection, since only there their order is certain.
#include <poll.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "tests/bench/gateway/commands.h"
#include "tests/bench/gateway/http_publisher.h"
#include "tests/bench/gateway/pace.h"

namespace matchpoint::bench {
namespace {

struct HttpOptions {
    HttpTarget target;
    PaceOptions pace;
};

class Publishers {
  public:
    explicit Publishers(const HttpOptions& options)
        : options_(options), pace_(options.pace), all_(connect_all(options.target)) {}
    void run() {
        while (!pace_.done()) {
            publish_due();
            wait();
        }
        while (under_way() > 0) wait();
        std::cout << fmt::format(R"({{"published":{},"seconds":{:.3f}}})", pace_.taken(), pace_.seconds()) << std::endl;
    }

  private:
    [[nodiscard]] HttpPublisher& next() { return all_[pace_.taken() % options_.pace.matches % all_.size()]; }
    // What is due now and has room, connection by connection.
    void publish_due() {
        while (!pace_.done() && next().under_way() < options_.target.window && pace_.due_ns() <= monotonic_ns()) {
            HttpPublisher& publisher = next();
            const BenchRecord record = pace_.take();
            record.write(body_);
            publisher.add(options_.target, record.key(), body_);
        }
        for (HttpPublisher& publisher : all_) publisher.send();
    }
    [[nodiscard]] std::size_t under_way() const {
        std::size_t count = 0;
        for (const HttpPublisher& publisher : all_) count += publisher.under_way();
        return count;
    }
    void wait() {
        std::vector<pollfd> polled;
        for (const HttpPublisher& publisher : all_) polled.push_back({publisher.socket(), POLLIN, 0});
        const bool for_time = !pace_.done() && next().under_way() < options_.target.window;
        const std::int64_t left = for_time ? std::max<std::int64_t>(0, pace_.due_ns() - monotonic_ns()) : 100'000'000;
        const timespec timeout{left / 1'000'000'000, left % 1'000'000'000};
        if (::ppoll(polled.data(), polled.size(), &timeout, nullptr) <= 0) return;
        for (std::size_t i = 0; i < polled.size(); ++i) {
            if (polled[i].revents != 0) all_[i].read_answers();
        }
    }

    const HttpOptions options_;
    Pace pace_;
    std::vector<HttpPublisher> all_;
    std::string body_;
};

}  // namespace

void add_publish_http(CLI::App& app) {
    auto options = std::make_shared<HttpOptions>();
    CLI::App* command = app.add_subcommand("publish-http", "records by POST");
    options->target.add_to(*command);
    add_pace(*command, options->pace);
    command->callback([options] { Publishers(*options).run(); });
}

}  // namespace matchpoint::bench
