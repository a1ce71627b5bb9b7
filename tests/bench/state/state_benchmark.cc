// What the record path, a commit, a restore and an opening cost. Directories go under TMPDIR: a memory file system
// there shows the code, a disk shows the disk.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "processor/streams/state/task_storage.h"
#include "tests/processor/streams/state/temp_directory.h"

namespace matchpoint::streams::state {
namespace {

constexpr std::size_t kValueBytes = 300;
const TopicPartition kChangelog{"log", Partition{0}};

std::vector<std::string> keys(std::size_t count) {
    std::vector<std::string> result;
    for (std::size_t i = 0; i < count; ++i) result.push_back("match-2026-" + std::to_string(i * 7919));
    return result;
}

// Visits indices in an order that no cache foresees.
class Shuffle {
  public:
    explicit Shuffle(std::size_t count) : count_(count) {}
    std::size_t next() { return (at_ = at_ * 6364136223846793005U + 1442695040888963407U) >> 33U; }
    std::size_t operator()() { return next() % count_; }

  private:
    std::size_t count_;
    std::uint64_t at_ = 1;
};

struct Task {
    explicit Task(StoreKind kind) : storage(directory.path() / "0_0", specs(kind), std::make_shared<StoreMemory>()) {}
    static const std::vector<StoreSpec>& specs(StoreKind kind) {
        static const std::vector<StoreSpec> rocksdb{{"s", StoreKind::kRocksDb}};
        static const std::vector<StoreSpec> memory{{"s", StoreKind::kInMemory}};
        return kind == StoreKind::kRocksDb ? rocksdb : memory;
    }
    void fill(const std::vector<std::string>& all) {
        const auto writer = storage.restore_writer("s");
        const std::string value(kValueBytes, 'v');
        for (const std::string& key : all) writer->put(key, value);
        writer->reached(kChangelog, Offset{1});
        writer->finish();
    }
    TransactionalStore& store() { return storage.store("s"); }

