#include "processor/streams/kafka/broker_connection.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace matchpoint::streams::kafka {
namespace {

using AddressHandle = Handle<addrinfo, freeaddrinfo>;

constexpr std::uint32_t kLargestResponse = 1U << 20U;

[[noreturn]] void fail(const std::string& what, int error) {
    throw std::runtime_error(what + ": " + std::strerror(error));
}

AddressHandle resolve(const std::string& host, const std::string& port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    if (const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &raw); error != 0)
        throw std::runtime_error("cannot resolve " + host + ": " + gai_strerror(error));
    return AddressHandle(raw);
}

std::string_view without_scheme(std::string_view server) {
    while (!server.empty() && server.front() == ' ') server.remove_prefix(1);
    while (!server.empty() && server.back() == ' ') server.remove_suffix(1);
    const std::size_t scheme = server.find("://");
    return scheme == std::string_view::npos ? server : server.substr(scheme + 3);
}

// Where the port's colon is; npos without a port.
std::size_t colon_of(std::string_view server) {
    const std::size_t colon = server.rfind(':');
    const std::size_t bracket = server.rfind(']');
    return bracket != std::string_view::npos && colon != std::string_view::npos && colon < bracket
               ? std::string_view::npos
               : colon;
}

}  // namespace

BrokerConnection::BrokerConnection(const std::string& host, const std::string& port, Deadline deadline)
    : deadline_(deadline) {
    const AddressHandle addresses = resolve(host, port);
    int error = EHOSTUNREACH;
    for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
        fd_ = socket(each->ai_family, each->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, each->ai_protocol);
        if (fd_ < 0) continue;
        error = connect(fd_, each->ai_addr, each->ai_addrlen) == 0 ? 0 : errno;
        if (error == EINPROGRESS) {
            pollfd waiting{fd_, POLLOUT, 0};
            socklen_t size = sizeof error;
            error = ETIMEDOUT;
            if (::poll(&waiting, 1, to_ms(deadline_.left())) == 1) getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
        }
        if (error == 0) return;
        close(fd_);
        fd_ = -1;
    }
    fail("cannot connect to " + host + ":" + port, error);
}

BrokerConnection::~BrokerConnection() {
    if (fd_ >= 0) close(fd_);
}

void BrokerConnection::wait_for(short events) {
    pollfd waiting{fd_, events, 0};
    if (::poll(&waiting, 1, to_ms(deadline_.left())) != 1) throw std::runtime_error("no answer in time");
}

void BrokerConnection::send_all(BytesView data) {
    while (!data.empty()) {
        const ssize_t sent = send(fd_, data.data(), data.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) fail("cannot send", errno);
        if (sent < 0) {
            wait_for(POLLOUT);
        } else {
            data.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
}

Bytes BrokerConnection::receive(std::size_t size) {
    Bytes data(size, '\0');
    for (std::size_t have = 0; have < size;) {
        const ssize_t got = recv(fd_, data.data() + have, size - have, 0);
        if (got == 0) throw std::runtime_error("the broker closed the connection");
        if (got < 0 && errno != EAGAIN && errno != EINTR) fail("cannot receive", errno);
        if (got < 0) {
            wait_for(POLLIN);
        } else {
            have += static_cast<std::size_t>(got);
        }
    }
    return data;
}

Bytes BrokerConnection::call(std::int16_t api_key, std::int16_t version, const std::string& client_id, BytesView body) {
    constexpr std::uint32_t kCorrelation = 1;
    Bytes request;
    append_be16(request, static_cast<std::uint16_t>(api_key));
    append_be16(request, static_cast<std::uint16_t>(version));
    append_be32(request, kCorrelation);
    append_kafka_string(request, client_id);
    request.append(body);
    Bytes size;
    append_be32(size, static_cast<std::uint32_t>(request.size()));
    send_all(size + request);
    const std::uint32_t response_size = read_be32(receive(4).data());
    if (response_size < 4 || response_size > kLargestResponse) throw std::runtime_error("this is not a Kafka broker");
    Bytes response = receive(response_size);
    if (read_be32(response.data()) != kCorrelation) throw std::runtime_error("this is not a Kafka broker");
    return response.substr(4);
}

void append_kafka_string(Bytes& out, BytesView value) {
    append_be16(out, static_cast<std::uint16_t>(value.size()));
    out.append(value);
}

std::int16_t read_kafka_int16(ByteReader& reader) {
    const BytesView raw = reader.take(2);
    return raw.empty() ? std::int16_t{0} : static_cast<std::int16_t>(read_be16(raw.data()));
}

BytesView read_kafka_string(ByteReader& reader) {
    const std::int16_t size = read_kafka_int16(reader);
    return size <= 0 ? BytesView() : reader.take(static_cast<std::size_t>(size));
}

std::string host_of(std::string_view server) {
    server = without_scheme(server);
    std::string_view host = server.substr(0, colon_of(server));
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return std::string(host);
}

std::string port_of(std::string_view server) {
    server = without_scheme(server);
    const std::size_t colon = colon_of(server);
    return colon == std::string_view::npos ? "9092" : std::string(server.substr(colon + 1));
}

}  // namespace matchpoint::streams::kafka
