#include "http/tls.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "tests/http/gateway_fixture.h"

namespace matchpoint::http {
namespace {

using namespace testing;

// A key and a certificate for it, in one file.
void write_certificate(const std::string& path, const std::string& name) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1,
                               -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());
    std::FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_X509(file, certificate);
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

class TlsClient {
  public:
    TlsClient(std::uint16_t port, int most_version) : context_(SSL_CTX_new(TLS_client_method())) {
        SSL_CTX_set_max_proto_version(context_, most_version);
        bio_ = BIO_new_ssl_connect(context_);
        BIO_set_conn_hostname(bio_, ("127.0.0.1:" + std::to_string(port)).c_str());
        connected_ = BIO_do_handshake(bio_) == 1;
    }
    ~TlsClient() {
        BIO_free_all(bio_);
        SSL_CTX_free(context_);
    }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;
    [[nodiscard]] bool connected() const { return connected_; }
    void send(std::string_view text) { BIO_write(bio_, text.data(), static_cast<int>(text.size())); }
    std::string read_until(std::string_view end) {
        char byte = 0;
        std::string text;
        while (!text.ends_with(end) && BIO_read(bio_, &byte, 1) == 1) text.push_back(byte);
        return text;
    }
    [[nodiscard]] std::string name() const {
        SSL* ssl = nullptr;
        BIO_get_ssl(bio_, &ssl);
        X509* certificate = SSL_get1_peer_certificate(ssl);
        char text[64] = {};
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text, sizeof text);
        X509_free(certificate);
        return text;
    }

  private:
    SSL_CTX* context_;
    BIO* bio_ = nullptr;
    bool connected_ = false;
};

class Tls : public ::testing::Test {
  protected:
    Tls() : folder_(std::filesystem::temp_directory_path() / ("mp-tls-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
        file_ = folder_ / "both.pem";
        write_certificate(file_, "first");
        Config config = quick_config();
        config.tls_certificate = file_;
        config.tls_port = 0;
        fed_ = std::make_unique<Fed>(config);
    }
    ~Tls() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_;
    std::string file_;
    std::unique_ptr<Fed> fed_;
};

TEST_F(Tls, StreamsAsWithoutIt) {
    for (int i = 0; i < 500; ++i) fed_->state("m-" + std::to_string(i), 1);
    fed_->caught_up();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient client(fed_->gateway->tls_port(), version);
        ASSERT_TRUE(client.connected());
        client.send("GET /events/match-state HTTP/1.1\r\nHost: x\r\n\r\n");
        const std::string snapshot = client.read_until("event: live");
        EXPECT_NE(snapshot.find(state_of("m-0", 1)), std::string::npos);
        EXPECT_NE(snapshot.find(state_of("m-499", 1)), std::string::npos);
        fed_->state("m-7", version);
        EXPECT_TRUE(client.read_until(state_of("m-7", version)).ends_with("}"));
    }
}

TEST_F(Tls, RefusesVersionsBefore12) {
    EXPECT_FALSE(TlsClient(fed_->gateway->tls_port(), TLS1_1_VERSION).connected());
}

TEST_F(Tls, AKeyThatIsEncryptedIsNotAskedAbout) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    const std::string locked = folder_ / "locked.pem";
    std::FILE* file = std::fopen(locked.c_str(), "w");
    PEM_write_PrivateKey(file, key, EVP_aes_128_cbc(), reinterpret_cast<const unsigned char*>("secret"), 6, nullptr,
                         nullptr);
    std::fclose(file);
    EVP_PKEY_free(key);
    EXPECT_THROW(TlsCertificate(file_, locked), std::invalid_argument);
}

TEST_F(Tls, ANewCertificateIsForNewConnectionsAndABadOneIsNotTaken) {
    TlsClient before(fed_->gateway->tls_port(), TLS1_3_VERSION);
    EXPECT_EQ(before.name(), "first");
    write_certificate(file_, "second");
    fed_->gateway->reload_certificate();
    EXPECT_EQ(TlsClient(fed_->gateway->tls_port(), TLS1_3_VERSION).name(), "second");
    std::filesystem::resize_file(file_, 10);
    EXPECT_THROW(fed_->gateway->reload_certificate(), std::invalid_argument);
    EXPECT_EQ(TlsClient(fed_->gateway->tls_port(), TLS1_3_VERSION).name(), "second");
    before.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(before.read_until("ok\n").starts_with("HTTP/1.1 200")) << "who was there stays";
}

}  // namespace
}  // namespace matchpoint::http
