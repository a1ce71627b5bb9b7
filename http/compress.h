// gzip and zstd for answers, remembered for bodies that many ask for. Belongs to one shard's thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "http/response.h"

namespace matchpoint::http {

enum class ContentCoding : std::uint8_t { kIdentity, kGzip, kZstd };

// The one the client likes best; of equals zstd, which is both smaller and cheaper.
[[nodiscard]] ContentCoding choose_coding(std::string_view accept_encoding);
[[nodiscard]] std::string gzip(std::string_view text);
[[nodiscard]] std::string zstd(std::string_view text);

// Of a kind and a size that compressing makes smaller by more than it costs.
[[nodiscard]] bool pays_to_compress(const Response& response);

class Compressor {
  public:
    // Encodes the answer's body if the client takes it and it pays.
    void encode(Response& response, std::string_view accept_encoding);

  private:
    struct Known {
        Body plain;  // kept, so that its address stays its own
        Body encoded;
        ContentCoding coding = ContentCoding::kIdentity;
    };
    [[nodiscard]] Body encoded(const Body& plain, ContentCoding coding);
    std::array<Known, 16> known_;
    std::size_t next_ = 0;
};

}  // namespace matchpoint::http
