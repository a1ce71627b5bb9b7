// The floor: a server that is nothing but a loop of send() of the bytes that the gateway sends, on blocking sockets of
// one thread. It knows its subscribers before it begins and looks at nothing. Commands on standard input:
//   burst COUNT RATE MATCHES FIRST_SEQ   so many records, at so many a second (0: as fast as it can), to all who asked
//   stop
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <iostream>
#include <memory>
#include <mutex>
#include <sstream>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "tests/bench/gateway/commands.h"
#include "tests/bench/gateway/pace.h"

namespace matchpoint::bench {
namespace {

struct FloorOptions {
    std::size_t gather = 1;
};

constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
// As long as the gateway's for the twelve partitions of match-state.
constexpr std::string_view kId = "AXhmiqB5gICAAYCAgAGAgIABgICAAYCAgAGAgIABgICAAYCAgAGAgIABgICAAYCAgAGAgIA";

void frame(const BenchRecord& record, std::string& json, std::string& out) {
    record.write(json);
    const std::size_t size = 4 + kId.size() + 1 + 6 + json.size() + 2;
    fmt::format_to(std::back_inserter(out), "{:x}\r\nid: {}\ndata: {}\n\n\r\n", size, kId, json);
}

void send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;  // it has gone; the load tells what it missed
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

class Floor {
  public:
    explicit Floor(const FloorOptions& options) : gather_(options.gather) {}

    std::uint16_t listen() {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        if (::bind(listener_, reinterpret_cast<const sockaddr*>(&at), size) != 0 || ::listen(listener_, 4096) != 0)
            throw std::system_error(errno, std::generic_category(), "cannot listen");
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
        std::thread([this] { accept(); }).detach();
        return ntohs(at.sin_port);
    }

    void burst(const PaceOptions& options) {
        const std::lock_guard lock(mutex_);
        // Who is sent what: by match, those who asked for it and those who asked for all.
        std::vector<std::vector<int>> readers(options.matches);
        for (std::uint32_t match = 0; match < options.matches; ++match) {
            const std::string key = BenchRecord{match, 1, 0}.key();
            for (const auto& [socket, path] : sockets_) {
                if (path.find("m-") == std::string::npos || path.find(key) != std::string::npos)
                    readers[match].push_back(socket);
            }
        }
        const bool same = readers.front().size() == sockets_.size();
        send_burst(options, readers, same);
    }

  private:
    void send_burst(const PaceOptions& options, const std::vector<std::vector<int>>& readers, bool same) {
        Pace pace(options);
        std::vector<std::string> waiting(same ? 1 : options.matches);
        std::vector<std::size_t> counts(waiting.size());
        std::string json;
        while (!pace.done()) {
            if (options.rate != 0) pace.sleep_until_due();
            const BenchRecord record = pace.take();
            const std::size_t at = same ? 0 : record.match;
            frame(record, json, waiting[at]);
            if (++counts[at] < gather_ && !pace.done()) continue;
            for (const int socket : readers[at]) send_all(socket, waiting[at]);
            waiting[at].clear();
            counts[at] = 0;
        }
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            if (waiting[i].empty()) continue;
            for (const int socket : readers[i]) send_all(socket, waiting[i]);
        }
    }

    void accept() {
        for (;;) {
            const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket < 0) return;
            const int on = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            std::array<char, 4096> request{};
            const ssize_t size = ::recv(socket, request.data(), request.size(), 0);
            std::string path(request.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
            path.resize(std::min(path.find("\r\n"), path.size()));
            send_all(socket, kHead);
            const std::lock_guard lock(mutex_);
            sockets_.emplace_back(socket, std::move(path));
        }
    }

    const std::size_t gather_;
    int listener_ = -1;
    std::mutex mutex_;
    std::vector<std::pair<int, std::string>> sockets_;
};

void serve(const FloorOptions& options) {
    Floor floor(options);
    std::cout << fmt::format(R"({{"port":{}}})", floor.listen()) << std::endl;
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream words(line);
        std::string command;
        PaceOptions pace;
        words >> command >> pace.count >> pace.rate >> pace.matches >> pace.first_seq;
        if (command != "burst" || !words) break;
        floor.burst(pace);
        std::cout << "{}" << std::endl;
    }
    std::quick_exit(0);  // the thread that accepts is never joined
}

}  // namespace

void add_floor(CLI::App& app) {
    auto options = std::make_shared<FloorOptions>();
    CLI::App* command = app.add_subcommand("floor", "a bare loop of send(); takes commands on standard input");
    command->add_option("--gather", options->gather, "events in one send")->check(CLI::PositiveNumber);
    command->callback([options] { serve(*options); });
}

}  // namespace matchpoint::bench
