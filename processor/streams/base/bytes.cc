#include "processor/streams/base/bytes.h"

#include <bit>
#include <cstring>

namespace matchpoint::streams {
namespace {

template <typename T>
T to_big_endian(T value) {
    if constexpr (std::endian::native == std::endian::big) return value;
    if constexpr (sizeof(T) == 2) return static_cast<T>(__builtin_bswap16(value));
    if constexpr (sizeof(T) == 4) return static_cast<T>(__builtin_bswap32(value));
    if constexpr (sizeof(T) == 8) return static_cast<T>(__builtin_bswap64(value));
}

template <typename T>
void append_be(Bytes& out, T value) {
    value = to_big_endian(value);
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename T>
T read_be(const char* data) {
    T value;
    std::memcpy(&value, data, sizeof value);
    return to_big_endian(value);
}

}  // namespace

void append_be16(Bytes& out, std::uint16_t value) {
    append_be(out, value);
}
void append_be32(Bytes& out, std::uint32_t value) {
    append_be(out, value);
}
void append_be64(Bytes& out, std::uint64_t value) {
    append_be(out, value);
}
std::uint16_t read_be16(const char* data) {
    return read_be<std::uint16_t>(data);
}
std::uint32_t read_be32(const char* data) {
    return read_be<std::uint32_t>(data);
}
std::uint64_t read_be64(const char* data) {
    return read_be<std::uint64_t>(data);
}

void append_varint(Bytes& out, std::uint64_t value) {
    while (value >= 0x80U) {
        out.push_back(static_cast<char>((value & 0x7fU) | 0x80U));
        value >>= 7U;
    }
    out.push_back(static_cast<char>(value));
}

void append_string(Bytes& out, BytesView value) {
    append_varint(out, value.size());
    out.append(value);
}

void ByteReader::fail() {
    ok_ = false;
    rest_ = {};
}

BytesView ByteReader::take(std::size_t size) {
    if (size > rest_.size()) {
        fail();
        return {};
    }
    const BytesView taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
}

std::uint8_t ByteReader::u8() {
    const BytesView byte = take(1);
    return byte.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(byte[0]);
}

std::uint32_t ByteReader::be32() {
    const BytesView raw = take(4);
    return raw.empty() ? 0 : read_be32(raw.data());
}

std::uint64_t ByteReader::be64() {
    const BytesView raw = take(8);
    return raw.empty() ? 0 : read_be64(raw.data());
}

std::uint64_t ByteReader::varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const std::uint8_t byte = u8();
        if (!ok_) return 0;
        value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
        if ((byte & 0x80U) == 0) return value;
    }
    fail();
    return 0;
}

BytesView ByteReader::string() {
    return take(varint());
}

std::optional<Bytes> prefix_end(BytesView prefix) {
    Bytes end(prefix);
    while (!end.empty()) {
        if (static_cast<unsigned char>(end.back()) != 0xffU) {
            end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1U);
            return end;
        }
        end.pop_back();
    }
    return std::nullopt;
}

}  // namespace matchpoint::streams
