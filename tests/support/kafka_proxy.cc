#include "tests/support/kafka_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

namespace matchpoint::testing {
namespace {

using Api = KafkaProxy::Api;

constexpr std::size_t kLargestFrame = 128U << 20U;
// A request begins with its kind, a version and the number that its answer begins with.
constexpr std::size_t kCorrelationAt = 4;
constexpr std::size_t kCorrelationBytes = 4;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(port);
    return at;
}

bool read_exactly(int fd, char* to, std::size_t size) {
    while (size > 0) {
        const ssize_t got = ::recv(fd, to, size, 0);
        if (got <= 0) return false;
        to += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

bool write_all(int fd, const char* from, std::size_t size) {
    while (size > 0) {
        const ssize_t put = ::send(fd, from, size, MSG_NOSIGNAL);
        if (put <= 0) return false;
        from += put;
        size -= static_cast<std::size_t>(put);
    }
    return true;
}

// A length of four bytes, big-endian, and as many bytes.
std::optional<std::string> read_frame(int fd) {
    std::uint32_t length = 0;
    if (!read_exactly(fd, reinterpret_cast<char*>(&length), sizeof length)) return std::nullopt;
    length = ntohl(length);
    if (length > kLargestFrame) return std::nullopt;
    std::string frame(length, '\0');
    if (!read_exactly(fd, frame.data(), frame.size())) return std::nullopt;
    return frame;
}

bool write_frame(int fd, const std::string& frame) {
    const std::uint32_t length = htonl(static_cast<std::uint32_t>(frame.size()));
    return write_all(fd, reinterpret_cast<const char*>(&length), sizeof length) &&
           write_all(fd, frame.data(), frame.size());
}

// The first two bytes of a request.
Api api_of(const std::string& request) {
    std::uint16_t number = 0;
    if (request.size() >= sizeof number) std::memcpy(&number, request.data(), sizeof number);
    return static_cast<Api>(ntohs(number));
}

struct Connection {
    struct Request {
        Api api{};
        bool lose_answer = false;
    };
    int client = -1;
    int broker = -1;
    std::deque<Request> unanswered;  // Kafka answers in order
    std::mutex answering;
    std::thread requests;
    std::thread answers;

    void cut() const {
        ::shutdown(client, SHUT_RDWR);
        ::shutdown(broker, SHUT_RDWR);
    }
};

}  // namespace

class KafkaProxy::Impl {
  public:
    Impl() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in at = loopback(0);
        socklen_t size = sizeof at;
        if (::bind(listener_, reinterpret_cast<const sockaddr*>(&at), size) != 0 || ::listen(listener_, 128) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0) {
            throw std::runtime_error("the proxy cannot listen");
        }
        port_ = ntohs(at.sin_port);
        acceptor_ = std::thread([this] { accept(); });
    }

    ~Impl() {
        {
            const std::scoped_lock lock(mutex_);
            ending_ = true;
            for (const Connection& connection : connections_) connection.cut();
        }
        changed_.notify_all();
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        for (Connection& connection : connections_) {
            connection.requests.join();
            connection.answers.join();
            ::close(connection.client);
            ::close(connection.broker);
        }
        ::close(listener_);
    }

    template <typename Change>
    void command(Change&& change) {
        const std::scoped_lock lock(mutex_);
        change(*this);
        changed_.notify_all();
    }

    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;  // guards what follows
    std::uint16_t broker_port_ = 0;
    std::multiset<Api> cut_before_;
    std::multiset<Api> cut_after_;
    std::set<Api> held_;
    std::map<Api, std::string> instead_;
    bool black_hole_ = false;
    std::map<Api, std::int64_t> seen_;
    std::int64_t failures_ = 0;
    std::list<Connection> connections_;  // the ended ones too

  private:
    void accept() {
        while (true) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0) return;
            const std::scoped_lock lock(mutex_);
            const int broker = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            const sockaddr_in at = loopback(broker_port_);
            if (ending_ || ::connect(broker, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) {
                ::close(broker);
                ::close(client);
                continue;
            }
            for (const int fd : {client, broker}) {
                const int on = 1;
                ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            }
            Connection& added = connections_.emplace_back();
            added.client = client;
            added.broker = broker;
            added.requests = std::thread([this, &added] { pass_requests(added); });
            added.answers = std::thread([this, &added] { pass_answers(added); });
        }
    }

