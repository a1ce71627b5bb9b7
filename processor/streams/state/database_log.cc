#include "processor/streams/state/database_log.h"

#include <array>
#include <chrono>
#include <system_error>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace matchpoint::streams::state {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;
constexpr std::size_t kMaxMessage = 2'000;

}  // namespace

DatabaseLog::DatabaseLog(std::filesystem::path directory)
    : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), path_(std::move(directory) / "LOG") {
    std::error_code none;
    const auto size = std::filesystem::file_size(path_, none);
    if (!none) bytes_ = static_cast<std::size_t>(size);
}

void DatabaseLog::Logv(const char* format, std::va_list arguments) {
    std::array<char, kMaxMessage> message{};
    if (std::vsnprintf(message.data(), message.size(), format, arguments) < 0) return;
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    append(fmt::format("{:%F %T} {}\n", now, message.data()));
}

void DatabaseLog::append(std::string_view line) {
    const std::scoped_lock lock(mutex_);
    if (bytes_ + line.size() > kMaxBytes) {
        file_.reset();
        std::error_code ignored;  // then it grows
        std::filesystem::rename(path_, path_.string() + ".old", ignored);
        bytes_ = 0;
    }
    if (file_ == nullptr) file_.reset(std::fopen(path_.c_str(), "ae"));
    if (file_ == nullptr) return;
    bytes_ += std::fwrite(line.data(), 1, line.size(), file_.get());
    std::fflush(file_.get());
}

}  // namespace matchpoint::streams::state
