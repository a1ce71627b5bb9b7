// Whatever is written, read, cut off, resumed at this gateway or another that read the partitions in another order: a
// client ends with the latest of each key, and no key ever goes back or comes twice.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/http/log_fixture.h"

namespace matchpoint::http {
namespace {

using namespace testing;

constexpr int kPartitions = 3;

struct Step {
    int kind = 0;
    int a = 0;
    int b = 0;
};

// Long enough for readers to fall behind, be cut off half way through a catch-up, and be cut off again.
rc::Gen<std::vector<Step>> steps() {
    const auto small = rc::gen::inRange(0, 100);
    const auto step = rc::gen::apply([](int kind, int a, int b) { return Step{kind, a, b}; }, small, small, small);
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, 400),
                           [step](std::size_t count) { return rc::gen::container<std::vector<Step>>(count, step); });
}

// One gateway: a log and how far it has read each partition.
struct Mirror {
    explicit Mirror(const LogOptions& options) : log(std::string(kTopic), kPartitions, options), feeder(log) {}
    Log log;
    Feeder feeder;
    std::vector<std::size_t> read = std::vector<std::size_t>(kPartitions, 0);
};

class World {
  public:
    World(LogOptions options, Filter filter) : filter_(std::move(filter)) {
        for (int i = 0; i < 2; ++i) mirrors_.push_back(std::make_unique<Mirror>(options));
    }

    void produce(int key, bool tombstone) {
        Produced produced;
        produced.key = "m" + std::to_string(key % 9);
        produced.partition = (key % 9) % kPartitions;
        // Markers of transactions take offsets too.
        auto& home = topic_[static_cast<std::size_t>(produced.partition)];
        produced.offset = home.empty() ? 0 : home.back().offset + 1 + (key % 2);
        produced.tombstone = tombstone;
        home.push_back(produced);
    }
    void feed(int which, int partition, int count) {
        Mirror& mirror = *mirrors_[static_cast<std::size_t>(which % 2)];
        const auto p = static_cast<std::size_t>(partition % kPartitions);
        for (; count > 0 && mirror.read[p] < topic_[p].size(); --count)
            mirror.feeder.append(topic_[p][mirror.read[p]++]);
    }
    void feed_all(int which) {
        for (int p = 0; p < kPartitions; ++p) feed(which, p, 1'000'000);
    }
    // Connects to a gateway with the id the client has, if any; it may have to wait for the gateway to get there.
    void connect(int which) {
        at_ = which % 2;
        const Log& log = mirrors_[static_cast<std::size_t>(at_)]->log;
        const auto id = decode_event_id(kTopic, client_.last_event_id());
        cursor_ = id ? Cursor::resume(log, *id, streams::Timestamp{0}, 0) : std::optional(Cursor::fresh(log, 0));
        if (!id) client_.forget();
        waiting_ = !cursor_;
    }
    void read(std::size_t limit, std::size_t most) {
        if (waiting_) connect(at_);
        if (!cursor_) return;
        (void)read_some(*cursor_, mirrors_[static_cast<std::size_t>(at_)]->log, filter_, client_, limit, most, rises_);
    }
    void finish() {
        feed_all(0);
        feed_all(1);
        if (!cursor_) connect(at_);
        RC_ASSERT(cursor_.has_value());
        const Log& log = mirrors_[static_cast<std::size_t>(at_)]->log;
        read_all(*cursor_, log, filter_, client_, rises_);
        RC_ASSERT(client_.known() == latest_of(log, filter_));
        RC_ASSERT(cursor_->live());
        RC_ASSERT(client_.lives() > 0);
    }
    [[nodiscard]] bool rises() const { return rises_; }

  private:
    std::vector<std::vector<Produced>> topic_ = std::vector<std::vector<Produced>>(kPartitions);
    std::vector<std::unique_ptr<Mirror>> mirrors_;
    Filter filter_;
    Client client_;
    std::optional<Cursor> cursor_;
    int at_ = 0;
    bool waiting_ = false;
    bool rises_ = true;
};

void play(World& world, const std::vector<Step>& steps, int tombstones_percent = 15) {
    for (const auto& [kind, a, b] : steps) {
        if (kind < 45) {
            world.produce(a, b < tombstones_percent);
            if (b % 3 != 0) world.feed(b, a, 3);
        } else if (kind < 60) {
            world.feed(a, b, a % 7);
        } else if (kind < 88) {
            world.read(static_cast<std::size_t>(1 + a % 9), static_cast<std::size_t>(b % 12));
        } else {
            world.connect(a);
        }
        RC_ASSERT(world.rises());
    }
    world.finish();
    RC_ASSERT(world.rises());
}

LogOptions options_of(int ring, int tombstones) {
    LogOptions options;
    options.ring_records = static_cast<std::size_t>(1 + ring);
    options.tombstones = static_cast<std::size_t>(tombstones);
    return options;
}

RC_GTEST_PROP(CursorProperty, AReaderOfAllEndsWithTheLatestOfEachKey, ()) {
    World world(options_of(*rc::gen::inRange(0, 30), 1000), Filter{});
    play(world, *steps());
}

RC_GTEST_PROP(CursorProperty, AReaderOfSomeMatchesEndsWithTheirLatest, ()) {
    World world(options_of(*rc::gen::inRange(0, 30), 1000), Filter{{"m1", "m4", "m5"}, {}, {}});
    play(world, *steps());
}

RC_GTEST_PROP(CursorProperty, AReaderOfAPlayerEndsWithHisMatches, ()) {
    World world(options_of(*rc::gen::inRange(0, 30), 1000), Filter{{}, {"p2", "p3"}, {}});
    play(world, *steps());
}

RC_GTEST_PROP(CursorProperty, AReaderOfASportEndsWithItsMatches, ()) {
    World world(options_of(*rc::gen::inRange(0, 30), 1000), Filter{{}, {}, {"tennis"}});
    play(world, *steps());
}

RC_GTEST_PROP(CursorProperty, DroppedTombstonesNeverLeaveADeletedKeyBehind, ()) {
    World world(options_of(*rc::gen::inRange(0, 5), *rc::gen::inRange(0, 3)), Filter{});
    play(world, *steps(), 50);
}

// While it keeps up, a reader gets every record, in order, exactly once.
RC_GTEST_PROP(CursorProperty, AReaderInsideTheRingGetsEveryRecord, ()) {
    const int ring = *rc::gen::inRange(1, 20);
    Log log(std::string(kTopic), kPartitions, options_of(ring, 1000));
    Feeder feeder(log);
    std::vector<std::int64_t> offsets(kPartitions, 0);
    Client client;
    bool rises = true;
    Cursor cursor = Cursor::fresh(log, 0);
    read_all(cursor, log, Filter{}, client, rises);
    int appended = 0;
    for (const int burst : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20))) {
        for (int i = 0; i < std::min(burst, ring); ++i) {
            const int key = (appended * 7 + burst) % 5;
            const int partition = key % kPartitions;
            feeder.append(
                {partition, offsets[static_cast<std::size_t>(partition)]++, "k" + std::to_string(key), false});
            ++appended;
        }
        read_all(cursor, log, Filter{}, client, rises);
        RC_ASSERT(client.records() == appended);
        RC_ASSERT(rises);
    }
    RC_ASSERT(cursor.conflations() == 0U);
}

}  // namespace
}  // namespace matchpoint::http
