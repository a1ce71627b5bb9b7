// The event stream format of the WHATWG HTML standard, fed in pieces of any size. No I/O; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace matchpoint::bench {

// Views are good during the call that hands the event over.
struct Event {
    std::string_view name;  // "message" where the stream does not say
    std::string_view data;
    std::string_view id;  // the last event id, also where this event has none of its own
};

class EventParser {
  public:
    using Sink = std::function<void(const Event&)>;

    void feed(std::string_view bytes, const Sink& sink);
    // A new connection: the last event id and the retry time stay, a half event does not.
    void restart();

    [[nodiscard]] const std::string& last_event_id() const { return id_; }
    void set_last_event_id(std::string id) { id_ = id_buffer_ = std::move(id); }
    [[nodiscard]] std::uint32_t retry_ms() const { return retry_ms_; }
    [[nodiscard]] std::uint64_t comments() const { return comments_; }

  private:
    void line(std::string_view text, const Sink& sink);
    void field(std::string_view name, std::string_view value);
    void dispatch(const Sink& sink);

    std::string rest_;  // of a line whose end has not come
    std::string name_;
    std::string data_;
    std::string id_buffer_;
    std::string id_;
    std::uint64_t comments_ = 0;
    std::uint32_t retry_ms_ = 3'000;
    bool has_data_ = false;
    bool first_line_ = true;
    bool skip_line_feed_ = false;  // the last piece ended in a carriage return
};

}  // namespace matchpoint::bench
