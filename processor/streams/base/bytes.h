// Byte strings: views on the record path, owned strings where something is kept; big-endian numbers as Java writes
// them; varints for compact internal rows. Values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace matchpoint::streams {

using Bytes = std::string;
using BytesView = std::string_view;

// Appends `value` big-endian, as Java's serializers do.
void append_be16(Bytes& out, std::uint16_t value);
void append_be32(Bytes& out, std::uint32_t value);
void append_be64(Bytes& out, std::uint64_t value);
[[nodiscard]] std::uint16_t read_be16(const char* data);
[[nodiscard]] std::uint32_t read_be32(const char* data);
[[nodiscard]] std::uint64_t read_be64(const char* data);

// LEB128, at most ten bytes; `zigzag` maps small negative numbers to small positive ones.
void append_varint(Bytes& out, std::uint64_t value);
[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63U);
}
[[nodiscard]] constexpr std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
}
// Length (varint), then the bytes.
void append_string(Bytes& out, BytesView value);

// Reads what the functions above wrote, front to back. Once anything is short or malformed, ok() is false and every
// later read returns an empty value.
class ByteReader {
  public:
    explicit ByteReader(BytesView data) : rest_(data) {}
    [[nodiscard]] std::uint8_t u8();
    [[nodiscard]] std::uint32_t be32();
    [[nodiscard]] std::uint64_t be64();
    [[nodiscard]] std::uint64_t varint();
    [[nodiscard]] std::int64_t zigzag_varint() { return unzigzag(varint()); }
    [[nodiscard]] BytesView string();
    [[nodiscard]] BytesView take(std::size_t size);
    [[nodiscard]] BytesView rest() const { return rest_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] bool ok() const { return ok_; }

  private:
    void fail();
    BytesView rest_;
    bool ok_ = true;
};

// The smallest key greater than every key with this prefix; nullopt if there is none (all bytes 0xff, or empty).
[[nodiscard]] std::optional<Bytes> prefix_end(BytesView prefix);

}  // namespace matchpoint::streams
