// HTTPS: a wire under TLS 1.2 or later, and the certificate, which can be read again without dropping anyone.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "http/wire.h"

namespace matchpoint::http {

struct SslContextDeleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SslDeleter {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

// Thread-safe: shards take sessions from it while another thread reads the files again.
class TlsCertificate {
  public:
    // Throws std::runtime_error naming the file and OpenSSL's reason.
    TlsCertificate(std::string certificate_file, std::string key_file);
    // Sessions that follow use what the files hold now; on a throw everything stays as it was.
    void reload();
    [[nodiscard]] std::unique_ptr<SSL, SslDeleter> new_session() const;

  private:
    [[nodiscard]] std::shared_ptr<SSL_CTX> load() const;
    const std::string certificate_file_;
    const std::string key_file_;
    std::atomic<std::shared_ptr<SSL_CTX>> context_;
};

// OpenSSL works on memory here; at most one TLS record of 16 KiB waits for the socket.
class TlsWire final : public Wire {
  public:
    TlsWire(Socket socket, std::unique_ptr<SSL, SslDeleter> ssl);
    ~TlsWire() override;
    [[nodiscard]] Transfer write(std::span<const iovec> pieces) override;
    [[nodiscard]] Transfer read(char* data, std::size_t size) override;
    void when_writable(Ready ready) override;
    void when_readable(Ready ready) override;
    void end_output() override;
    void close() override;
    [[nodiscard]] bool open() const override;
    [[nodiscard]] std::string peer() const override;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace matchpoint::http
