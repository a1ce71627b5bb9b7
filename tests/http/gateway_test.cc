#include "http/gateway.h"

#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include "http/log/record_builder.h"
#include "topics/topic_catalog.h"

namespace matchpoint::http {
namespace {

namespace asio = boost::asio;

class Client {
  public:
    explicit Client(std::uint16_t port) : socket_(io_) { socket_.connect({asio::ip::make_address("127.0.0.1"), port}); }
    void send(std::string_view text) { asio::write(socket_, asio::buffer(text.data(), text.size())); }
    std::string read_until(std::string_view end) {
        const std::size_t size = asio::read_until(socket_, asio::dynamic_buffer(buffer_), std::string(end));
        std::string text = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return text;
    }

  private:
    asio::io_context io_;
    asio::ip::tcp::socket socket_;
    std::string buffer_;
};

class GatewayTest : public ::testing::Test {
  protected:
    GatewayTest() : builder_(std::string(topics::kMatchState), clock_) {
        Config config;
        config.port = 0;
        config.threads = 2;
        gateway_ = std::make_unique<Gateway>(
            config, std::vector<TopicSpec>{{std::string(topics::kMatchState), 12, {}, false}}, clock_);
        gateway_->start();
    }
    void publish(std::int64_t offset, const std::string& key, std::int64_t seq, bool caught_up) {
        const std::string value = R"({"match":")" + key + R"(","sport":"tennis","status":"live","seq":)" +
                                  std::to_string(seq) + R"(,"at":1,"sides":[{"name":"Ada"},{"name":"Bo"}]})";
        Batch batch;
        batch.records.push_back(
            builder_.build({streams::Partition{3}, streams::Offset{offset}, streams::Timestamp{1}, key, value, false}));
        batch.caught_up = caught_up;
        ASSERT_TRUE(gateway_->publish(std::move(batch)));
    }

    streams::SystemClock clock_;
    RecordBuilder builder_;
    std::unique_ptr<Gateway> gateway_;
};

TEST_F(GatewayTest, StreamsTheLatestOfEachKeyThenChanges) {
    publish(0, "m-1", 1, false);
    publish(1, "m-1", 2, true);
    Client client(gateway_->port());
    client.send("GET /events/match-state HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string snapshot = client.read_until("event: live");
    EXPECT_NE(snapshot.find("\"seq\":2"), std::string::npos) << snapshot;
    EXPECT_EQ(snapshot.find("\"seq\":1,"), std::string::npos) << snapshot;
    publish(2, "m-1", 3, false);
    EXPECT_NE(client.read_until("\"seq\":3").find("data: "), std::string::npos);
}

}  // namespace
}  // namespace matchpoint::http
