// A request as the router sees it: decoded target, the headers that matter, the body. A value of one session.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace matchpoint::http {

using Message = boost::beast::http::request<boost::beast::http::string_body>;

// Why a message that could be read is not answered as a request.
struct Refusal {
    boost::beast::http::status code = boost::beast::http::status::bad_request;
    std::string_view detail;
};
// Nothing if HTTP lets it be answered: one host is named, and the body came in a coding that is taken here.
[[nodiscard]] std::optional<Refusal> refusal_of(const Message& message);

struct Request {
    Message message;
    std::string path;  // percent-decoded
    std::vector<std::pair<std::string, std::string>> query;
    std::string peer;  // the client's address, as far as it is known

    // The target is a path, a whole URL, as proxies write it, whose host then counts instead of the header's, or, for
    // OPTIONS, "*". Nothing if it is neither or is wrongly encoded.
    [[nodiscard]] static std::optional<Request> from(Message message);

    [[nodiscard]] std::string_view method() const {
        return {message.method_string().data(), message.method_string().size()};
    }
    [[nodiscard]] std::string_view header(std::string_view name) const;
    // The first of that name; nothing if there is none.
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

// Of a path. Nothing if an escape is cut or not hexadecimal.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
// Of a query, as the URL standard's form decoding has it: a plus is a blank, and what is no escape stays as it is.
[[nodiscard]] std::string form_decode(std::string_view text);

}  // namespace matchpoint::http
