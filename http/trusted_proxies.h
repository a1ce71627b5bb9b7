// Whose request it is that a proxy brings. Its header is believed as far as trusted proxies vouch for it: from the
// right, past the addresses that are their own, up to the first that is not; what stands left of that anybody may have
// written. With no trusted proxies, the default, the header is not looked at. Immutable once set; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "http/request.h"

namespace matchpoint::http {

class TrustedProxies {
  public:
    enum class Header : std::uint8_t { kXForwardedFor, kForwarded };

    // Addresses and networks such as 10.0.0.0/8, separated by commas. Throws std::invalid_argument naming what is
    // neither, and trusts what it did before.
    void trust(std::string_view list);
    // Only the one that the proxies write: the other may come from the client as it is.
    void read(Header header) { header_ = header; }

    // True if the connection from `peer` is a trusted proxy's.
    [[nodiscard]] bool trusts(const std::string& peer) const;
    // The client's address as text. What cannot be read counts as if nothing stood there: then it is the proxy's that
    // wrote it.
    [[nodiscard]] std::string client_of(const std::string& peer, const Message& message) const;

  private:
    using Address = boost::asio::ip::address;
    [[nodiscard]] bool trusts(const Address& address) const;

    Header header_ = Header::kXForwardedFor;
    std::vector<boost::asio::ip::network_v4> networks_v4_;
    std::vector<boost::asio::ip::network_v6> networks_v6_;
};

}  // namespace matchpoint::http
