#include "tests/bench/gateway/swarm.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>

namespace matchpoint::bench {
namespace {

constexpr std::size_t kBufferBytes = 256U << 10U;
constexpr int kTickMs = 20;
// A source address has some 28,000 ports, and those of closed connections rest for a minute.
constexpr std::size_t kClientsAnAddress = 4'000;
constexpr std::uint32_t kFirstSource = 0x7F000002;  // 127.0.0.2
constexpr std::int64_t kMsNs = 1'000'000;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in address_of(std::uint32_t host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(host);
    return address;
}

int open_socket(std::size_t index) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) fail("socket");
    const int on = 1;
    ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // Closing resets: thousands of closed connections must not hold their ports.
    const linger reset{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    const auto source = static_cast<std::uint32_t>(kFirstSource + index / kClientsAnAddress);
    const sockaddr_in from = address_of(source, 0);
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) fail("bind");
    return socket;
}

}  // namespace

std::int64_t monotonic_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

Swarm::Swarm(SwarmOptions options, SwarmListener& listener)
    : options_(std::move(options)), listener_(listener), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) fail("epoll_create1");
    buffer_.resize(kBufferBytes);
    sink_ = [this](const Event& event) { listener_.on_event(reading_, event, received_ns_); };
    body_ = [this](std::string_view bytes) { clients_[reading_]->events.feed(bytes, sink_); };
}

Swarm::~Swarm() {
    for (const auto& client : clients_) {
        if (client->socket >= 0) ::close(client->socket);
    }
    ::close(epoll_);
}

std::size_t Swarm::add(std::string path) {
    clients_.push_back(std::make_unique<Client>());
    clients_.back()->path = std::move(path);
    wait(clients_.size() - 1, 0);
    return clients_.size() - 1;
}

const std::string& Swarm::last_event_id(std::size_t client) const {
    return clients_.at(client)->events.last_event_id();
}

void Swarm::run() {
    std::array<epoll_event, 512> ready{};
    while (!stopping_.load()) {
        if (redirect_to_.load() != 0) follow_redirect();
        connect_due();
        const int timeout = due_.empty() || connecting_ >= options_.connecting ? kTickMs : 1;
        const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), timeout);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; ++i) {
            const auto index = static_cast<std::size_t>(ready.at(static_cast<std::size_t>(i)).data.u64);
            if (clients_[index]->state == State::kConnecting) {
                connected(index);
            } else {
                read(index);
            }
        }
    }
}

void Swarm::connect_due() {
    const std::int64_t now = monotonic_ns();
    while (!due_.empty() && due_.top().at_ns <= now && connecting_ < options_.connecting) {
        const Due due = due_.top();
        due_.pop();
        const Client& client = *clients_[due.client];
        if (client.state == State::kWaiting && client.attempt == due.attempt) connect(due.client);
    }
}

void Swarm::connect(std::size_t index) {
    Client& client = *clients_[index];
    client.socket = open_socket(index);
    client.response.restart();
    client.events.restart();
    client.state = State::kConnecting;
    ++connecting_;
    const sockaddr_in to = address_of(INADDR_LOOPBACK, options_.port);
    const bool failed = ::connect(client.socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0;
    if (failed && errno != EINPROGRESS) return drop(index, std::generic_category().message(errno));
    epoll_event interest{};
    interest.events = EPOLLOUT;
    interest.data.u64 = index;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.socket, &interest) != 0) fail("epoll_ctl");
}

void Swarm::connected(std::size_t index) {
    Client& client = *clients_[index];
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(client.socket, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return drop(index, std::generic_category().message(error));
    --connecting_;
    client.state = State::kAsked;
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.u64 = index;
    if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, client.socket, &interest) != 0) fail("epoll_ctl");
    ask(index);
}

void Swarm::ask(std::size_t index) {
    const Client& client = *clients_[index];
    std::string request =
        "GET " + client.path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n" + options_.headers;
    const std::string& id = client.events.last_event_id();
    if (!id.empty()) request += "Last-Event-ID: " + id + "\r\n";
    request += "\r\n";
    const ssize_t sent = ::send(client.socket, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request.size())) drop(index, "the request could not be sent");
}

void Swarm::read(std::size_t index) {
    Client& client = *clients_[index];
    if (client.socket < 0) return;
    const ssize_t size = ::recv(client.socket, buffer_.data(), buffer_.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size < 0) return drop(index, std::generic_category().message(errno));
    if (size == 0) return drop(index, "the server closed");
    reading_ = index;
    received_ns_ = monotonic_ns();
    // The first bytes may hold events already: open comes before them.
    const bool asked = client.state == State::kAsked;
    std::string_view bytes(buffer_.data(), static_cast<std::size_t>(size));
    if (asked) {
        std::string held;
        const auto state = client.response.feed(bytes, [&held](std::string_view body) { held += body; });
        if (state == ResponseReader::State::kHead) return;
        if (client.response.status() != 200) return drop(index, "status " + std::to_string(client.response.status()));
        client.state = State::kOpen;
        open_.fetch_add(1);
        listener_.on_open(index);
        body_(held);
    } else {
        client.response.feed(bytes, body_);
    }
    if (client.response.state() == ResponseReader::State::kEnd) drop(index, "the stream ended");
    if (client.response.state() == ResponseReader::State::kBroken) drop(index, "the answer is not HTTP");
}

void Swarm::drop(std::size_t index, std::string_view why) {
    Client& client = *clients_[index];
    if (client.state == State::kConnecting) --connecting_;
    if (client.state == State::kOpen) open_.fetch_sub(1);
    ::close(client.socket);
    client.socket = -1;
    ends_.fetch_add(1);
    // As a browser: another status than 200 is final. 204 says so on purpose; 5xx of a proxy would be retried by hand.
    const bool refused = client.response.state() == ResponseReader::State::kBody && client.response.status() != 200;
    client.state = State::kGone;
    if (options_.reconnect && !refused) {
        const std::int64_t ms = options_.retry_ms >= 0 ? options_.retry_ms : client.events.retry_ms();
        wait(index, ms * kMsNs);
    }
    listener_.on_end(index, why);
}

void Swarm::wait(std::size_t index, std::int64_t delay_ns) {
    Client& client = *clients_[index];
    client.state = State::kWaiting;
    due_.push({monotonic_ns() + delay_ns, index, ++client.attempt});
}

void Swarm::follow_redirect() {
    options_.port = redirect_to_.exchange(0);
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        if (clients_[i]->socket >= 0) drop(i, "redirected");
        wait(i, 0);
    }
}

}  // namespace matchpoint::bench
