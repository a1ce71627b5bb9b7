// Runs until it is killed: `transactions DIR` writes transaction after transaction, `restore DIR` restores the
// changelog. Prints the number of each transaction once it is applied, or each offset once it was reported as reached.
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <exception>

#include "tests/processor/streams/state/crash_history.h"

namespace matchpoint::streams::state::crash {
namespace {

void report(std::int64_t number) {
    char line[32];
    const int size = std::snprintf(line, sizeof line, "%lld\n", static_cast<long long>(number));
    if (write(STDOUT_FILENO, line, static_cast<std::size_t>(size)) != size) std::terminate();
}

void write_transactions(TaskStorage& storage) {
    const auto last = storage.changelog_offset(kStores[0], changelog(0));
    for (std::int64_t number = last ? last->value() + 1 : 1;; ++number) {
        for (const Write& each : transaction(static_cast<std::uint64_t>(number))) {
            TransactionalStore& store = storage.store(kStores[each.store]);
            each.erased ? store.erase(each.key) : store.put(each.key, each.value);
        }
        std::vector<ChangelogOffset> reached;
        for (std::size_t i = 0; i < kStores.size(); ++i) reached.push_back({kStores[i], changelog(i), Offset{number}});
        storage.commit(reached);
        report(number);
    }
}

void restore(TaskStorage& storage) {
    const auto reached = storage.changelog_offset(kStores[0], changelog(0));
    const auto writer = storage.restore_writer(kStores[0]);
    for (std::int64_t offset = reached ? reached->value() : 0; offset < kChangelogRecords; ++offset) {
        const Write record = changelog_record(offset);
        record.erased ? writer->erase(record.key) : writer->put(record.key, record.value);
        if (offset % 500 != 499) continue;
        writer->reached(changelog(0), Offset{offset + 1});
        report(offset + 1);
    }
    writer->finish();
}

}  // namespace
}  // namespace matchpoint::streams::state::crash

int main(int argc, char** argv) {
    using namespace matchpoint::streams::state;
    if (argc != 3) return 2;
    try {
        TaskStorage storage(argv[2], crash::specs(), crash::small_memory());
        std::strcmp(argv[1], "restore") == 0 ? crash::restore(storage) : crash::write_transactions(storage);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
