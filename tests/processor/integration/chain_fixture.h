// What the tests of matchpoint-processor against a real broker share: a broker with the catalog's topics, made-up
// events of many matches, the program itself, and what it wrote. Main thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/support/child_process.h"
#include "tests/support/kafka_broker.h"

namespace matchpoint::testing {

struct Event {
    std::string match;  // the record's key
    std::string value;
};

// Tennis matches between players of their own, interleaved, each a start and `points` points, with undos, duplicates,
// neighbours swapped and garbage between.
[[nodiscard]] std::vector<Event> make_events(int matches, int points, std::mt19937& random);

struct Output {
    std::string key;
    std::optional<std::string> value;
    std::map<std::string, std::string> headers;
    std::int64_t timestamp = 0;
    std::int32_t partition = 0;
};

// A broker of its own with the topics of the catalog.
class Chain {
  public:
    Chain();
    ~Chain();

    [[nodiscard]] KafkaBroker& broker() { return broker_; }
    // Writes to `scores` as a foreign producer would, and waits for the acknowledgement.
    void produce(const std::vector<Event>& events);
    [[nodiscard]] std::unique_ptr<ChildProcess> start_processor(const std::vector<std::string>& more = {}) const;
    // Until the group has committed all of `scores` and of what was made from it; false if that took too long.
    [[nodiscard]] bool wait_until_processed(std::chrono::seconds timeout);
    // Everything committed so far, by partition in order.
    [[nodiscard]] std::vector<Output> read(const std::string& topic) const;
    [[nodiscard]] const std::filesystem::path& state_dir() const { return state_dir_; }

  private:
    [[nodiscard]] std::map<std::int32_t, std::int64_t> ends(const std::string& topic) const;
    [[nodiscard]] bool group_has_reached(const std::string& topic) const;

    KafkaBroker broker_;
    std::filesystem::path state_dir_;
};

}  // namespace matchpoint::testing
