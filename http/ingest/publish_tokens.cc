#include "http/ingest/publish_tokens.h"

#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>

namespace matchpoint::http {

Digest digest_of(std::string_view text) {
    Digest digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return digest;
}

std::string hex_of(const Digest& digest, std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += fmt::format("{:02x}", digest.at(i));
    return text;
}

PublishTokens::PublishTokens(std::string file, const std::string& token) : file_(std::move(file)) {
    if (!token.empty()) fixed_ = digest_of(token);
    reload();
}

void PublishTokens::reload() {
    digests_.store(load());
}

std::shared_ptr<const PublishTokens::Digests> PublishTokens::load() const {
    auto digests = std::make_shared<Digests>();
    if (fixed_) digests->push_back(*fixed_);
    if (file_.empty()) return digests;
    std::ifstream in(file_);
    if (!in) throw std::invalid_argument(fmt::format("publish.token.file={}: cannot be read", file_));
    std::size_t found = 0;
    for (std::string line; std::getline(in, line);) {
        boost::algorithm::trim(line);
        if (line.empty() || line.starts_with('#')) continue;
        digests->push_back(digest_of(line));
        ++found;
    }
    if (found == 0) {
        throw std::invalid_argument(fmt::format("publish.token.file={}: holds no token; write one a line", file_));
    }
    return digests;
}

std::optional<Digest> PublishTokens::find(std::string_view token) const {
    const Digest digest = digest_of(token);
    const auto digests = digests_.load();
    std::optional<Digest> found;
    for (const Digest& known : *digests) {
        if (CRYPTO_memcmp(known.data(), digest.data(), digest.size()) == 0) found = known;
    }
    return found;
}

std::string_view bearer_of(std::string_view authorization) {
    constexpr std::string_view kScheme = "Bearer ";
    if (!boost::algorithm::istarts_with(authorization, kScheme)) return {};
    authorization.remove_prefix(kScheme.size());
    const std::size_t first = authorization.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view() : authorization.substr(first);
}

}  // namespace matchpoint::http
