// One HTTP request to this machine, for tests. Throws boost::system::system_error if nothing answers.
#pragma once

#include <chrono>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace matchpoint::testing {

struct HttpAnswer {
    unsigned status = 0;
    std::string content_type;
    std::string location;
    std::string body;
};

inline HttpAnswer http_request(boost::beast::http::verb verb, std::uint16_t port, const std::string& target) {
    namespace http = boost::beast::http;
    boost::asio::io_context io;
    boost::beast::tcp_stream stream(io);
    stream.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    http::request<http::empty_body> request{verb, target, 11};
    request.set(http::field::host, "127.0.0.1");
    request.keep_alive(false);
    http::write(stream, request);
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(64U << 20U);
    if (verb == http::verb::head) parser.skip(true);
    http::read(stream, buffer, parser);
    const auto& answer = parser.get();
    return {answer.result_int(), std::string(answer[http::field::content_type]),
            std::string(answer[http::field::location]), answer.body()};
}

inline HttpAnswer http_get(std::uint16_t port, const std::string& target) {
    return http_request(boost::beast::http::verb::get, port, target);
}

}  // namespace matchpoint::testing
