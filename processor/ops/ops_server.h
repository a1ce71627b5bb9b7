// A small HTTP server for operators: one thread of its own, one handler. GET and HEAD only; bounded in connections, in
// the size of a request and in the time that it takes. Never on anybody's hot path, and nothing waits for it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <spdlog/logger.h>

namespace matchpoint::ops {

struct Response {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
    std::string location;  // of a redirect
};

// Called on the server's thread with the request's target, as it was sent. What it throws is answered with a 500.
using Handler = std::function<Response(const std::string& target)>;

class OpsServer {
  public:
    // Listens; a port of 0 takes a free one. Throws streams::ConfigError naming address and port if it cannot.
    OpsServer(const std::string& address, std::uint16_t port, Handler handler, std::shared_ptr<spdlog::logger> logger);
    ~OpsServer();  // requests under way are dropped
    OpsServer(const OpsServer&) = delete;
    OpsServer& operator=(const OpsServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace matchpoint::ops
