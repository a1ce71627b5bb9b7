#include "tests/bench/gateway/http_publisher.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace matchpoint::bench {

void HttpTarget::add_to(CLI::App& command) {
    command.add_option("--port", port)->required();
    command.add_option("--path", path, "{match} becomes the record's match")->required();
    command.add_option("--content-type", content_type);
    command.add_option("--connections", connections)->check(CLI::PositiveNumber);
    command.add_option("--window", window, "requests under way on a connection")->check(CLI::PositiveNumber);
}

HttpPublisher::HttpPublisher(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot connect to publish");
}

HttpPublisher::~HttpPublisher() {
    if (socket_ >= 0) ::close(socket_);
}

HttpPublisher::HttpPublisher(HttpPublisher&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      out_(std::move(other.out_)),
      in_(std::move(other.in_)),
      under_way_(other.under_way_) {}

void HttpPublisher::add(const HttpTarget& target, std::string_view match, std::string_view body) {
    std::string path = target.path;
    if (const std::size_t at = path.find("{match}"); at != std::string::npos) path.replace(at, 7, match);
    fmt::format_to(std::back_inserter(out_),
                   "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", path,
                   target.content_type, body.size(), body);
    ++under_way_;
}

void HttpPublisher::send() {
    for (std::string_view left = out_; !left.empty();) {
        const ssize_t sent = ::send(socket_, left.data(), left.size(), MSG_NOSIGNAL);
        if (sent < 0) throw std::system_error(errno, std::generic_category(), "cannot publish");
        left.remove_prefix(static_cast<std::size_t>(sent));
    }
    out_.clear();
}

void HttpPublisher::read_answers() {
    std::array<char, 65'536> bytes{};
    const ssize_t size = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) throw std::runtime_error("the server closed a publishing connection");
    in_.append(bytes.data(), static_cast<std::size_t>(size));
    while (take_answer()) --under_way_;
}

bool HttpPublisher::take_answer() {
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

std::vector<HttpPublisher> connect_all(const HttpTarget& target) {
    std::vector<HttpPublisher> all;
    for (std::size_t i = 0; i < target.connections; ++i) all.emplace_back(target.port);
    return all;
}

}  // namespace matchpoint::bench
