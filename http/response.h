// An answer: Beast's header fields, and a body that may be shared with other answers. A value of one session.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/beast/http/message.hpp>

namespace matchpoint::http {

using Body = std::shared_ptr<const std::string>;
using boost::beast::http::status;

struct Response {
    boost::beast::http::response_header<> header;
    Body body;

    void set(std::string_view name, std::string_view value);
};

[[nodiscard]] Response make_response(status code, std::string_view content_type, Body body);
// RFC 9457, application/problem+json; `members` are further members of the object, as JSON.
[[nodiscard]] Response make_problem(status code, std::string_view detail, std::string_view members = {});
// At the end of the validator of a body that is sent compressed.
inline constexpr std::string_view kCodingMarks[] = {"-gzip", "-zstd"};
// A strong validator, with its quotes: other content, another tag, whoever asks and whatever became of the topic.
[[nodiscard]] std::string etag_of(std::string_view body);
// 304 if the client has it already, compressed or not, with the validator that the client named and the fields that a
// cache would have got with the answer itself. `etag` with its quotes.
[[nodiscard]] Response with_etag(Response response, std::string_view etag, std::string_view if_none_match);

// Status line and fields, with Date, and Content-Length where there can be a body.
[[nodiscard]] std::string serialize_head(const Response& response, bool keep_alive);
// Of an answer to HEAD where GET would not end.
[[nodiscard]] std::string serialize_bare_head(const Response& response, bool keep_alive);
// The header of an endless answer.
[[nodiscard]] std::string serialize_stream_head(const Response& response, bool chunked);

}  // namespace matchpoint::http
