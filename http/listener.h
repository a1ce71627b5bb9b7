// Takes connections from one port on one shard's thread. Several may share a port; the kernel spreads what comes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/wire.h"

namespace matchpoint::http {

// Throws boost::system::system_error if a listener of another process or option has the port: SO_REUSEPORT, by which
// our shards share one, would let both have it and each get some of the connections.
void require_free_port(const std::string& address, std::uint16_t port);

class Listener {
  public:
    using OnConnection = std::function<void(Socket)>;
    using OnFailure = std::function<void(boost::system::error_code)>;

    // Binds; a port of 0 takes a free one. Throws boost::system::system_error. `on_failure` is told when a connection
    // could not be accepted; it waits in the backlog, and is tried again.
    Listener(boost::asio::io_context& io, const std::string& address, std::uint16_t port, OnConnection on_connection,
             OnFailure on_failure);
    [[nodiscard]] std::uint16_t port() const;
    void start();
    // No more connections; those in the backlog are reset.
    void stop();

  private:
    using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
    void accept();

    Acceptor acceptor_;
    boost::asio::steady_timer pause_;
    OnConnection on_connection_;
    OnFailure on_failure_;
};

}  // namespace matchpoint::http
