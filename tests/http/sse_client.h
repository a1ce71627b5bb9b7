// A client for tests: one request on a blocking socket, and the events of its answer as a browser would see them.
// Waits at most five seconds for anything.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace matchpoint::http::testing {

struct Event {
    std::string name = "message";
    std::string data;
    std::string last_event_id;
};

class HttpClient {
  public:
    explicit HttpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        be_patient(std::chrono::seconds(5));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("cannot connect");
        }
    }
    ~HttpClient() { ::close(socket_); }
    void be_patient(std::chrono::seconds time) {
        const timeval patience{time.count(), 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    void send(std::string_view bytes) {
        if (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
            throw std::runtime_error("cannot send");
        }
    }
    // "METHOD target", the headers each ending in CR LF. Returns the status.
    // False if the server did not take it all in time.
    [[nodiscard]] bool sent_within(std::string_view bytes, int ms) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
                continue;
            }
            pollfd writable{socket_, POLLOUT, 0};
            if (errno != EAGAIN || ::poll(&writable, 1, ms) != 1) return false;
        }
        return true;
    }
    int request(const std::string& line, const std::string& headers = {}) {
        send(line + " HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n");
        return read_head();
    }
    int read_head() {
        head_ = read_until("\r\n\r\n");
        chunked_ = header("Transfer-Encoding") == "chunked";
        return std::stoi(head_.substr(9, 3));
    }
    [[nodiscard]] std::string header(const std::string& name) const {
        const std::size_t begin = head_.find("\r\n" + name + ": ");
        if (begin == std::string::npos) return {};
        const std::size_t value = begin + name.size() + 4;
        return head_.substr(value, head_.find("\r\n", value) - value);
    }
    [[nodiscard]] const std::string& head() const { return head_; }
    // The body of an answer with Content-Length.
    std::string body() { return bytes(std::stoul(header("Content-Length"))); }
    // That many raw bytes, after a change of protocol.
    std::string bytes(std::size_t size) {
        while (buffer_.size() < size) fill();
        std::string taken = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return taken;
    }
    int get(const std::string& target, const std::string& headers = {}) { return request("GET " + target, headers); }

    // The next event; throws when the stream ends or nothing comes.
    Event event() {
        for (;;) {
            const std::size_t end = stream_.find("\n\n");
            if (end == std::string::npos) {
                try {
                    read_stream();
                } catch (const std::runtime_error&) {
                    // A line counts once it has ended, whatever comes behind it.
                    (void)parse(std::string_view(stream_).substr(0, stream_.rfind('\n') + 1));
                    throw;
                }
                continue;
            }
            const std::string block = stream_.substr(0, end + 1);
            stream_.erase(0, end + 2);
            if (auto event = parse(block)) return *event;
        }
    }
    // Everything the server still sends until it closes.
    std::string rest() {
        try {
            for (;;) fill();
        } catch (const std::runtime_error&) {
            return std::exchange(buffer_, {});
        }
    }
    [[nodiscard]] const std::string& last_event_id() const { return last_event_id_; }
    [[nodiscard]] const std::string& retry() const { return retry_; }
    [[nodiscard]] const std::string& comment() const { return comment_; }

  private:
    void fill() {
        std::array<char, 65536> bytes{};
        const ssize_t size = ::recv(socket_, bytes.data(), bytes.size(), 0);
        if (size <= 0) throw std::runtime_error(size == 0 ? "the server closed" : "nothing came in time");
        buffer_.append(bytes.data(), static_cast<std::size_t>(size));
    }
    std::string read_until(std::string_view end) {
        std::size_t at = 0;
        while ((at = buffer_.find(end)) == std::string::npos) fill();
        std::string text = buffer_.substr(0, at + end.size());
        buffer_.erase(0, at + end.size());
        return text;
    }
    void read_stream() {
        if (!chunked_) {
            if (buffer_.empty()) fill();
            stream_ += std::exchange(buffer_, {});
            return;
        }
        const std::size_t size = std::stoul(read_until("\r\n"), nullptr, 16);
        while (buffer_.size() < size + 2) fill();
        stream_ += buffer_.substr(0, size);
        buffer_.erase(0, size + 2);
        if (size == 0) throw std::runtime_error("the stream ended");
    }
    std::optional<Event> parse(std::string_view block) {
        Event event;
        bool has_data = false;
        while (!block.empty()) {
            const std::string_view line = block.substr(0, block.find('\n'));
            block.remove_prefix(line.size() + 1);
            if (line.starts_with(':')) comment_ = line;
            if (line.starts_with("id: ")) last_event_id_ = line.substr(4);
            if (line.starts_with("retry: ")) retry_ = line.substr(7);
            if (line.starts_with("event: ")) event.name = line.substr(7);
            if (!line.starts_with("data: ")) continue;
            if (std::exchange(has_data, true)) event.data.push_back('\n');
            event.data += line.substr(6);
        }
        event.last_event_id = last_event_id_;
        return has_data ? std::optional(event) : std::nullopt;
    }

    int socket_;
    std::string buffer_;
    std::string head_;
    std::string stream_;
    std::string last_event_id_;
    std::string retry_;
    std::string comment_;
    bool chunked_ = false;
};

// What a page that follows one stream shows: data by key, until `live` or for good.
class Follower {
  public:
    // Reads up to and including `live`.
    void until_live(HttpClient& client, std::string_view key_field) {
        for (;;) {
            const Event event = client.event();
            if (event.name == "live") return;
            apply(event, key_field);
        }
    }
    void apply(const Event& event, std::string_view key_field) {
        if (event.name == "reset") {
            ++resets;
            state.clear();
        } else if (event.name == "delete") {
            ++events;
            state.erase(text_after(event.data, "\"key\":\""));
        } else {
            ++events;
            state[text_after(event.data, "\"" + std::string(key_field) + "\":\"")] = event.data;
        }
    }
    std::map<std::string, std::string> state;
    int events = 0;
    int resets = 0;

  private:
    static std::string text_after(const std::string& data, const std::string& begin) {
        const std::size_t at = data.find(begin);
        if (at == std::string::npos) return {};
        return data.substr(at + begin.size(), data.find('"', at + begin.size()) - at - begin.size());
    }
};

}  // namespace matchpoint::http::testing
