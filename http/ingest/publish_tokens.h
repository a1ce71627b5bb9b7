// The bearer tokens with which one may publish: from a file, one a line, and from the environment. Only their digests
// are kept. Thread-safe: shards ask while another thread reads the file again.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace matchpoint::http {

using Digest = std::array<unsigned char, 32>;

// SHA-256.
[[nodiscard]] Digest digest_of(std::string_view text);
// The first `bytes` of it in lower-case hexadecimal.
[[nodiscard]] std::string hex_of(const Digest& digest, std::size_t bytes);

class PublishTokens {
  public:
    // Either may be empty. Throws std::invalid_argument naming the file and what is wrong with it.
    PublishTokens(std::string file, const std::string& token);
    // On a throw everything stays as it was.
    void reload();
    [[nodiscard]] bool any() const { return !digests_.load()->empty(); }
    // The digest of the token, if it is one of ours. Takes as long for a wrong one as for a right one.
    [[nodiscard]] std::optional<Digest> find(std::string_view token) const;

  private:
    using Digests = std::vector<Digest>;
    [[nodiscard]] std::shared_ptr<const Digests> load() const;
    const std::string file_;
    std::optional<Digest> fixed_;
    std::atomic<std::shared_ptr<const Digests>> digests_;
};

// What follows "Bearer " in an Authorization header; empty if it is none.
[[nodiscard]] std::string_view bearer_of(std::string_view authorization);

}  // namespace matchpoint::http
