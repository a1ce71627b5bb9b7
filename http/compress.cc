#include "http/compress.h"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

#include <boost/beast/http/rfc7230.hpp>

namespace matchpoint::http {
namespace {

// Below this a packet is a packet.
constexpr std::size_t kLeastBytes = 1'024;
constexpr int kLevel = 5;
constexpr int kGzipWindow = 15 + 16;

bool compressible(std::string_view type) {
    return type.starts_with("text/") || type.starts_with("application/json") || type == "image/svg+xml";
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
    const boost::beast::string_view text(accept_encoding.data(), accept_encoding.size());
    bool any = false;
    for (const auto& [coding, parameters] : boost::beast::http::ext_list(text)) {
        bool refused = false;
        for (const auto& [name, value] : parameters) {
            if (name == "q") refused = value.find_first_not_of("0.") == boost::beast::string_view::npos;
        }
        if (boost::beast::iequals(coding, "gzip")) return !refused;
        if (coding == "*") any = !refused;
    }
    return any;
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

Body Compressor::encoded(const Body& plain) {
    for (const Known& known : known_) {
        if (known.plain == plain) return known.encoded;
    }
    Known& oldest = known_[next_++ % known_.size()];
    oldest = {plain, std::make_shared<const std::string>(gzip(*plain))};
    return oldest.encoded;
}

void Compressor::encode(Response& response, std::string_view accept_encoding) {
    const auto type = response.header[boost::beast::http::field::content_type];
    if (response.header.result() != status::ok || response.body == nullptr || response.body->size() < kLeastBytes ||
        !compressible({type.data(), type.size()})) {
        return;
    }
    response.header.insert(boost::beast::http::field::vary, "Accept-Encoding");
    if (!accepts_gzip(accept_encoding)) return;
    response.body = encoded(response.body);
    response.set("Content-Encoding", "gzip");
    // Other bytes, another strong validator. with_etag() knows both.
    std::string etag(response.header[boost::beast::http::field::etag]);
    if (!etag.ends_with('"')) return;
    etag.insert(etag.size() - 1, kGzipMark);
    response.set("ETag", etag);
}

}  // namespace matchpoint::http
