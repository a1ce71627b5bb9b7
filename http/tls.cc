#include "http/tls.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>

namespace matchpoint::http {
namespace {

constexpr std::size_t kRecordBytes = 16'384;

std::string openssl_reason() {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    return text.data();
}

// TLS 1.2 with forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

// Only HTTP/1.1 is spoken here; a client that offers none of it is refused (RFC 7301, 3.2).
int select_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned int in_size,
                    void*) {
    static constexpr unsigned char kHttp11[] = "\x08http/1.1";
    const int found =
        SSL_select_next_proto(const_cast<unsigned char**>(out), size, kHttp11, sizeof kHttp11 - 1, in, in_size);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// A key is not asked about on the terminal: the program would wait there, deaf to signals.
int no_passphrase(char*, int, int, void*) {
    return 0;
}

}  // namespace

TlsCertificate::TlsCertificate(std::string certificate_file, std::string key_file)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {
    reload();
}

void TlsCertificate::reload() {
    context_.store(load());
}

std::shared_ptr<SSL_CTX> TlsCertificate::load() const {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SslContextDeleter{});
    if (!context) throw std::runtime_error("TLS: " + openssl_reason());
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(),
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_cipher_list(context.get(), kCiphers);
    SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
    SSL_CTX_set_alpn_select_cb(context.get(), select_protocol, nullptr);
    if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file_.c_str()) != 1) {
        throw std::invalid_argument(fmt::format("tls.certificate={}: {}", certificate_file_, openssl_reason()));
    }
    if (SSL_CTX_use_PrivateKey_file(context.get(), key_file_.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context.get()) != 1) {
        throw std::invalid_argument(fmt::format("tls.key={}: {}", key_file_, openssl_reason()));
    }
    return context;
}

std::unique_ptr<SSL, SslDeleter> TlsCertificate::new_session() const {
    return std::unique_ptr<SSL, SslDeleter>(SSL_new(context_.load().get()));
}

// Outlives the wire while it waits for the socket to take what is encrypted already.
struct TlsWire::State : std::enable_shared_from_this<TlsWire::State> {
    State(Socket connected, std::unique_ptr<SSL, SslDeleter> session)
        : plain(std::move(connected)), ssl(std::move(session)) {
        in = BIO_new(BIO_s_mem());
        out = BIO_new(BIO_s_mem());
        SSL_set_bio(ssl.get(), in, out);  // takes both
        SSL_set_accept_state(ssl.get());
    }

    // Hands what is encrypted to the socket; false if some of it has to wait, or the client is gone.
    bool flush() {
        char* data = nullptr;
        while (const long size = BIO_get_mem_data(out, &data)) {
            const iovec piece{data, static_cast<std::size_t>(size)};
            const Transfer transfer = plain.write({&piece, 1});
            if (transfer.bytes > 0) skip(transfer.bytes);
            if (transfer.status == Status::kClosed) gone = true;
            if (transfer.status != Status::kDone) return false;
        }
        return true;
    }
    void skip(std::size_t size) {
        std::array<char, 4096> taken{};
        while (size > 0) {
            const int read = BIO_read(out, taken.data(), static_cast<int>(std::min(size, taken.size())));
            if (read <= 0) return;
            size -= static_cast<std::size_t>(read);
        }
    }
    // Sees to it that what waits goes out, also if nobody writes any more.
    void flush_later() {
        if (flushing || gone) return;
        flushing = true;
        plain.when_writable([self = shared_from_this()](boost::system::error_code error) {
            self->flushing = false;
            if (error) self->gone = true;
            const bool done = self->gone || self->flush();
            if (!done) return self->flush_later();
            if (auto ready = std::exchange(self->writable, nullptr)) ready(error);
        });
    }
    // Takes from the socket what is there; kClosed at its end.
    Status fill() {
        std::array<char, kRecordBytes> bytes{};
        const Transfer transfer = plain.read(bytes.data(), bytes.size());
        if (transfer.bytes > 0) BIO_write(in, bytes.data(), static_cast<int>(transfer.bytes));
        return transfer.status;
    }

    PlainWire plain;
    std::unique_ptr<SSL, SslDeleter> ssl;
    BIO* in = nullptr;
    BIO* out = nullptr;
    Ready writable;
    bool flushing = false;
    bool gone = false;
};

TlsWire::TlsWire(Socket socket, std::unique_ptr<SSL, SslDeleter> ssl)
    : state_(std::make_shared<State>(std::move(socket), std::move(ssl))) {}

TlsWire::~TlsWire() {
    close();
}

Wire::Transfer TlsWire::write(std::span<const iovec> pieces) {
    State& state = *state_;
    std::size_t sent = 0;
    std::size_t skip = 0;  // of the first piece
    std::array<char, kRecordBytes> record;
    for (;;) {
        if (!state.flush()) {
            if (state.gone) return {sent, Status::kClosed};
            state.flush_later();
            const bool all = pieces.empty();
            return {sent, all ? Status::kDone : Status::kWouldBlock};
        }
        std::size_t size = 0;
        while (!pieces.empty() && size < record.size()) {
            const iovec& piece = pieces.front();
            const std::size_t part = std::min(piece.iov_len - skip, record.size() - size);
            std::memcpy(record.data() + size, static_cast<const char*>(piece.iov_base) + skip, part);
            size += part;
            skip += part;
            if (skip < piece.iov_len) break;
            skip = 0;
            pieces = pieces.subspan(1);
        }
        if (size == 0) return {sent, Status::kDone};
        ERR_clear_error();
        const int written = SSL_write(state.ssl.get(), record.data(), static_cast<int>(size));
        if (written <= 0) return {sent, Status::kClosed};
        sent += size;
    }
}

Wire::Transfer TlsWire::read(char* data, std::size_t size) {
    State& state = *state_;
    for (;;) {
        ERR_clear_error();
        const int received = SSL_read(state.ssl.get(), data, static_cast<int>(size));
        const int error = received > 0 ? SSL_ERROR_NONE : SSL_get_error(state.ssl.get(), received);
        // The handshake answers from inside a read.
        if (!state.flush()) state.flush_later();
        if (received > 0) return {static_cast<std::size_t>(received), Status::kDone};
        if (error != SSL_ERROR_WANT_READ) return {0, Status::kClosed};
        const Status filled = state.fill();
        if (filled != Status::kDone) return {0, filled};
    }
}

void TlsWire::when_writable(Ready ready) {
    state_->writable = std::move(ready);
    state_->flush_later();
}

void TlsWire::when_readable(Ready ready) {
    state_->plain.when_readable(std::move(ready));
}

void TlsWire::end_output() {
    if (state_->gone || SSL_is_init_finished(state_->ssl.get()) != 1) return;
    SSL_shutdown(state_->ssl.get());
    (void)state_->flush();
}

void TlsWire::close() {
    if (!state_->plain.open()) return;
    end_output();
    state_->gone = true;
    state_->plain.close();
}

bool TlsWire::open() const {
    return state_->plain.open();
}
std::string TlsWire::peer() const {
    return state_->plain.peer();
}

}  // namespace matchpoint::http
