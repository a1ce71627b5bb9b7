#include "http/request.h"

#include <algorithm>
#include <iterator>

#include <boost/algorithm/string/predicate.hpp>

namespace matchpoint::http {
namespace {

using boost::beast::http::field;
using boost::beast::http::status;
using boost::beast::http::verb;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// The byte of the escape with which the text begins; nothing if it does not, or with none that is whole.
std::optional<char> escaped_at(std::string_view text) {
    if (text.size() < 3 || text[0] != '%') return std::nullopt;
    const int high = hex_value(text[1]);
    const int low = hex_value(text[2]);
    if (high < 0 || low < 0) return std::nullopt;
    return static_cast<char>(high * 16 + low);
}

void parse_query(std::string_view text, std::vector<std::pair<std::string, std::string>>& query) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        std::string name = form_decode(pair.substr(0, equals));
        if (!name.empty()) query.emplace_back(name, form_decode(pair.substr(std::min(equals + 1, pair.size()))));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool is_host(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return c > ' ' && c < 0x7f &&
               std::string_view("/?#@\\\"<>^`{|}").find(static_cast<char>(c)) == std::string_view::npos;
    });
}

// Takes scheme and host off a whole URL and returns the host; nothing if it is none.
std::optional<std::string> take_host(std::string_view& target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!boost::algorithm::istarts_with(target, scheme)) continue;
        const std::string_view rest = target.substr(scheme.size());
        const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
        target = rest.substr(end);
        return std::string(rest.substr(0, end));
    }
    return std::nullopt;
}

// RFC 9110, 5.3: several lines of a field that is a list are one list.
void join_lines(Message& message, field name) {
    const auto lines = message.equal_range(name);
    if (std::distance(lines.first, lines.second) < 2) return;
    std::string joined;
    for (auto line = lines.first; line != lines.second; ++line) {
        if (!joined.empty()) joined += ", ";
        joined += std::string_view(line->value().data(), line->value().size());
    }
    message.set(name, joined);
}

}  // namespace

std::optional<Refusal> refusal_of(const Message& message) {
    const auto hosts = message.equal_range(field::host);
    const auto count = std::distance(hosts.first, hosts.second);
    if (count > 1 || (count == 0 && message.version() >= 11)) {
        return Refusal{status::bad_request, "a request of HTTP/1.1 has one Host"};
    }
    if (count == 1 && !is_host({hosts.first->value().data(), hosts.first->value().size()})) {
        return Refusal{status::bad_request, "Host names no host"};
    }
    const auto coding = message[field::transfer_encoding];
    if (!coding.empty() && !boost::beast::iequals(coding, "chunked")) {
        return Refusal{status::not_implemented, "the only transfer coding that is taken is chunked"};
    }
    return std::nullopt;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    while (!text.empty()) {
        const auto escaped = escaped_at(text);
        if (!escaped && text.front() == '%') return std::nullopt;
        decoded.push_back(escaped.value_or(text.front()));
        text.remove_prefix(escaped ? 3 : 1);
    }
    return decoded;
}

std::string form_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    while (!text.empty()) {
        const auto escaped = escaped_at(text);
        decoded.push_back(escaped.value_or(text.front() == '+' ? ' ' : text.front()));
        text.remove_prefix(escaped ? 3 : 1);
    }
    return decoded;
}

std::optional<Request> Request::from(Message message) {
    const auto raw = message.target();
    std::string_view target(raw.data(), raw.size());
    const auto host = take_host(target);
    const bool any = target == "*" && message.method() == verb::options;
    if (host ? host->empty() || !is_host(*host) : !target.starts_with('/') && !any) return std::nullopt;
    target = target.substr(0, target.find('#'));
    const std::size_t mark = std::min(target.find('?'), target.size());
    auto path = percent_decode(target.substr(0, mark));
    if (!path || path->find('\0') != std::string::npos) return std::nullopt;
    if (path->empty()) *path = "/";
    Request request;
    request.path = std::move(*path);
    parse_query(target.substr(std::min(mark + 1, target.size())), request.query);
    request.message = std::move(message);
    for (const field list : {field::if_none_match, field::accept_encoding, field::sec_websocket_extensions})
        join_lines(request.message, list);
    if (host) request.message.set(field::host, *host);
    return request;
}

std::string_view Request::header(std::string_view name) const {
    const auto found = message.find(boost::beast::string_view(name.data(), name.size()));
    if (found == message.end()) return {};
    return {found->value().data(), found->value().size()};
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) return value;
    }
    return std::nullopt;
}

}  // namespace matchpoint::http
