// Who may read what: JSON Web Tokens, checked by libjwt. Off unless a key is configured. Thread-safe: shards ask while
// another thread reads the keys again.
//
//   Authorization: Bearer <token>    or the cookie `access.cookie`, or ?access_token=
//   {"topics":["match-state"],"matches":["m-1"],"exp":1795239506}
//   A claim that is absent restricts nothing, but scores-rejected is only for whom `topics` names it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/config.h"
#include "http/log/filter.h"
#include "http/request.h"
#include "http/response.h"
#include "processor/streams/base/types.h"

namespace matchpoint::http {

// What a token is not good for; becomes a 403.
class Forbidden : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// What the bearer of a token may read. As made: everything.
struct Grant {
    std::optional<std::vector<std::string>> topics;
    std::optional<std::vector<std::string>> matches;
    std::optional<std::int64_t> expires_ms;  // since the epoch
    bool restricted = false;                 // there was a token: caches must not share the answer

    // These throw Forbidden.
    void require_topic(std::string_view topic) const;
    void require_all_matches(std::string_view what) const;
    // Of a filter that asks for no match, one that asks for those granted.
    void restrict(Filter& filter) const;
};

class Access {
  public:
    // Throws std::invalid_argument naming the setting and what is wrong with its file.
    explicit Access(const AccessConfig& config);
    // On a throw everything stays as it was. Any thread.
    void reload();
    // What this request may read, or the 401 that tells what is wrong with its token.
    [[nodiscard]] std::variant<Grant, Response> check(const Request& request, streams::Timestamp now) const;

  private:
    enum class Kind : std::uint8_t { kSecret, kRsa, kEc };
    struct Key {
        Kind kind;
        std::string bytes;
    };
    using Keys = std::vector<Key>;
    [[nodiscard]] std::shared_ptr<const Keys> load() const;
    [[nodiscard]] std::optional<std::string> claims_of(const std::string& token) const;

    const AccessConfig config_;
    std::atomic<std::shared_ptr<const Keys>> keys_;
};

// The cookie of that name; empty if there is none.
[[nodiscard]] std::string_view cookie_of(std::string_view cookies, std::string_view name);
// A page of this origin may use the cookies it has here: none is named, it is ours, or it is listed.
[[nodiscard]] bool origin_is_trusted(const Request& request, const Config& config);

}  // namespace matchpoint::http
