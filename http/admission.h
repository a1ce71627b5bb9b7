// How many connections there are, in all and from each address; says no to one too many. Thread-safe: it is asked once
// a connection, never on the way of a record.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace matchpoint::http {

class Admission : public std::enable_shared_from_this<Admission> {
  public:
    Admission(std::size_t most, std::size_t most_per_address) : most_(most), most_per_address_(most_per_address) {}
    struct Admitted {
        std::shared_ptr<void> pass;  // counted until this is gone; null if there are too many already
        bool for_address = false;    // too many from there
    };
    [[nodiscard]] Admitted admit(const std::string& address);

  private:
    void leave(const std::string& address);

    const std::size_t most_;
    const std::size_t most_per_address_;
    std::mutex mutex_;
    std::size_t open_ = 0;
    std::unordered_map<std::string, std::size_t> by_address_;
};

}  // namespace matchpoint::http
