#include "tests/bench/gateway/response_reader.h"

#include <algorithm>
#include <charconv>

namespace matchpoint::bench {
namespace {

constexpr std::size_t kLongestHead = 65'536;
constexpr std::size_t kLongestChunkLine = 256;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

}  // namespace

void ResponseReader::restart() {
    state_ = State::kHead;
    chunk_ = Chunk::kSize;
    chunked_ = false;
    status_ = 0;
    left_ = 0;
    head_.clear();
    line_.clear();
}

ResponseReader::State ResponseReader::feed(std::string_view bytes, const std::function<void(std::string_view)>& body) {
    if (state_ == State::kHead) {
        const std::size_t before = head_.size();
        head_ += bytes;
        const std::size_t end = head_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
        if (end == std::string::npos) {
            if (head_.size() > kLongestHead) state_ = State::kBroken;
            return state_;
        }
        bytes.remove_prefix(end + 4 - before);
        head_.resize(end + 4);
        read_head();
    }
    if (state_ != State::kBody || bytes.empty()) return state_;
    if (chunked_) {
        feed_chunked(bytes, body);
    } else {
        body(bytes);
    }
    return state_;
}

void ResponseReader::read_head() {
    state_ = State::kBroken;
    if (!head_.starts_with("HTTP/1.") || head_.size() < 12) return;
    const auto [end, error] = std::from_chars(head_.data() + 9, head_.data() + 12, status_);
    if (error != std::errc()) return;
    chunked_ = lower(head_).find("\r\ntransfer-encoding: chunked\r\n") != std::string::npos;
    state_ = State::kBody;
}

bool ResponseReader::take_line(std::string_view& bytes, std::string& line) const {
    const std::size_t end = bytes.find('\n');
    line += bytes.substr(0, std::min(end, bytes.size()));
    bytes.remove_prefix(std::min(end, bytes.size() - 1) + 1);
    if (end == std::string_view::npos) return false;
    if (line.ends_with('\r')) line.pop_back();
    return true;
}

void ResponseReader::begin_chunk() {
    const auto [end, error] = std::from_chars(line_.data(), line_.data() + line_.size(), left_, 16);
    if (error != std::errc() || (end != line_.data() + line_.size() && *end != ';' && *end != ' ')) {
        state_ = State::kBroken;
        return;
    }
    chunk_ = left_ == 0 ? Chunk::kTrailer : Chunk::kData;
}

void ResponseReader::feed_chunked(std::string_view bytes, const std::function<void(std::string_view)>& body) {
    while (!bytes.empty() && state_ == State::kBody) {
        if (chunk_ == Chunk::kData) {
            const std::string_view data = bytes.substr(0, left_);
            body(data);
            left_ -= data.size();
            bytes.remove_prefix(data.size());
            if (left_ == 0) chunk_ = Chunk::kDataEnd;
            continue;
        }
        const bool whole = take_line(bytes, line_);
        if (line_.size() > kLongestChunkLine) state_ = State::kBroken;
        if (!whole) return;
        if (chunk_ == Chunk::kSize) {
            begin_chunk();
        } else if (chunk_ == Chunk::kDataEnd) {
            if (!line_.empty()) state_ = State::kBroken;
            chunk_ = Chunk::kSize;
        } else if (line_.empty()) {
            state_ = State::kEnd;
        }
        line_.clear();
    }
}

}  // namespace matchpoint::bench