    TempDirectory directory;
    TaskStorage storage;
};

StoreKind kind_of(const benchmark::State& state) {
    return state.range(0) == 0 ? StoreKind::kRocksDb : StoreKind::kInMemory;
}

void write_buffer_overwrite(benchmark::State& state) {
    const auto all = keys(static_cast<std::size_t>(state.range(0)));
    const std::string value(kValueBytes, 'v');
    WriteBuffer buffer;
    Shuffle pick(all.size());
    for (auto _ : state) buffer.put(all[pick()], value);
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(write_buffer_overwrite)->Arg(1000)->Arg(20'000);

void write_buffer_new_keys(benchmark::State& state) {
    const auto all = keys(20'000);
    const std::string value(kValueBytes, 'v');
    WriteBuffer buffer;
    std::size_t i = 0;
    for (auto _ : state) {
        buffer.put(all[i], value);
        if (++i == all.size()) {
            buffer.clear();
            i = 0;
        }
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(write_buffer_new_keys);

void write_buffer_find(benchmark::State& state) {
    const auto all = keys(20'000);
    WriteBuffer buffer;
    for (const std::string& key : all) buffer.put(key, "value");
    Shuffle pick(all.size());
    for (auto _ : state) benchmark::DoNotOptimize(buffer.find(all[pick()]));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(write_buffer_find);

// The pattern of a processor: read a key's state, change it, write it; a commit each 2,000 records.
void read_modify_write(benchmark::State& state) {
    Task task(kind_of(state));
    const auto all = keys(static_cast<std::size_t>(state.range(1)));
    task.fill(all);
    Shuffle pick(all.size());
    Bytes value;
    std::int64_t done = 0;
    for (auto _ : state) {
        const std::string& key = all[pick()];
        if (!task.store().get(key, value)) state.SkipWithError("a key is missing");
        value[0] = static_cast<char>(++done);
        task.store().put(key, value);
        if (done % 2000 == 0) {
            const ChangelogOffset reached{"s", kChangelog, Offset{done}};
            task.storage.commit({&reached, 1});
        }
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read_modify_write)->ArgsProduct({{0, 1}, {1000, 100'000}});

// What the committer thread does for a transaction of so many records, and nothing else.
void apply(benchmark::State& state) {
    Task task(kind_of(state));
    const auto all = keys(100'000);
    const std::string value(kValueBytes, 'v');
    Shuffle pick(all.size());
    for (auto _ : state) {
        state.PauseTiming();
        for (int i = 0; i < state.range(1); ++i) task.store().put(all[pick()], value);
        const ChangelogOffset reached{"s", kChangelog, Offset{1}};
        state.ResumeTiming();
        task.storage.commit({&reached, 1});
    }
    state.SetItemsProcessed(state.iterations() * state.range(1));
}
BENCHMARK(apply)->ArgsProduct({{0, 1}, {1, 100, 5000}})->UseRealTime();

void get_committed(benchmark::State& state) {
    Task task(kind_of(state));
    const auto all = keys(100'000);
    task.fill(all);
    Shuffle pick(all.size());
    Bytes value;
    for (auto _ : state) benchmark::DoNotOptimize(task.store().get(all[pick()], value));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(get_committed)->Arg(0)->Arg(1);

void get_missing(benchmark::State& state) {
    Task task(kind_of(state));
    const auto all = keys(100'000);
    task.fill(all);
    Shuffle pick(all.size());
    Bytes value;
    for (auto _ : state) benchmark::DoNotOptimize(task.store().get(all[pick()] + "?", value));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(get_missing)->Arg(0)->Arg(1);

// 20 rows out of 100,000 while a transaction of 2,000 keys is open.
void short_scan(benchmark::State& state) {
    Task task(kind_of(state));
    const auto all = keys(100'000);
    task.fill(all);
    Shuffle pick(all.size());
    for (int i = 0; i < 2000; ++i) task.store().put(all[pick()], "new");
    for (auto _ : state) {
        auto it = task.store().range(all[pick()], std::nullopt);
        for (int i = 0; i < 20 && it->valid(); ++i, it->next()) benchmark::DoNotOptimize(it->value());
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(short_scan)->Arg(0)->Arg(1);

// A changelog of a million records over so many keys.
void restore(benchmark::State& state) {
    constexpr int kRecords = 1'000'000;
    const auto all = keys(static_cast<std::size_t>(state.range(1)));
    std::mt19937_64 random(1);
    std::string value(200, '\0');
    for (char& each : value) each = static_cast<char>('a' + random() % 16);
    for (auto _ : state) {
        state.PauseTiming();
        auto task = std::make_unique<Task>(kind_of(state));
        Shuffle pick(all.size());
        state.ResumeTiming();
        auto writer = task->storage.restore_writer("s");
        for (int i = 0; i < kRecords; ++i) {
            value[static_cast<std::size_t>(i) % value.size()] ^= 1;
            writer->put(all[pick()], value);
            if (i % 1000 == 999) writer->reached(kChangelog, Offset{i + 1});
        }
        writer->finish();
        state.PauseTiming();
        writer = nullptr;
        task = nullptr;
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * kRecords);
}
BENCHMARK(restore)
    ->ArgsProduct({{0, 1}, {10'000, 1'000'000}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(2);

// 24 tasks of three stores, new (0) or found on disk (1).
void open_24_tasks(benchmark::State& state) {
    const std::vector<StoreSpec> specs{{"a"}, {"b"}, {"c"}};
    TempDirectory directory;
    const auto memory = std::make_shared<StoreMemory>();
    const auto open_all = [&] {
        std::vector<std::unique_ptr<TaskStorage>> tasks;
        for (int i = 0; i < 24; ++i) {
            tasks.push_back(std::make_unique<TaskStorage>(directory.path() / std::to_string(i), specs, memory));
        }
        return tasks;
    };
    if (state.range(0) == 1) open_all();
    for (auto _ : state) {
        auto tasks = open_all();
        state.PauseTiming();
        tasks.clear();
        if (state.range(0) == 0) TaskStorage::destroy(directory.path());
        state.ResumeTiming();
    }
}
BENCHMARK(open_24_tasks)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(3);

}  // namespace
}  // namespace matchpoint::streams::state
