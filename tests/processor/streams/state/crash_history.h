// What the crashing program writes and its test expects: a function of the transaction's number alone, so that both
// sides know the state after any number of them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "processor/streams/state/task_storage.h"

namespace matchpoint::streams::state::crash {

inline const std::array<std::string, 3> kStores{"alpha", "beta", "gamma"};
inline constexpr int kKeys = 400;

struct Write {
    std::size_t store;
    std::string key;
    std::string value;
    bool erased;
};

inline std::vector<StoreSpec> specs() {
    return {{kStores[0]}, {kStores[1]}, {kStores[2]}};
}
inline TopicPartition changelog(std::size_t store) {
    return {kStores[store] + "-changelog", Partition{0}};
}

// Small, so that memtables are flushed all the time.
inline std::shared_ptr<StoreMemory> small_memory() {
    return std::make_shared<StoreMemory>(StoreMemoryOptions{.total_bytes = 8U << 20U, .write_buffer_bytes = 1U << 20U});
}

inline std::vector<Write> transaction(std::uint64_t number) {
    std::mt19937_64 random(number);
    std::vector<Write> writes;
    const std::size_t count = 1 + random() % 60;
    for (std::size_t i = 0; i < count; ++i) {
        Write write;
        write.store = random() % kStores.size();
        write.key = "key-" + std::to_string(random() % kKeys);
        write.erased = random() % 5 == 0;
        write.value = std::to_string(number) + ":" + std::string(random() % 1500, static_cast<char>('a' + i % 26));
        writes.push_back(std::move(write));
    }
    return writes;
}

using Model = std::array<std::map<std::string, std::string>, 3>;

inline void apply_to(Model& model, std::uint64_t number) {
    for (const Write& write : transaction(number)) {
        if (write.erased) {
            model[write.store].erase(write.key);
        } else {
            model[write.store][write.key] = write.value;
        }
    }
}

// A changelog to be restored into the first store: mostly keys of their own, so that a lost record is not hidden by a
// later one, and some that are overwritten and erased.
inline constexpr std::int64_t kChangelogRecords = 400'000;

inline Write changelog_record(std::int64_t offset) {
    const std::int64_t key = offset % 10 == 9 ? offset / 3 : offset;
    return {0, "record-" + std::to_string(key), std::to_string(offset) + std::string(500, 'r'), offset % 70 == 69};
}

}  // namespace matchpoint::streams::state::crash
