#include "processor/ops/ops_server.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "processor/streams/base/error.h"

namespace matchpoint::ops {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::use_awaitable;
using asio::ip::tcp;

constexpr std::size_t kMaxConnections = 64;
constexpr std::uint32_t kMaxHeaderBytes = 16 * 1024;
constexpr std::uint64_t kMaxBodyBytes = 1024;  // none is expected
constexpr auto kRequestTimeout = std::chrono::seconds(10);
constexpr auto kIdleTimeout = std::chrono::seconds(60);
constexpr auto kAcceptPause = std::chrono::milliseconds(100);

using Request = http::request<http::string_body>;
using Answer = http::response<http::string_body>;

Answer to_answer(const Request& request, const Response& response) {
    Answer answer{static_cast<http::status>(response.status), request.version()};
    answer.keep_alive(request.keep_alive());
    answer.set(http::field::content_type, response.content_type);
    answer.set(http::field::cache_control, "no-store");
    answer.set("X-Content-Type-Options", "nosniff");
    if (!response.location.empty()) answer.set(http::field::location, response.location);
    if (response.status == 405) answer.set(http::field::allow, "GET, HEAD");
    answer.content_length(response.body.size());
    if (request.method() != http::verb::head) answer.body() = response.body;
    return answer;
}

}  // namespace

class OpsServer::Impl {
  public:
    Impl(const std::string& address, std::uint16_t port, Handler handler, std::shared_ptr<spdlog::logger> logger)
        : handler_(std::move(handler)), logger_(std::move(logger)), acceptor_(io_) {
        try {
            const tcp::endpoint endpoint(asio::ip::make_address(address), port);
            acceptor_.open(endpoint.protocol());
            acceptor_.set_option(asio::socket_base::reuse_address(true));
            acceptor_.bind(endpoint);
            acceptor_.listen();
        } catch (const boost::system::system_error& error) {
            throw streams::ConfigError(
                fmt::format("the ops port cannot listen on {}:{}: {}; ops.address takes a numeric address of this "
                            "machine, ops.port a free port, 0 for any, or off",
                            address, port, error.code().message()));
        }
        asio::co_spawn(io_, accept(), asio::detached);
        thread_ = std::thread([this] { run(); });
    }
    ~Impl() {
        io_.stop();
        thread_.join();
    }
    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  private:
    void run() {
        for (;;) {
            try {
                io_.run();
                return;
            } catch (const std::exception& error) {
                logger_->error("ops port: {}", error.what());
            }
        }
    }

    asio::awaitable<void> accept() {
        for (;;) {
            boost::system::error_code error;
            tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(use_awaitable, error));
            if (error) {
                // Out of descriptors, say: what is open goes on.
                asio::steady_timer pause(io_, kAcceptPause);
                co_await pause.async_wait(asio::redirect_error(use_awaitable, error));
                continue;
            }
            if (connections_ >= kMaxConnections) continue;  // closes it
            asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
        }
    }

    asio::awaitable<void> serve(tcp::socket socket) {
        ++connections_;
        const std::shared_ptr<void> leave(nullptr, [this](void*) { --connections_; });
        beast::tcp_stream stream(std::move(socket));
        beast::flat_buffer buffer(kMaxHeaderBytes + kMaxBodyBytes);
        bool more = true;
        while (more) {
            http::request_parser<http::string_body> parser;
            parser.header_limit(kMaxHeaderBytes);
            parser.body_limit(kMaxBodyBytes);
            boost::system::error_code error;
            stream.expires_after(kIdleTimeout);
            co_await http::async_read(stream, buffer, parser, asio::redirect_error(use_awaitable, error));
            if (error) break;
            const Request request = parser.release();
            Answer answer = to_answer(request, respond(request));
            more = answer.keep_alive();
            stream.expires_after(kRequestTimeout);
            co_await http::async_write(stream, answer, asio::redirect_error(use_awaitable, error));
            if (error) break;
        }
        boost::system::error_code ignored;
        stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    Response respond(const Request& request) {
        if (request.method() != http::verb::get && request.method() != http::verb::head) {
            return {405, "text/plain; charset=utf-8", "only GET and HEAD are answered here\n", {}};
        }
        try {
            return handler_(std::string(request.target()));
        } catch (const std::exception& error) {
            logger_->error("ops port: {}: {}", std::string(request.target()), error.what());
            return {500, "text/plain; charset=utf-8", fmt::format("{}\n", error.what()), {}};
        }
    }

    Handler handler_;
    std::shared_ptr<spdlog::logger> logger_;
    std::size_t connections_ = 0;
    asio::io_context io_{1};
    tcp::acceptor acceptor_;
    std::thread thread_;
};

OpsServer::OpsServer(const std::string& address, std::uint16_t port, Handler handler,
                     std::shared_ptr<spdlog::logger> logger)
    : impl_(std::make_unique<Impl>(address, port, std::move(handler), std::move(logger))) {}

OpsServer::~OpsServer() = default;

std::uint16_t OpsServer::port() const {
    return impl_->port();
}

}  // namespace matchpoint::ops
