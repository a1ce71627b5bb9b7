// How many connections there are, in all and from each address; says no to one too many. Thread-safe: it is asked once
// a connection, or once a request behind a proxy, never on the way of a record. Outlives its passes.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "http/metrics.h"

namespace matchpoint::http {

class Admission {
  private:
    using Addresses = std::unordered_map<std::string, std::size_t>;

  public:
    // A place among the connections, and one among those of an address; given back when this goes. One thread's.
    class Pass {
      public:
        Pass() = default;
        Pass(Pass&& other) noexcept
            : admission_(std::exchange(other.admission_, nullptr)), address_(other.address_), open_(other.open_) {}
        Pass& operator=(Pass&& other) noexcept {
            std::swap(admission_, other.admission_);
            std::swap(address_, other.address_);
            std::swap(open_, other.open_);
            return *this;
        }
        ~Pass();
        explicit operator bool() const { return admission_ != nullptr; }
        // Takes a place of that address, for a request that came by a proxy, and gives back the one it had. False, with
        // none, if it has too many.
        [[nodiscard]] bool belong_to(const std::string& address);
        void belong_to_nobody();

      private:
        friend class Admission;
        Pass(Admission& admission, Addresses::value_type* address, Counter& open);

        Admission* admission_ = nullptr;
        Addresses::value_type* address_ = nullptr;
        Counter* open_ = nullptr;
    };
    struct Admitted {
        Pass pass;                 // false if there are too many already
        bool for_address = false;  // too many from there
    };

    Admission(std::size_t most, std::size_t most_per_address) : most_(most), most_per_address_(most_per_address) {}
    // Counted in `open` too.
    [[nodiscard]] Admitted admit(const std::string& address, Counter& open);
    // A connection of a proxy, which belongs to the clients of its requests.
    [[nodiscard]] Admitted admit_proxy(Counter& open);

  private:
    // Under the mutex. Null if there are too many.
    [[nodiscard]] Addresses::value_type* enter(const std::string& address);
    void leave(Addresses::value_type& address);

    const std::size_t most_;
    const std::size_t most_per_address_;
    std::mutex mutex_;
    std::size_t open_ = 0;
    Addresses by_address_;  // its nodes stay where they are
};

}  // namespace matchpoint::http
