// Records for the peers: one POST each on connections that stay, so many of them under way at a time. All records of a
// match take one connection, since only there their order is certain.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "tests/bench/gateway/commands.h"
#include "tests/bench/gateway/pace.h"

namespace matchpoint::bench {
namespace {

struct HttpOptions {
    std::uint16_t port = 0;
    std::string path;  // "{match}" becomes the record's match
    std::string content_type = "application/json";
    std::size_t connections = 1;
    std::size_t window = 1;
    PaceOptions pace;
};

class Publisher {
  public:
    explicit Publisher(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
            throw std::system_error(errno, std::generic_category(), "cannot connect to publish");
    }
    ~Publisher() { ::close(socket_); }
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;

    void add(const HttpOptions& options, const BenchRecord& record) {
        record.write(body_);
        std::string path = options.path;
        if (const std::size_t at = path.find("{match}"); at != std::string::npos) path.replace(at, 7, record.key());
        fmt::format_to(std::back_inserter(out_),
                       "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", path,
                       options.content_type, body_.size(), body_);
        ++under_way_;
    }
    void send() {
        for (std::string_view left = out_; !left.empty();) {
            const ssize_t sent = ::send(socket_, left.data(), left.size(), MSG_NOSIGNAL);
            if (sent < 0) throw std::system_error(errno, std::generic_category(), "cannot publish");
            left.remove_prefix(static_cast<std::size_t>(sent));
        }
        out_.clear();
    }
    void read_answers() {
        std::array<char, 65'536> bytes{};
        const ssize_t size = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN) return;
        if (size <= 0) throw std::runtime_error("the server closed a publishing connection");
        in_.append(bytes.data(), static_cast<std::size_t>(size));
        while (take_answer()) --under_way_;
    }
    [[nodiscard]] std::size_t under_way() const { return under_way_; }
    [[nodiscard]] int socket() const { return socket_; }

  private:
    bool take_answer() {
        const std::size_t end = in_.find("\r\n\r\n");
        if (end == std::string::npos) return false;
        std::string head = in_.substr(0, end + 2);
        std::transform(head.begin(), head.end(), head.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        if (head.size() < 12 || head[9] != '2') throw std::runtime_error("publishing was refused: " + head);
        std::size_t length = 0;
        constexpr std::string_view kLength = "\r\ncontent-length: ";
        if (const std::size_t at = head.find(kLength); at != std::string::npos)
            std::from_chars(head.data() + at + kLength.size(), head.data() + head.size(), length);
        if (in_.size() < end + 4 + length) return false;
        in_.erase(0, end + 4 + length);
        return true;
    }

    int socket_;
    std::string body_;
    std::string out_;
    std::string in_;
    std::size_t under_way_ = 0;
};

class Publishers {
  public:
    explicit Publishers(const HttpOptions& options) : options_(options), pace_(options.pace) {
        for (std::size_t i = 0; i < options.connections; ++i) all_.push_back(std::make_unique<Publisher>(options.port));
    }
    void run() {
        while (!pace_.done()) {
            publish_due();
            wait();
        }
        while (under_way() > 0) wait();
        std::cout << fmt::format(R"({{"published":{},"seconds":{:.3f}}})", pace_.taken(), pace_.seconds()) << std::endl;
    }

  private:
    // What is due now and has room, connection by connection.
    void publish_due() {
        for (;;) {
            Publisher& next = *all_[pace_.taken() % options_.pace.matches % all_.size()];
            if (pace_.done() || next.under_way() >= options_.window || pace_.due_ns() > monotonic_ns()) break;
            next.add(options_, pace_.take());
        }
        for (auto& publisher : all_) publisher->send();
    }
    [[nodiscard]] std::size_t under_way() const {
        std::size_t count = 0;
        for (const auto& publisher : all_) count += publisher->under_way();
        return count;
    }
    void wait() {
        std::vector<pollfd> polled;
        for (const auto& publisher : all_) polled.push_back({publisher->socket(), POLLIN, 0});
        const Publisher& next = *all_[pace_.taken() % options_.pace.matches % all_.size()];
        const bool for_time = !pace_.done() && next.under_way() < options_.window;
        const std::int64_t left = for_time ? std::max<std::int64_t>(0, pace_.due_ns() - monotonic_ns()) : 100'000'000;
        const timespec timeout{left / 1'000'000'000, left % 1'000'000'000};
        if (::ppoll(polled.data(), polled.size(), &timeout, nullptr) <= 0) return;
        for (std::size_t i = 0; i < polled.size(); ++i) {
            if (polled[i].revents != 0) all_[i]->read_answers();
        }
    }

    const HttpOptions options_;
    Pace pace_;
    std::vector<std::unique_ptr<Publisher>> all_;
};

}  // namespace

void add_publish_http(CLI::App& app) {
    auto options = std::make_shared<HttpOptions>();
    CLI::App* command = app.add_subcommand("publish-http", "records by POST");
    command->add_option("--port", options->port)->required();
    command->add_option("--path", options->path, "{match} becomes the record's match")->required();
    command->add_option("--content-type", options->content_type);
    command->add_option("--connections", options->connections)->check(CLI::PositiveNumber);
    command->add_option("--window", options->window, "requests under way on a connection")->check(CLI::PositiveNumber);
    add_pace(*command, options->pace);
    command->callback([options] { Publishers(*options).run(); });
}

}  // namespace matchpoint::bench
