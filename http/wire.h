// The bytes' way to a client: a socket, plain or under TLS, used without blocking. A shard's thread owns it.
#pragma once

#include <sys/uio.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

namespace matchpoint::http {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

class Wire {
  public:
    enum class Status : std::uint8_t { kDone, kWouldBlock, kClosed };
    struct Transfer {
        std::size_t bytes = 0;
        Status status = Status::kDone;
    };
    using Ready = std::function<void(boost::system::error_code)>;

    virtual ~Wire() = default;
    // As much as goes without waiting; kWouldBlock if not all did.
    [[nodiscard]] virtual Transfer write(std::span<const iovec> pieces) = 0;
    // kClosed at the end of input; kWouldBlock if there is nothing.
    [[nodiscard]] virtual Transfer read(char* data, std::size_t size) = 0;
    // Called once, when write() or read() may get further, or with an error once close() was called.
    virtual void when_writable(Ready ready) = 0;
    virtual void when_readable(Ready ready) = 0;
    // Nothing more will be written; what the client still sends can be read.
    virtual void end_output() = 0;
    // Everything under way ends with operation_aborted.
    virtual void close() = 0;
    [[nodiscard]] virtual bool open() const = 0;
    [[nodiscard]] virtual std::string peer() const = 0;  // address without port
};

class PlainWire final : public Wire {
  public:
    explicit PlainWire(Socket socket);
    [[nodiscard]] Transfer write(std::span<const iovec> pieces) override;
    [[nodiscard]] Transfer read(char* data, std::size_t size) override;
    void when_writable(Ready ready) override;
    void when_readable(Ready ready) override;
    void end_output() override;
    void close() override;
    [[nodiscard]] bool open() const override { return socket_.is_open(); }
    [[nodiscard]] std::string peer() const override;

  private:
    Socket socket_;
};

[[nodiscard]] inline iovec piece_of(std::string_view bytes) {
    return {const_cast<char*>(bytes.data()), bytes.size()};  // NOLINT: only read from
}

// For loops that read or write as coroutines. They throw boost::system::system_error when the wire ends.
// What is there; 0 if there is nothing yet.
[[nodiscard]] std::size_t read_now(Wire& wire, char* data, std::size_t size);
[[nodiscard]] boost::asio::awaitable<void> wait_readable(Wire& wire);
// `written` grows with what the socket has taken, also before a throw.
[[nodiscard]] boost::asio::awaitable<void> write_all(Wire& wire, std::span<const iovec> pieces,
                                                     std::size_t* written = nullptr);

}  // namespace matchpoint::http
