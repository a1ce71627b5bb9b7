// Takes an HTTP/1.x response apart as it comes: the head, then the body, chunked or up to the end of the connection.
// Trusts the server no further than a client must: what is not HTTP is an error. No I/O; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace matchpoint::bench {

class ResponseReader {
  public:
    enum class State : std::uint8_t { kHead, kBody, kEnd, kBroken };

    // `body` is given the body's bytes without the transfer coding, in order.
    State feed(std::string_view bytes, const std::function<void(std::string_view)>& body);
    void restart();

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] const std::string& head() const { return head_; }

  private:
    enum class Chunk : std::uint8_t { kSize, kData, kDataEnd, kTrailer };

    void read_head();
    void feed_chunked(std::string_view bytes, const std::function<void(std::string_view)>& body);
    // A whole line without its end, or false if more must come.
    bool take_line(std::string_view& bytes, std::string& line) const;
    void begin_chunk();

    State state_ = State::kHead;
    Chunk chunk_ = Chunk::kSize;
    bool chunked_ = false;
    int status_ = 0;
    std::size_t left_ = 0;  // of the chunk
    std::string head_;
    std::string line_;
};

}  // namespace matchpoint::bench
