#include "http/access/access.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <jwt.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <boost/algorithm/string/predicate.hpp>
#include <nlohmann/json.hpp>

#include "http/ingest/publish_tokens.h"
#include "http/log/base64url.h"
#include "topics/topic_catalog.h"

namespace matchpoint::http {
namespace {

constexpr std::string_view kBegin = "-----BEGIN PUBLIC KEY-----";
constexpr std::string_view kEnd = "-----END PUBLIC KEY-----";

struct JwtDeleter {
    void operator()(jwt_t* jwt) const { jwt_free(jwt); }
};
struct FreeDeleter {
    void operator()(char* text) const { std::free(text); }
};

std::string file_text(std::string_view setting, const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::invalid_argument(fmt::format("{}={}: cannot be read", setting, file));
    return {std::istreambuf_iterator<char>(in), {}};
}

// EVP_PKEY_RSA, EVP_PKEY_EC, or another; 0 if it is no key.
int type_of(const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                        &BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    return key ? EVP_PKEY_base_id(key.get()) : 0;
}

Response unauthorized(std::string_view detail, bool given) {
    Response response = make_problem(status::unauthorized, detail);
    response.set("WWW-Authenticate",
                 given ? R"(Bearer realm="matchpoint", error="invalid_token")" : R"(Bearer realm="matchpoint")");
    return response;
}

std::string token_of(const Request& request, const std::string& cookie) {
    if (const auto bearer = bearer_of(request.header("Authorization")); !bearer.empty()) return std::string(bearer);
    if (const auto parameter = request.parameter("access_token")) return std::string(*parameter);
    return std::string(cookie_of(request.header("Cookie"), cookie));
}

// What the token says it is. Not verified: good for nothing but telling why it was not taken.
std::string typ_of(const std::string& token) {
    const auto head = base64url_decode(token.substr(0, token.find('.')));
    const auto json = head ? nlohmann::json::parse(*head, nullptr, false) : nlohmann::json();
    const auto typ = json.is_object() ? json.value("typ", nlohmann::json()) : nlohmann::json();
    return typ.is_string() ? typ.get<std::string>() : "";
}

// libjwt before 1.12 takes no other typ than JWT, and says of that no more than of a wrong signature.
std::string why_not_taken(const std::string& token) {
    const std::string typ = typ_of(token);
    if (typ.empty() || boost::algorithm::iequals(typ, "JWT")) return "this token is not signed with a key of ours";
    return fmt::format("this token is not signed with a key of ours, or its typ, {}, is not one that is taken: JWT is",
                       typ);
}

// An array of names, or one name. Anything else grants nothing.
std::optional<std::vector<std::string>> names_in(const nlohmann::json& claims, const char* claim) {
    const auto found = claims.find(claim);
    if (found == claims.end()) return std::nullopt;
    std::vector<std::string> names;
    if (found->is_string()) names.push_back(found->get<std::string>());
    if (found->is_array()) {
        for (const auto& name : *found) {
            if (name.is_string()) names.push_back(name.get<std::string>());
        }
    }
    return names;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool names_audience(const nlohmann::json& claims, const std::string& audience) {
    const auto names = names_in(claims, "aud");
    return names && contains(*names, audience);
}

}  // namespace

std::string_view cookie_of(std::string_view cookies, std::string_view name) {
    while (!cookies.empty()) {
        std::string_view one = cookies.substr(0, cookies.find(';'));
        cookies.remove_prefix(std::min(one.size() + 1, cookies.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) return one.substr(name.size() + 1);
    }
    return {};
}

bool origin_is_trusted(const Request& request, const Config& config) {
    const std::string_view origin = request.header("Origin");
    if (origin.empty()) return true;
    const std::size_t scheme = origin.find("://");
    if (scheme != std::string_view::npos &&
        boost::algorithm::iequals(origin.substr(scheme + 3), request.header("Host"))) {
        return true;
    }
    return contains(config.cors_origins, origin);
}

void Grant::require_topic(std::string_view topic) const {
    const bool granted =
        topics ? contains(*topics, topic) || contains(*topics, "*") : !restricted || topic != topics::kScoresRejected;
    if (!granted) throw Forbidden(fmt::format("this token is not good for {}", topic));
}

void Grant::require_all_matches(std::string_view what) const {
    if (matches && !contains(*matches, "*")) {
        throw Forbidden(fmt::format("{} is made of all matches, and this token is good for some", what));
    }
}

void Grant::restrict(Filter& filter) const {
    if (!matches || contains(*matches, "*")) return;
    filter.only_matches = true;
    for (const std::string& match : filter.matches) {
        if (!contains(*matches, match)) throw Forbidden(fmt::format("this token is not good for match {}", match));
    }
    if (!filter.matches.empty()) return;
    if (matches->empty()) throw Forbidden("this token is good for no match");
    filter.matches = *matches;
}

Access::Access(const AccessConfig& config) : config_(config) {
    reload();
}

void Access::reload() {
    keys_.store(load());
}

std::shared_ptr<const Access::Keys> Access::load() const {
    auto keys = std::make_shared<Keys>();
    if (!config_.secret_file.empty()) {
        std::string secret = file_text("access.secret.file", config_.secret_file);
        while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
        if (secret.size() < 32) {
            throw std::invalid_argument(
                fmt::format("access.secret.file={}: HS256 wants a secret of 32 bytes or more", config_.secret_file));
        }
        keys->push_back({Kind::kSecret, std::move(secret)});
    }
    if (config_.public_keys_file.empty()) return keys;
    const std::string text = file_text("access.public.keys.file", config_.public_keys_file);
    for (std::size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at + 1)) {
        const std::size_t end = text.find(kEnd, at);
        const std::string pem = text.substr(at, end == std::string::npos ? end : end + kEnd.size() - at) + "\n";
        const int type = type_of(pem);
        if (type != EVP_PKEY_RSA && type != EVP_PKEY_EC) {
            throw std::invalid_argument(fmt::format(
                "access.public.keys.file={}: holds a key that is neither RSA nor EC", config_.public_keys_file));
        }
        keys->push_back({type == EVP_PKEY_RSA ? Kind::kRsa : Kind::kEc, pem});
    }
    if (keys->empty() || keys->back().kind == Kind::kSecret) {
        throw std::invalid_argument(
            fmt::format("access.public.keys.file={}: holds no PEM block \"PUBLIC KEY\"", config_.public_keys_file));
    }
    return keys;
}

// Of a token that one of our keys has signed, with the algorithm that this key is for: else whoever knows a public key
// could use it as a secret.
std::optional<std::string> Access::claims_of(const std::string& token) const {
    const auto keys = keys_.load();
    for (const Key& key : *keys) {
        jwt_t* raw = nullptr;
        const int failed = jwt_decode(&raw, token.c_str(), reinterpret_cast<const unsigned char*>(key.bytes.data()),
                                      static_cast<int>(key.bytes.size()));
        const std::unique_ptr<jwt_t, JwtDeleter> jwt(failed == 0 ? raw : nullptr);
        if (!jwt) continue;
        const jwt_alg_t wanted = key.kind == Kind::kSecret ? JWT_ALG_HS256
                                 : key.kind == Kind::kRsa  ? JWT_ALG_RS256
                                                           : JWT_ALG_ES256;
        if (jwt_get_alg(jwt.get()) != wanted) continue;
        // Whatever a token calls critical must be understood (RFC 7515), and nothing of that is here.
        const std::unique_ptr<char, FreeDeleter> critical(jwt_get_headers_json(jwt.get(), "crit"));
        if (critical) continue;
        const std::unique_ptr<char, FreeDeleter> json(jwt_get_grants_json(jwt.get(), nullptr));
        if (json) return json.get();
    }
    return std::nullopt;
}

std::variant<Grant, Response> Access::check(const Request& request, streams::Timestamp now) const {
    if (keys_.load()->empty()) return Grant{};
    const std::string token = token_of(request, config_.cookie);
    if (token.empty()) {
        return unauthorized(
            fmt::format("reading needs a token: Authorization: Bearer, the cookie {}, or ?access_token=",
                        config_.cookie),
            false);
    }
    const auto text = claims_of(token);
    if (!text) return unauthorized(why_not_taken(token), true);
    const auto claims = nlohmann::json::parse(*text, nullptr, false);
    if (!claims.is_object()) return unauthorized("this token's claims make no sense", true);
    Grant grant;
    grant.restricted = true;
    const double now_s = static_cast<double>(now.value()) / 1000;
    if (const auto exp = claims.find("exp"); exp != claims.end()) {
        if (!exp->is_number() || exp->get<double>() <= now_s) return unauthorized("this token has expired", true);
        grant.expires_ms = static_cast<std::int64_t>(std::min(exp->get<double>(), 9e12) * 1000);
    }
    if (const auto nbf = claims.find("nbf"); nbf != claims.end()) {
        if (!nbf->is_number() || nbf->get<double>() > now_s) return unauthorized("this token is not good yet", true);
    }
    if (!config_.issuer.empty() && claims.value("iss", nlohmann::json()) != config_.issuer) {
        return unauthorized("this token is from another issuer", true);
    }
    if (!config_.audience.empty() && !names_audience(claims, config_.audience)) {
        return unauthorized("this token is for another audience", true);
    }
    grant.topics = names_in(claims, "topics");
    grant.matches = names_in(claims, "matches");
    return grant;
}

}  // namespace matchpoint::http
