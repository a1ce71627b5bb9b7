#include "http/response.h"

#include <algorithm>
#include <ctime>
#include <functional>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "http/compress.h"
#include "http/log/record.h"

namespace matchpoint::http {
namespace {

namespace beast_http = boost::beast::http;

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

std::string without_mark(std::string_view etag) {
    std::string plain(etag);
    for (const std::string_view mark : kCodingMarks) {
        const std::size_t at = plain.rfind(mark);
        if (at != std::string::npos) plain.erase(at, mark.size());
    }
    return plain;
}

// The validator among those named that stands for this content, perhaps of a compressed answer; empty if none does.
std::string_view matching(std::string_view if_none_match, std::string_view etag) {
    if (if_none_match == "*") return etag;
    while (!if_none_match.empty()) {
        const std::size_t comma = std::min(if_none_match.find(','), if_none_match.size());
        std::string_view one = if_none_match.substr(0, comma);
        while (one.starts_with(' ') || one.starts_with('\t')) one.remove_prefix(1);
        while (one.ends_with(' ') || one.ends_with('\t')) one.remove_suffix(1);
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == etag || without_mark(one) == etag) return one;
        if_none_match.remove_prefix(std::min(comma + 1, if_none_match.size()));
    }
    return {};
}

std::string fields(const Response& response) {
    const unsigned code = response.header.result_int();
    std::string head =
        fmt::format("HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", code,
                    view(beast_http::obsolete_reason(response.header.result())), fmt::gmtime(std::time(nullptr)));
    for (const auto& field : response.header) {
        head.append(view(field.name_string())).append(": ").append(view(field.value())).append("\r\n");
    }
    return head;
}

}  // namespace

void Response::set(std::string_view name, std::string_view value) {
    header.set(boost::beast::string_view(name.data(), name.size()),
               boost::beast::string_view(value.data(), value.size()));
}

Response make_response(status code, std::string_view content_type, Body body) {
    Response response;
    response.header.result(code);
    if (!content_type.empty()) response.set("Content-Type", content_type);
    response.body = std::move(body);
    return response;
}

Response make_problem(status code, std::string_view detail, std::string_view members) {
    auto body = fmt::format(R"({{"title":{},"status":{},"detail":{}{}{}}})", json_string(view(obsolete_reason(code))),
                            static_cast<unsigned>(code), json_string(detail), members.empty() ? "" : ",", members);
    Response response =
        make_response(code, "application/problem+json", std::make_shared<const std::string>(std::move(body)));
    response.set("Cache-Control", "no-store");
    return response;
}

std::string etag_of(std::string_view body) {
    return fmt::format("\"{:016x}\"", std::hash<std::string_view>{}(body));
}

Response with_etag(Response response, std::string_view etag, std::string_view if_none_match) {
    response.set("ETag", etag);
    const std::string_view known = matching(if_none_match, etag);
    if (known.empty()) return response;
    response.set("ETag", known);
    if (pays_to_compress(response)) response.header.insert(beast_http::field::vary, "Accept-Encoding");
    response.header.result(status::not_modified);
    response.header.erase(beast_http::field::content_type);
    response.body.reset();
    return response;
}

std::string serialize_head(const Response& response, bool keep_alive) {
    std::string head = fields(response);
    const status code = response.header.result();
    if (code != status::no_content && code != status::not_modified) {
        fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body ? response.body->size() : 0);
    }
    head.append(keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
    return head;
}

std::string serialize_bare_head(const Response& response, bool keep_alive) {
    return fields(response) + (keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

std::string serialize_stream_head(const Response& response, bool chunked) {
    std::string head = fields(response);
    head.append(chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Connection: close\r\n\r\n");
    return head;
}

}  // namespace matchpoint::http