    void pass_requests(Connection& connection) {
        while (const auto frame = read_frame(connection.client)) {
            const Api api = api_of(*frame);
            {
                std::unique_lock lock(mutex_);
                ++seen_[api];
                changed_.wait(lock, [this] { return !black_hole_ || ending_; });
                if (take(cut_before_, api)) break;
                if (const auto body = instead_.find(api); body != instead_.end()) {
                    ++failures_;
                    const std::string forged = frame->substr(kCorrelationAt, kCorrelationBytes) + body->second;
                    lock.unlock();
                    if (!answer(connection, forged)) break;
                    continue;
                }
                connection.unanswered.push_back({api, take(cut_after_, api)});
            }
            if (!write_frame(connection.broker, *frame)) break;
        }
        connection.cut();
    }

    void pass_answers(Connection& connection) {
        while (auto frame = read_frame(connection.broker)) {
            {
                std::unique_lock lock(mutex_);
                if (connection.unanswered.empty()) break;
                const Connection::Request request = connection.unanswered.front();
                connection.unanswered.pop_front();
                if (request.lose_answer) break;
                if (held_.contains(request.api)) ++failures_;
                changed_.wait(lock, [&] { return ending_ || (!black_hole_ && !held_.contains(request.api)); });
            }
            if (!answer(connection, *frame)) break;
        }
        connection.cut();
    }

    // From both threads of the connection.
    static bool answer(Connection& connection, const std::string& frame) {
        const std::scoped_lock lock(connection.answering);
        return write_frame(connection.client, frame);
    }

    bool take(std::multiset<Api>& wanted, Api api) {
        const auto found = wanted.find(api);
        if (found == wanted.end()) return false;
        wanted.erase(found);
        ++failures_;
        return true;
    }

    int listener_;
    std::condition_variable changed_;
    bool ending_ = false;
    std::thread acceptor_;
};

KafkaProxy::KafkaProxy() : impl_(std::make_unique<Impl>()) {}

KafkaProxy::~KafkaProxy() = default;

std::uint16_t KafkaProxy::port() const {
    return impl_->port_;
}

std::string KafkaProxy::address() const {
    return "127.0.0.1:" + std::to_string(port());
}

void KafkaProxy::forward_to(std::uint16_t port) {
    impl_->command([port](Impl& impl) { impl.broker_port_ = port; });
}

void KafkaProxy::cut_before(Api api) {
    impl_->command([api](Impl& impl) { impl.cut_before_.insert(api); });
}

void KafkaProxy::cut_after(Api api) {
    impl_->command([api](Impl& impl) { impl.cut_after_.insert(api); });
}

void KafkaProxy::hold_answers(Api api) {
    impl_->command([api](Impl& impl) { impl.held_.insert(api); });
}

void KafkaProxy::black_hole() {
    impl_->command([](Impl& impl) { impl.black_hole_ = true; });
}

void KafkaProxy::answer_instead(Api api, std::string body) {
    impl_->command([&](Impl& impl) { impl.instead_[api] = std::move(body); });
}

void KafkaProxy::pass() {
    impl_->command([](Impl& impl) {
        impl.cut_before_.clear();
        impl.cut_after_.clear();
        impl.held_.clear();
        impl.instead_.clear();
        impl.black_hole_ = false;
    });
}

void KafkaProxy::cut() {
    impl_->command([](Impl& impl) {
        for (const Connection& connection : impl.connections_) connection.cut();
    });
}

std::int64_t KafkaProxy::requests(Api api) const {
    const std::scoped_lock lock(impl_->mutex_);
    const auto found = impl_->seen_.find(api);
    return found == impl_->seen_.end() ? 0 : found->second;
}

std::int64_t KafkaProxy::failures() const {
    const std::scoped_lock lock(impl_->mutex_);
    return impl_->failures_;
}

}  // namespace matchpoint::testing
