#include "simulator/stdout_sink.h"

#include <cerrno>
#include <cstring>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

namespace matchpoint::simulator {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18U;

}  // namespace

StdoutSink::StdoutSink(int fd) : fd_(fd) {
    buffer_.reserve(kBlockBytes + 1024);
}

bool StdoutSink::publish(const Event& event) {
    buffer_.append(event.json);
    buffer_.push_back('\n');
    ++buffered_;
    if (buffer_.size() >= kBlockBytes) flush();
    return true;
}

void StdoutSink::serve(Millis timeout) {
    flush();
    if (timeout.count() > 0) std::this_thread::sleep_for(timeout);
}

bool StdoutSink::finish(Millis /*timeout*/) {
    flush();
    return !failure_;
}

void StdoutSink::flush() {
    std::size_t done = 0;
    while (done < buffer_.size() && !failure_) {
        const auto count = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
        if (count >= 0) {
            done += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            failure_ = fmt::format("cannot write to standard output: {}", std::strerror(errno));
        }
    }
    if (!failure_) written_ += buffered_;
    buffered_ = 0;
    buffer_.clear();
}

}  // namespace matchpoint::simulator
