// A directory of its own for a test, removed with all in it at the end.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace matchpoint::streams::state {

class TempDirectory {
  public:
    TempDirectory() : TempDirectory(std::filesystem::temp_directory_path()) {}
    explicit TempDirectory(const std::filesystem::path& parent) {
        std::string name = (parent / "matchpoint-state-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
        path_ = name;
    }
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;
    ~TempDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    // A memory file system where there is one with room: for many small databases that would only wait for the disk.
    [[nodiscard]] static std::filesystem::path quick_parent() {
        std::error_code missing;
        const auto space = std::filesystem::space("/dev/shm", missing);
        return !missing && space.available > (256U << 20U) ? "/dev/shm" : std::filesystem::temp_directory_path();
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace matchpoint::streams::state
