// A Wire as Asio's asynchronous stream, for Beast's WebSocket. Refers to the wire, which must outlive it.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>

#include "http/wire.h"

namespace matchpoint::http {

class WireStream {
  public:
    using executor_type = boost::asio::io_context::executor_type;

    WireStream(Wire& wire, boost::asio::io_context& io) : wire_(wire), io_(io) {}
    [[nodiscard]] executor_type get_executor() const { return io_.get_executor(); }
    [[nodiscard]] Wire& wire() const { return wire_; }

    template <typename Buffers, typename Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        const boost::asio::mutable_buffer first = first_of<boost::asio::mutable_buffer>(buffers);
        return start([this, first] { return wire_.read(static_cast<char*>(first.data()), first.size()); },
                     [this](Wire::Ready ready) { wire_.when_readable(std::move(ready)); }, std::forward<Token>(token));
    }
    template <typename Buffers, typename Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        const boost::asio::const_buffer first = first_of<boost::asio::const_buffer>(buffers);
        return start(
            [this, first] {
                const iovec piece{const_cast<void*>(first.data()), first.size()};  // NOLINT: only read from
                return wire_.write({&piece, 1});
            },
            [this](Wire::Ready ready) { wire_.when_writable(std::move(ready)); }, std::forward<Token>(token));
    }

  private:
    // "Some" may be the first buffer that is not empty.
    template <typename Buffer, typename Buffers>
    static Buffer first_of(const Buffers& buffers) {
        for (auto it = boost::asio::buffer_sequence_begin(buffers); it != boost::asio::buffer_sequence_end(buffers);
             ++it) {
            const Buffer buffer(*it);
            if (buffer.size() > 0) return buffer;
        }
        return {};
    }

    template <typename Try, typename Wait, typename Token>
    auto start(Try attempt, Wait wait, Token&& token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this, attempt, wait](auto handler) {
                // std::function wants to be copied; the handler can only be moved.
                auto shared = std::make_shared<decltype(handler)>(std::move(handler));
                const auto finish = [shared, &io = io_](boost::system::error_code error, std::size_t bytes) {
                    boost::asio::post(io, [shared, error, bytes] { std::move (*shared)(error, bytes); });
                };
                go_on(attempt, wait, finish);
            },
            token);
    }
    template <typename Try, typename Wait, typename Finish>
    static void go_on(Try attempt, Wait wait, Finish finish) {
        const Wire::Transfer transfer = attempt();
        if (transfer.bytes > 0 || transfer.status == Wire::Status::kDone) return finish({}, transfer.bytes);
        if (transfer.status == Wire::Status::kClosed) return finish(boost::asio::error::eof, 0);
        wait([attempt, wait, finish](boost::system::error_code error) {
            if (error) return finish(error, 0);
            go_on(attempt, wait, finish);
        });
    }

    Wire& wire_;
    boost::asio::io_context& io_;
};

// What Beast calls when a time-out ends the connection.
inline void beast_close_socket(WireStream& stream) {
    stream.wire().close();
}

namespace detail {

// Reads what the client still sends, into nothing, until it ends, sends too much or the wire is closed.
template <typename Done>
void drain(Wire& wire, std::size_t most, Done done) {
    std::array<char, 16'384> nothing;
    for (;;) {
        if (!wire.open()) return done();
        const Wire::Transfer transfer = wire.read(nothing.data(), nothing.size());
        if (transfer.status == Wire::Status::kClosed || transfer.bytes >= most) return done();
        most -= transfer.bytes;
        if (transfer.bytes == 0) break;
    }
    wire.when_readable([&wire, most, done](boost::system::error_code error) {
        if (error) return done();
        drain(wire, most, done);
    });
}

}  // namespace detail

// How Beast ends the connection after the closing handshake or a breach of the protocol. A socket that is closed with
// input unread is reset, and the client may never see the close frame that says why. Beast's time-out ends a client
// that sends on.
inline void teardown(boost::beast::role_type, WireStream& stream, boost::system::error_code& error) {
    stream.wire().close();
    error = {};
}
template <typename Handler>
void async_teardown(boost::beast::role_type, WireStream& stream, Handler&& handler) {
    constexpr std::size_t kMostDrained = 8U << 20U;
    stream.wire().end_output();
    // std::function wants to be copied; the handler can only be moved.
    auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
    detail::drain(stream.wire(), kMostDrained, [shared, &stream] {
        stream.wire().close();
        boost::asio::post(stream.get_executor(), [shared] { std::move (*shared)(boost::system::error_code{}); });
    });
}

}  // namespace matchpoint::http
