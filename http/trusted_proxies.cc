#include "http/trusted_proxies.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/algorithm/string/predicate.hpp>

#include "http/log/filter.h"

namespace asio = boost::asio;

namespace matchpoint::http {
namespace {

using asio::ip::address;

constexpr std::size_t kLongestAddress = 45;  // of IPv6 with the last part as IPv4

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// One client has one address, however the socket or the proxy spells it.
address plain(const address& any) {
    if (any.is_v6() && any.to_v6().is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, any.to_v6());
    return any;
}

// Without a zone: that means something on one machine only.
std::optional<address> address_in(std::string_view text) {
    if (text.empty() || text.size() > kLongestAddress || text.find('%') != std::string_view::npos) return std::nullopt;
    boost::system::error_code error;
    const address parsed = asio::ip::make_address(std::string(text), error);
    return error ? std::nullopt : std::optional(plain(parsed));
}

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1], [2001:db8::1]:80; nothing for "unknown" and all else.
std::optional<address> node_in(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view port = text.substr(end + 1);
        if (!port.empty() && !(port.front() == ':' && is_port(port.substr(1)))) return std::nullopt;
        const auto inside = address_in(text.substr(1, end - 1));
        const bool had_colon = text.substr(0, end).find(':') != std::string_view::npos;
        return had_colon ? inside : std::nullopt;
    }
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
        return is_port(text.substr(colon + 1)) ? address_in(text.substr(0, colon)) : std::nullopt;
    }
    return address_in(text);
}

// Cuts off the last element of a list whose separators count outside quotes only. Read from its end, since what the
// last proxy wrote is well-formed whatever it was added to.
std::string_view take_last(std::string_view& list, char separator) {
    bool quoted = false;
    std::size_t begin = list.size();
    for (; begin > 0; --begin) {
        const char c = list[begin - 1];
        if (c == '"') quoted = !quoted;
        if (c == separator && !quoted) break;
    }
    const std::string_view last = list.substr(begin);
    list = list.substr(0, begin > 0 ? begin - 1 : 0);
    return trimmed(last);
}

// RFC 7239: for=192.0.2.43;proto=https, or for="[2001:db8::1]:4711".
std::optional<address> forwarded_for(std::string_view element) {
    while (!element.empty()) {
        const std::string_view pair = take_last(element, ';');
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || !boost::algorithm::iequals(pair.substr(0, equals), "for")) continue;
        std::string_view value = pair.substr(equals + 1);
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
        return node_in(value);
    }
    return std::nullopt;
}

}  // namespace

void TrustedProxies::trust(std::string_view list) {
    std::vector<std::string> names;
    add_names(names, list);
    std::vector<asio::ip::network_v4> v4;
    std::vector<asio::ip::network_v6> v6;
    for (const std::string& each : names) {
        const std::string name(trimmed(each));
        boost::system::error_code error;
        if (const auto single = address_in(name)) {
            if (single->is_v4()) v4.emplace_back(single->to_v4(), 32);
            if (single->is_v6()) v6.emplace_back(single->to_v6(), 128);
        } else if (const auto in_v4 = asio::ip::make_network_v4(name, error); !error) {
            v4.push_back(in_v4.canonical());
        } else if (const auto in_v6 = asio::ip::make_network_v6(name, error); !error) {
            v6.push_back(in_v6.canonical());
        } else {
            throw std::invalid_argument(
                fmt::format("{}: is neither an address nor a network such as 10.0.0.0/8 or fd00::/8", name));
        }
    }
    networks_v4_ = std::move(v4);
    networks_v6_ = std::move(v6);
}

bool TrustedProxies::trusts(const Address& who) const {
    if (who.is_v4()) {
        return std::any_of(networks_v4_.begin(), networks_v4_.end(), [&who](const auto& network) {
            return asio::ip::network_v4(who.to_v4(), network.prefix_length()).network() == network.network();
        });
    }
    return std::any_of(networks_v6_.begin(), networks_v6_.end(), [&who](const auto& network) {
        return asio::ip::network_v6(who.to_v6(), network.prefix_length()).network() == network.network();
    });
}

bool TrustedProxies::trusts(const std::string& peer) const {
    if (networks_v4_.empty() && networks_v6_.empty()) return false;
    const auto who = address_in(peer);
    return who && trusts(*who);
}

std::string TrustedProxies::client_of(const std::string& peer, const Message& message) const {
    if (!trusts(peer)) return peer;
    const bool standard = header_ == Header::kForwarded;
    // Lines of one name are one list. Few come, and the last is read first.
    std::vector<std::string_view> lines;
    const auto [first, end] = message.equal_range(standard ? "Forwarded" : "X-Forwarded-For");
    for (auto line = first; line != end; ++line) lines.emplace_back(line->value().data(), line->value().size());
    std::string client = peer;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        for (std::string_view list = *line; !list.empty();) {
            const std::string_view element = take_last(list, ',');
            const auto who = standard ? forwarded_for(element) : node_in(element);
            if (!who) return client;
            client = who->to_string();
            if (!trusts(*who)) return client;
        }
    }
    return client;
}

}  // namespace matchpoint::http
