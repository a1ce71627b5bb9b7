// RocksDB's own messages, warnings and worse, as the file LOG beside its data. Any thread. A message that cannot be
// written is lost: RocksDB's logger instead ends the process at the second one when the disk is full (7.8 as Debian
// builds it, with assertions), where we want to say so and end in order. Only for this folder's .cc files.
#pragma once

#include <rocksdb/env.h>

#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>

namespace matchpoint::streams::state {

class DatabaseLog final : public rocksdb::Logger {
  public:
    // The file is made with the first message; once it is large it becomes LOG.old.
    explicit DatabaseLog(std::filesystem::path directory);

    using rocksdb::Logger::Logv;
    void Logv(const char* format, std::va_list arguments) override;
    void LogHeader(const char* /*format*/, std::va_list /*arguments*/) override {}  // each opening's options

  private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    void append(std::string_view line);

    const std::filesystem::path path_;
    std::mutex mutex_;
    std::unique_ptr<std::FILE, Close> file_;
    std::size_t bytes_ = 0;
};

}  // namespace matchpoint::streams::state
