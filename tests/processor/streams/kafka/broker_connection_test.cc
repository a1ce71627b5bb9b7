#include "processor/streams/kafka/broker_connection.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "processor/streams/kafka/group_leave.h"

namespace matchpoint::streams::kafka {
namespace {

using std::chrono::milliseconds;

// Listens on a free port of the loopback; answers with what it is given, or never.
class Listener {
  public:
    explicit Listener(Bytes answer) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        listen(fd_, 4);
        socklen_t size = sizeof address;
        getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = std::to_string(ntohs(address.sin_port));
        if (answer.empty()) return;
        thread_ = std::thread([this, answer] {
            const int client = accept(fd_, nullptr, nullptr);
            send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
            char drop[256];
            while (recv(client, drop, sizeof drop, 0) > 0) {
            }
            close(client);
        });
    }
    ~Listener() {
        if (thread_.joinable()) thread_.join();
        close(fd_);
    }
    [[nodiscard]] const std::string& port() const { return port_; }

  private:
    int fd_;
    std::string port_;
    std::thread thread_;
};

TEST(BrokerConnection, ReadsHostAndPortInEveryForm) {
    EXPECT_EQ(host_of("broker-1:9093"), "broker-1");
    EXPECT_EQ(port_of("broker-1:9093"), "9093");
    EXPECT_EQ(host_of(" plaintext://broker-1 "), "broker-1");
    EXPECT_EQ(port_of("broker-1"), "9092");
    EXPECT_EQ(host_of("[::1]:9094"), "::1");
    EXPECT_EQ(port_of("[::1]:9094"), "9094");
    EXPECT_EQ(host_of("[::1]"), "::1");
    EXPECT_EQ(port_of("[::1]"), "9092");
}

TEST(BrokerConnection, GivesUpOnASilentServerInTime) {
    const Listener silent{Bytes()};
    const auto begin = std::chrono::steady_clock::now();
    BrokerConnection connection("127.0.0.1", silent.port(), Deadline(milliseconds(150)));
    EXPECT_THROW((void)connection.call(10, 1, "test", "body"), std::runtime_error);
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(took, milliseconds(140));
    EXPECT_LT(took, milliseconds(2000));
}

TEST(BrokerConnection, RefusesWhatIsNoKafkaBroker) {
    for (const Bytes& answer :
         {Bytes("HTTP/1.1 400 Bad Request\r\n\r\n"), Bytes("\0\0\0\0", 4), Bytes("\0\0\0\x04\0\0\0\x09", 8)}) {
        const Listener server(answer);
        BrokerConnection connection("127.0.0.1", server.port(), Deadline(milliseconds(2000)));
        EXPECT_THROW((void)connection.call(10, 1, "test", "body"), std::runtime_error);
    }
}

TEST(GroupLeave, IsNotPossibleForADynamicMemberOrThroughTls) {
    EXPECT_EQ(leave_group({{"group.id", "g"}}, "m").outcome, LeaveOutcome::kNotPossible);
    EXPECT_EQ(leave_group({{"group.id", "g"}, {"group.instance.id", "i"}, {"security.protocol", "ssl"}}, "m").outcome,
              LeaveOutcome::kNotPossible);
}

TEST(GroupLeave, FailsWithAReasonWhenNoBrokerAnswers) {
    std::string port;
    { port = Listener{Bytes()}.port(); }
    const LeaveResult result =
        leave_group({{"bootstrap.servers", "127.0.0.1:" + port}, {"group.id", "g"}, {"group.instance.id", "i"}}, "m",
                    milliseconds(500));
    EXPECT_EQ(result.outcome, LeaveOutcome::kFailed);
    EXPECT_NE(result.detail.find("cannot connect"), std::string::npos) << result.detail;
}

}  // namespace
}  // namespace matchpoint::streams::kafka
