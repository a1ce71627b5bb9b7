// Runs a program of ours as its users do, for tests: arguments in; status, standard output and error out. It is found
// in MATCHPOINT_BIN and dies with the test. One thread; the destructor kills and reaps what still runs.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace matchpoint::testing {

class ChildProcess {
  public:
    ChildProcess(const std::string& program, const std::vector<std::string>& arguments);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    void signal(int number) const;
    // The exit status (128 + signal if killed); nullopt if it still runs by then.
    [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds timeout);
    // True once standard error contains `text`.
    [[nodiscard]] bool says(const std::string& text, std::chrono::milliseconds timeout) const;
    // What it has written so far.
    [[nodiscard]] std::string out() const;
    [[nodiscard]] std::string err() const;

  private:
    pid_t pid_ = -1;
    std::string folder_;
    std::optional<int> status_;
};

}  // namespace matchpoint::testing
