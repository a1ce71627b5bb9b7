// What goes wrong in local state. Thrown by everything in this folder; caught once, where a task is run or opened.
#pragma once

#include <stdexcept>
#include <string>

namespace matchpoint::streams::state {

enum class StorageErrorKind {
    kCorruption,  // the files do not make sense: destroy the directory and restore from the changelog
    kLocked,      // another process or another task object has the directory open: wait, then try again
    kNoSpace,     // the disk is full
    kIo,          // any other failure to read or write
    kClosed,      // the storage was closed, or failed before, under whoever still used it
};

class StorageError : public std::runtime_error {
  public:
    StorageError(StorageErrorKind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
    [[nodiscard]] StorageErrorKind kind() const { return kind_; }

  private:
    StorageErrorKind kind_;
};

}  // namespace matchpoint::streams::state
