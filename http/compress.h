// gzip for answers, remembered for bodies that many ask for. Belongs to one shard's thread.
#pragma once

#include <array>
#include <string_view>

#include "http/response.h"

namespace matchpoint::http {

[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);
[[nodiscard]] std::string gzip(std::string_view text);

class Compressor {
  public:
    // Encodes the answer's body if the client takes it and it pays.
    void encode(Response& response, std::string_view accept_encoding);

  private:
    struct Known {
        Body plain;  // kept, so that its address stays its own
        Body encoded;
    };
    [[nodiscard]] Body encoded(const Body& plain);
    std::array<Known, 16> known_;
    std::size_t next_ = 0;
};

}  // namespace matchpoint::http
