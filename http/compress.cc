#include "http/compress.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include <boost/beast/http/rfc7230.hpp>

namespace matchpoint::http {
namespace {

// Below this a packet is a packet.
constexpr std::size_t kLeastBytes = 1'024;
constexpr int kLevel = 5;
constexpr int kZstdLevel = 3;
constexpr int kGzipWindow = 15 + 16;

bool compressible(std::string_view type) {
    return type.starts_with("text/") || type.starts_with("application/json") || type == "image/svg+xml";
}

}  // namespace

bool pays_to_compress(const Response& response) {
    const auto type = response.header[boost::beast::http::field::content_type];
    return response.header.result() == status::ok && response.body != nullptr && response.body->size() >= kLeastBytes &&
           compressible({type.data(), type.size()});
}

ContentCoding choose_coding(std::string_view accept_encoding) {
    const boost::beast::string_view text(accept_encoding.data(), accept_encoding.size());
    std::optional<double> gzip_weight;
    std::optional<double> zstd_weight;
    std::optional<double> any_weight;
    std::optional<double> identity_weight;
    for (const auto& [coding, parameters] : boost::beast::http::ext_list(text)) {
        double weight = 1;
        for (const auto& [name, value] : parameters) {
            if (boost::beast::iequals(name, "q")) weight = std::strtod(std::string(value).c_str(), nullptr);
        }
        if (boost::beast::iequals(coding, "gzip")) gzip_weight = weight;
        if (boost::beast::iequals(coding, "zstd")) zstd_weight = weight;
        if (boost::beast::iequals(coding, "identity")) identity_weight = weight;
        if (coding == "*") any_weight = weight;
    }
    // What a client does not name it may still take; but zstd is young, so only those that name it get it.
    const double gzip_wanted = gzip_weight.value_or(any_weight.value_or(0));
    const double zstd_wanted = zstd_weight.value_or(0);
    // Where it is not named, any coding that is goes before it.
    if (identity_weight.value_or(0) > std::max(gzip_wanted, zstd_wanted)) return ContentCoding::kIdentity;
    if (zstd_wanted > 0 && zstd_wanted >= gzip_wanted) return ContentCoding::kZstd;
    return gzip_wanted > 0 ? ContentCoding::kGzip : ContentCoding::kIdentity;
}

std::string gzip(std::string_view text) {
    z_stream stream{};
    if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("zlib has no memory");
    }
    std::string out(deflateBound(&stream, text.size()) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT: zlib only reads it
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string zstd(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), kZstdLevel);
    if (ZSTD_isError(size) != 0) throw std::runtime_error("zstd has no memory");
    out.resize(size);
    return out;
}

Body Compressor::encoded(const Body& plain, ContentCoding coding) {
    for (const Known& known : known_) {
        if (known.plain == plain && known.coding == coding) return known.encoded;
    }
    Known& oldest = known_[next_++ % known_.size()];
    oldest = {plain, std::make_shared<const std::string>(coding == ContentCoding::kZstd ? zstd(*plain) : gzip(*plain)),
              coding};
    return oldest.encoded;
}

void Compressor::encode(Response& response, std::string_view accept_encoding) {
    if (!pays_to_compress(response)) return;
    response.header.insert(boost::beast::http::field::vary, "Accept-Encoding");
    const ContentCoding coding = choose_coding(accept_encoding);
    if (coding == ContentCoding::kIdentity) return;
    response.body = encoded(response.body, coding);
    response.set("Content-Encoding", coding == ContentCoding::kZstd ? "zstd" : "gzip");
    // Other bytes, another strong validator. with_etag() knows both.
    std::string etag(response.header[boost::beast::http::field::etag]);
    if (!etag.ends_with('"')) return;
    etag.insert(etag.size() - 1, kCodingMarks[coding == ContentCoding::kZstd ? 1 : 0]);
    response.set("ETag", etag);
}

}  // namespace matchpoint::http
