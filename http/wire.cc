#include "http/wire.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <vector>

#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace matchpoint::http {

PlainWire::PlainWire(Socket socket) : socket_(std::move(socket)) {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
}

Wire::Transfer PlainWire::write(std::span<const iovec> pieces) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());  // NOLINT: sendmsg does not write through it
    message.msg_iovlen = std::min<std::size_t>(pieces.size(), IOV_MAX);
    std::size_t wanted = 0;
    for (const iovec& piece : pieces) wanted += piece.iov_len;
    ssize_t sent = 0;
    do {
        sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) return {0, errno == EAGAIN || errno == EWOULDBLOCK ? Status::kWouldBlock : Status::kClosed};
    const auto bytes = static_cast<std::size_t>(sent);
    return {bytes, bytes == wanted ? Status::kDone : Status::kWouldBlock};
}

Wire::Transfer PlainWire::read(char* data, std::size_t size) {
    ssize_t received = 0;
    do {
        received = ::recv(socket_.native_handle(), data, size, MSG_DONTWAIT);
    } while (received < 0 && errno == EINTR);
    if (received > 0) return {static_cast<std::size_t>(received), Status::kDone};
    if (received == 0) return {0, Status::kClosed};
    return {0, errno == EAGAIN || errno == EWOULDBLOCK ? Status::kWouldBlock : Status::kClosed};
}

void PlainWire::when_writable(Ready ready) {
    socket_.async_wait(Socket::wait_write, std::move(ready));
}
void PlainWire::when_readable(Ready ready) {
    socket_.async_wait(Socket::wait_read, std::move(ready));
}

void PlainWire::end_output() {
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
}

void PlainWire::close() {
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_both, ignored);
    socket_.close(ignored);
}

std::string PlainWire::peer() const {
    boost::system::error_code error;
    const auto endpoint = socket_.remote_endpoint(error);
    if (error) return "-";
    // A socket that listens on :: gets the addresses of IPv4 mapped.
    const auto address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

namespace {

template <typename Start>
asio::awaitable<void> wait_for(Start start) {
    co_await asio::async_initiate<decltype(asio::use_awaitable), void(boost::system::error_code)>(
        [start](auto handler) {
            // std::function wants to be copied; the handler can only be moved.
            auto shared = std::make_shared<decltype(handler)>(std::move(handler));
            start([shared](boost::system::error_code error) { std::move (*shared)(error); });
        },
        asio::use_awaitable);
}

[[noreturn]] void ended() {
    throw boost::system::system_error(asio::error::eof);
}

}  // namespace

std::size_t read_now(Wire& wire, char* data, std::size_t size) {
    if (!wire.open()) ended();
    const Wire::Transfer transfer = wire.read(data, size);
    if (transfer.status == Wire::Status::kClosed) ended();
    return transfer.bytes;
}

asio::awaitable<void> wait_readable(Wire& wire) {
    return wait_for([&wire](Wire::Ready ready) { wire.when_readable(std::move(ready)); });
}

asio::awaitable<void> write_all(Wire& wire, std::span<const iovec> pieces, std::size_t* written) {
    std::vector<iovec> rest(pieces.begin(), pieces.end());
    auto first = rest.begin();
    while (first != rest.end()) {
        if (!wire.open()) ended();
        const Wire::Transfer transfer = wire.write({first, rest.end()});
        if (transfer.status == Wire::Status::kClosed) ended();
        std::size_t sent = transfer.bytes;
        if (written != nullptr) *written += sent;
        while (first != rest.end() && sent >= first->iov_len) sent -= (first++)->iov_len;
        if (first == rest.end()) co_return;
        first->iov_base = static_cast<char*>(first->iov_base) + sent;
        first->iov_len -= sent;
        if (transfer.status == Wire::Status::kWouldBlock) {
            co_await wait_for([&wire](Wire::Ready ready) { wire.when_writable(std::move(ready)); });
        }
    }
}

}  // namespace matchpoint::http
