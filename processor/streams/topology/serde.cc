#include "processor/streams/topology/serde.h"

#include <bit>

namespace matchpoint::streams::serdes {
namespace {

class BytesSerde final : public Serde<Bytes> {
  public:
    void serialize(const Bytes& value, Bytes& out) const override { out.append(value); }
    std::optional<Bytes> deserialize(BytesView data) const override { return Bytes(data); }
};

class BytesViewSerde final : public Serde<BytesView> {
  public:
    void serialize(const BytesView& value, Bytes& out) const override { out.append(value); }
    std::optional<BytesView> deserialize(BytesView data) const override { return data; }
};

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(BytesView text) {
    std::size_t i = 0;
    while (i < text.size()) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80U   ? 1
                                   : lead < 0xc2U ? 0
                                   : lead < 0xe0U ? 2
                                   : lead < 0xf0U ? 3
                                   : lead < 0xf5U ? 4
                                                  : 0;
        if (length == 0 || i + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0U) != 0x80U) return false;
        }
        const auto second = length > 1 ? static_cast<unsigned char>(text[i + 1]) : 0U;
        if ((lead == 0xe0U && second < 0xa0U) || (lead == 0xedU && second > 0x9fU)) return false;
        if ((lead == 0xf0U && second < 0x90U) || (lead == 0xf4U && second > 0x8fU)) return false;
        i += length;
    }
    return true;
}

class StringSerde final : public Serde<Bytes> {
  public:
    void serialize(const Bytes& value, Bytes& out) const override { out.append(value); }
    std::optional<Bytes> deserialize(BytesView data) const override {
        if (!is_utf8(data)) return std::nullopt;
        return Bytes(data);
    }
};

class Int32Serde final : public Serde<std::int32_t> {
  public:
    void serialize(const std::int32_t& value, Bytes& out) const override {
        append_be32(out, static_cast<std::uint32_t>(value));
    }
    std::optional<std::int32_t> deserialize(BytesView data) const override {
        if (data.size() != 4) return std::nullopt;
        return static_cast<std::int32_t>(read_be32(data.data()));
    }
};

class Int64Serde final : public Serde<std::int64_t> {
  public:
    void serialize(const std::int64_t& value, Bytes& out) const override {
        append_be64(out, static_cast<std::uint64_t>(value));
    }
    std::optional<std::int64_t> deserialize(BytesView data) const override {
        if (data.size() != 8) return std::nullopt;
        return static_cast<std::int64_t>(read_be64(data.data()));
    }
};

class Float64Serde final : public Serde<double> {
  public:
    void serialize(const double& value, Bytes& out) const override {
        append_be64(out, std::bit_cast<std::uint64_t>(value));
    }
    std::optional<double> deserialize(BytesView data) const override {
        if (data.size() != 8) return std::nullopt;
        return std::bit_cast<double>(read_be64(data.data()));
    }
};

}  // namespace

SerdePtr<Bytes> bytes() {
    return std::make_shared<BytesSerde>();
}
SerdePtr<Bytes> string() {
    return std::make_shared<StringSerde>();
}
SerdePtr<BytesView> bytes_view() {
    return std::make_shared<BytesViewSerde>();
}
SerdePtr<std::int32_t> int32() {
    return std::make_shared<Int32Serde>();
}
SerdePtr<std::int64_t> int64() {
    return std::make_shared<Int64Serde>();
}
SerdePtr<double> float64() {
    return std::make_shared<Float64Serde>();
}

}  // namespace matchpoint::streams::serdes
