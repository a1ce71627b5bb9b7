// A thousand clients, and Kafka and the gateway end under them.
#include <gtest/gtest.h>

#include <csignal>
#include <functional>

#include "tests/http/integration/fault_crowd.h"
#include "tests/http/sse_client.h"
#include "tests/support/child_process.h"
#include "topics/topic_catalog.h"

namespace matchpoint::http {
namespace {

using namespace testing;
using matchpoint::testing::ChildProcess;
using matchpoint::testing::KafkaBroker;
using std::chrono::milliseconds;

constexpr milliseconds kPatience{60'000};
constexpr int kRecordsASecond = 100;

bool within_patience(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(milliseconds(20));
    }
    return true;
}

std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&at), size), 0);
    EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &size), 0);
    ::close(socket);
    return ntohs(at.sin_port);
}

// The program, always on the same port.
class Gateway {
  public:
    Gateway(const KafkaBroker& broker, int threads)
        : port_(free_port()),
          arguments_{"--bootstrap-server",
                     broker.bootstrap(),
                     "--port",
                     std::to_string(port_),
                     "--set",
                     "http.address=127.0.0.1",
                     "--set",
                     "http.threads=" + std::to_string(threads),
                     "--set",
                     "sse.retry.ms=200"} {}
    void start() {
        program_ = std::make_unique<ChildProcess>("matchpoint-http", arguments_);
        ASSERT_TRUE(within_patience([this] { return ready(); })) << program_->err();
    }
    void kill() {
        program_->signal(SIGKILL);
        ASSERT_EQ(program_->wait(kPatience), 128 + SIGKILL);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    [[nodiscard]] bool ready() const {
        try {
            HttpClient client(port_);
            return client.get("/readyz") == 200;
        } catch (const std::runtime_error&) {
            return false;
        }
    }
    std::uint16_t port_;
    std::vector<std::string> arguments_;
    std::unique_ptr<ChildProcess> program_;
};

std::set<int> matches_where(const std::function<bool(int)>& wanted) {
    std::set<int> matches;
    for (int match = 0; match < kMatches; ++match) {
        if (wanted(match)) matches.insert(match);
    }
    return matches;
}

void gather(Crowd& crowd) {
    crowd.add(600, "/events/match-state", matches_where([](int) { return true; }));
    crowd.add(100, "/events/match-state?sport=football", matches_where([](int match) { return match % 3 == 0; }));
    crowd.add(100, "/events/match-state?player=Ada+7", {7});
    for (int match = 0; match < 20; ++match) crowd.add(10, "/events/match-state?match=" + crowd_match(match), {match});
    crowd.start();
}

// All are connected, and have been told of something written after now.
void expect_flowing(const Crowd& crowd, const StateWriter& writer, const std::string& when) {
    ASSERT_TRUE(within_patience([&] { return crowd.open() == crowd.size(); })) << when << ": " << crowd.open();
    const std::uint64_t written = writer.written() + kMatches;
    ASSERT_TRUE(within_patience([&] { return writer.written() > written; }));
    const std::uint64_t before = crowd.events();
    ASSERT_TRUE(within_patience([&] { return crowd.events() > before + crowd.size() * kMatches / 2; })) << when;
}

void expect_the_exact_end(Crowd& crowd, StateWriter& writer) {
    writer.finish();
    EXPECT_TRUE(within_patience([&] { return crowd.finished() == crowd.size(); }))
        << crowd.finished() << " have the last state of each of their matches";
    EXPECT_EQ(crowd.stop(), std::vector<std::string>());
}

TEST(AThousandClients, LoseAndDoubleNothingWhenKafkaOrTheGatewayDieOrTheyMoveToAnother) {
    KafkaBroker broker;
    if (broker.external()) GTEST_SKIP() << "a broker that is not ours cannot be killed";
    const topics::TopicCatalog catalog;
    for (const auto name : {topics::kMatchState, topics::kHighScores, topics::kScores})
        broker.create_topic(std::string(name), catalog.topic(name).partitions);
    StateWriter writer(broker, kRecordsASecond);
    Gateway first(broker, 2);
    Gateway second(broker, 1);
    first.start();
    Crowd crowd(writer, first.port());
    gather(crowd);
    expect_flowing(crowd, writer, "at first");

    const std::uint64_t ends = crowd.ends();
    broker.kill();
    broker.restart();
    expect_flowing(crowd, writer, "after Kafka's restart");
    EXPECT_EQ(crowd.ends(), ends) << "nobody is sent away because Kafka is";

    first.kill();
    std::this_thread::sleep_for(milliseconds(300));  // some are turned away and try again
    first.start();
    expect_flowing(crowd, writer, "after the gateway's restart");
    EXPECT_GE(crowd.ends(), ends + crowd.size());

    second.start();
    crowd.redirect(second.port());
    expect_flowing(crowd, writer, "at another gateway");
    crowd.redirect(first.port());
    expect_flowing(crowd, writer, "back again");
    expect_the_exact_end(crowd, writer);
}

}  // namespace
}  // namespace matchpoint::http
