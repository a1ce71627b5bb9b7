#include "http/listener.h"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>

#include <boost/asio/ip/address.hpp>
#include <boost/system/system_error.hpp>

namespace asio = boost::asio;
using boost::asio::ip::tcp;

namespace matchpoint::http {
namespace {

constexpr int kBacklog = 4096;
constexpr std::chrono::milliseconds kPause{50};

void enable(int descriptor, int option) {
    const int on = 1;
    if (::setsockopt(descriptor, SOL_SOCKET, option, &on, sizeof on) != 0) {
        throw boost::system::system_error({errno, boost::system::system_category()}, "setsockopt");
    }
}

}  // namespace

void require_free_port(const std::string& address, std::uint16_t port) {
    asio::io_context io;
    const tcp::endpoint endpoint(asio::ip::make_address(address), port);
    tcp::acceptor acceptor(io);
    acceptor.open(endpoint.protocol());
    enable(acceptor.native_handle(), SO_REUSEADDR);
    acceptor.bind(endpoint);
}

Listener::Listener(asio::io_context& io, const std::string& address, std::uint16_t port, OnConnection on_connection,
                   OnFailure on_failure)
    : acceptor_(io), pause_(io), on_connection_(std::move(on_connection)), on_failure_(std::move(on_failure)) {
    const tcp::endpoint endpoint(asio::ip::make_address(address), port);
    acceptor_.open(endpoint.protocol());
    enable(acceptor_.native_handle(), SO_REUSEADDR);
    enable(acceptor_.native_handle(), SO_REUSEPORT);
    acceptor_.bind(endpoint);
    acceptor_.listen(kBacklog);
}

std::uint16_t Listener::port() const {
    return acceptor_.local_endpoint().port();
}

void Listener::start() {
    accept();
}

void Listener::stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
}

void Listener::accept() {
    acceptor_.async_accept([this](boost::system::error_code error, Socket socket) {
        if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
        if (error) {
            // Out of descriptors or memory: what is open goes on, newcomers wait in the backlog.
            on_failure_(error);
            pause_.expires_after(kPause);
            pause_.async_wait([this](boost::system::error_code aborted) {
                if (!aborted) accept();
            });
            return;
        }
        boost::system::error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        socket.set_option(asio::socket_base::keep_alive(true), ignored);
        on_connection_(std::move(socket));
        accept();
    });
}

}  // namespace matchpoint::http
