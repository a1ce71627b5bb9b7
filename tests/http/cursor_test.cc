// What a reader is told in the cases that random histories seldom make: filters that a record leaves, deletions whose
// records compaction took, ids from before a restart, topics made anew.
#include <gtest/gtest.h>

#include "tests/http/log_fixture.h"

namespace matchpoint::http {
namespace {

using namespace testing;

LogOptions options_of(bool compacted, std::size_t ring_records = 100) {
    LogOptions options;
    options.compacted = compacted;
    options.index_players = compacted;
    options.ring_records = ring_records;
    return options;
}

class TopicLog {
  public:
    explicit TopicLog(const LogOptions& options, std::size_t partitions = 1)
        : log(std::string(kTopic), partitions, options), position_(partitions, 0) {}

    void put(const std::string& key, Tags tags, int partition = 0, std::int64_t version = 0) {
        append({streams::Partition{partition}, next(partition), kNow, key, "{}", false, version}, std::move(tags));
    }
    void forget(const std::string& key, Tags tags = {}) {
        tags.key_only = true;
        append({streams::Partition{0}, next(0), kNow, key, "", true}, std::move(tags));
    }
    // What a record would have had is gone.
    void skip(std::int64_t records, int partition = 0) { position_[static_cast<std::size_t>(partition)] += records; }
    [[nodiscard]] EventId id() const { return *decode_event_id(kTopic, encode_event_id(kTopic, position_, kNow)); }
    [[nodiscard]] const OffsetVector& position() const { return position_; }
    void begin_anew() { position_.assign(position_.size(), 0); }

    Log log;

  private:
    [[nodiscard]] streams::Offset next(int partition) {
        return streams::Offset{position_[static_cast<std::size_t>(partition)]};
    }
    void append(const RawRecord& raw, Tags tags) {
        ++position_[static_cast<std::size_t>(raw.partition.value())];
        log.append(std::make_shared<const Record>(raw, encode_event_id(kTopic, position_, kNow),
                                                  std::make_shared<const Tags>(std::move(tags))));
    }
    OffsetVector position_;
};

// All that comes next, in short: keys, a minus before one that is deleted, and the gateway's own events.
std::string told(Cursor& cursor, const Log& log, const Filter& filter) {
    std::string text;
    for (;;) {
        Gathered gathered;
        cursor.collect(log, filter, 3, gathered);
        for (const Item& item : gathered.items) {
            if (item.frame != nullptr) {
                const std::string event(item.frame->plain());
                const std::size_t key = event.find("\"key\":\"");
                const bool deletes = event.find("event: delete") != std::string::npos;
                if (item.kind == Item::Kind::kReset) text += "reset ";
                if (item.kind == Item::Kind::kLive) text += "live ";
                if (deletes) text += "-" + event.substr(key + 7, event.find('"', key + 7) - key - 7) + " ";
                if (item.kind == Item::Kind::kRecord && !deletes) text += (*item.record)->key() + " ";
            }
            cursor.given(item);
        }
        cursor.cover(gathered.covered);
        if (!gathered.more) return text;
    }
}

Filter sport(const std::string& name) {
    return {{}, {}, {name}};
}
Filter player(const std::string& name) {
    return {{}, {name}, {}};
}
Filter match(const std::string& name) {
    return {{name}, {}, {}};
}

TEST(Cursor, TellsAReaderThatARecordHasLeftItsFilter) {
    LogOptions by_key = options_of(true);
    by_key.match_is_key = false;
    for (const Filter& filter : {sport("tennis"), player("Ada")}) {
        TopicLog each(options_of(true));
        each.put("k", {"k", "tennis", {"Ada"}});
        Cursor cursor = Cursor::fresh(each.log, 0, filter);
        EXPECT_EQ(told(cursor, each.log, filter), "k live ");
        each.put("k", {"k", "squash", {"Eve"}});
        EXPECT_EQ(told(cursor, each.log, filter), "-k ");
        each.put("k", {"k", "squash", {"Eve"}});
        each.forget("k");
        EXPECT_EQ(told(cursor, each.log, filter), "");
        each.put("k", {"k", "tennis", {"Ada"}});
        EXPECT_EQ(told(cursor, each.log, filter), "k ");
    }
    TopicLog scores(by_key);
    scores.put("tennis/Ada", {"m1", "tennis", {"Ada"}});
    Cursor cursor = Cursor::fresh(scores.log, 0, match("m1"));
    EXPECT_EQ(told(cursor, scores.log, match("m1")), "tennis/Ada live ");
    scores.put("tennis/Ada", {"m2", "tennis", {"Ada"}});
    EXPECT_EQ(told(cursor, scores.log, match("m1")), "-tennis/Ada ");
}

TEST(Cursor, TellsSoAReaderThatFellBehindOrCameBack) {
    for (const Filter& filter : {sport("tennis"), player("Ada")}) {
        TopicLog topic(options_of(true, 2));
        topic.put("a", {"a", "tennis", {"Ada"}});
        topic.put("b", {"b", "tennis", {"Ada"}});
        topic.log.set_caught_up();
        const EventId known = topic.id();
        Cursor behind = Cursor::fresh(topic.log, 0, filter);
        EXPECT_EQ(told(behind, topic.log, filter), "a b live ");
        topic.put("a", {"a", "squash", {"Eve"}});
        topic.put("a", {"a", "arcade", {"Eve"}});
        topic.put("c", {"c", "arcade", {"Eve"}});
        topic.put("c", {"c", "arcade", {"Eve"}});
        EXPECT_EQ(told(behind, topic.log, filter), "-a ");
        auto back = Cursor::resume(topic.log, known, streams::Timestamp{0}, 0, filter);
        ASSERT_TRUE(back);
        EXPECT_EQ(told(*back, topic.log, filter), "-a live ");
        Cursor fresh = Cursor::fresh(topic.log, 0, filter);
        EXPECT_EQ(told(fresh, topic.log, filter), "b live ") << "a new reader has nothing to forget";
    }
}

TEST(Cursor, ARecordOfATopicThatIsNotCompactedLeavesNothing) {
    TopicLog topic(options_of(false));
    Cursor cursor = Cursor::fresh(topic.log, 0, player("Ada"));
    EXPECT_EQ(told(cursor, topic.log, player("Ada")), "live ");
    topic.put("m", {"m", "tennis", {"Ada"}});
    topic.put("m", {"m", "tennis", {"Eve"}});
    EXPECT_EQ(told(cursor, topic.log, player("Ada")), "m ");
}

TEST(Cursor, ADeletionWhoseRecordIsGoneReachesWhoeverMayHaveIt) {
    for (const Filter& filter : {sport("tennis"), player("Ada"), match("m1")}) {
        TopicLog before(options_of(true));
        before.put("m1", {"m1", "tennis", {"Ada"}});
        const EventId known = before.id();
        // After a restart: the cleaner has left the tombstone alone.
        TopicLog after(options_of(true));
        after.skip(1);
        after.forget("m1", {"m1", {}, {}});
        after.log.set_caught_up();
        auto cursor = Cursor::resume(after.log, known, streams::Timestamp{0}, 0, filter);
        ASSERT_TRUE(cursor);
        EXPECT_EQ(told(*cursor, after.log, filter), "-m1 live ");
    }
    // Of what a token does not name, not even the key.
    TopicLog scores(options_of(true));
    scores.forget("tennis/Ada", {{}, "tennis", {"Ada"}});
    scores.log.set_caught_up();
    Filter granted = match("m1");
    granted.only_matches = true;
    EXPECT_FALSE(granted.passes(*scores.log.find("tennis/Ada")->tags));
    EXPECT_TRUE(match("m1").passes(*scores.log.find("tennis/Ada")->tags));
}

TEST(Cursor, AnOldIdIsNotTrustedWithWhatCompactionTookBeforeThisGatewayRead) {
    TopicLog before(options_of(true));
    before.put("m1", {"m1", "tennis", {}});
    before.put("m2", {"m2", "tennis", {}});
    const EventId known = before.id();
    // m1 was deleted, and its tombstone has been cleaned away.
    TopicLog after(options_of(true));
    after.skip(1);
    after.put("m2", {"m2", "tennis", {}});
    after.skip(1);
    after.put("m3", {"m3", "tennis", {}});
    after.log.set_caught_up();
    auto old = Cursor::resume(after.log, known, streams::Timestamp{kNow.value() + 1}, 0, {});
    ASSERT_TRUE(old);
    EXPECT_EQ(told(*old, after.log, {}), "reset m2 m3 live ");
    auto young = Cursor::resume(after.log, known, streams::Timestamp{0}, 0, {});
    ASSERT_TRUE(young);
    EXPECT_EQ(told(*young, after.log, {}), "m3 live ");
    // Whatever came since was read as it came.
    const EventId later = after.id();
    after.forget("m3");
    auto seen = Cursor::resume(after.log, later, streams::Timestamp{kNow.value() + 1}, 0, {});
    ASSERT_TRUE(seen);
    EXPECT_EQ(told(*seen, after.log, {}), "-m3 live ");
}

TEST(Cursor, OfATopicThatIsNotCompactedAGapIsNotPassedOver) {
    TopicLog before(options_of(false));
    before.put("m", {"m", {}, {}});
    const EventId known = before.id();
    // After a restart only the newest are read.
    TopicLog after(options_of(false));
    after.skip(50);
    after.log.begin_at(after.position());
    after.put("m", {"m", {}, {}});
    after.put("m", {"m", {}, {}});
    after.log.set_caught_up();
    auto cursor = Cursor::resume(after.log, known, streams::Timestamp{0}, 10, {});
    ASSERT_TRUE(cursor);
    EXPECT_EQ(told(*cursor, after.log, {}), "reset m m live ");
}

TEST(Cursor, AnEndThatNoRecordShowsIsAnEnd) {
    TopicLog before(options_of(false));
    before.put("m", {"m", {}, {}});
    TopicLog after(options_of(false));
    EXPECT_FALSE(Cursor::resume(after.log, before.id(), streams::Timestamp{0}, 10, {})) << "it is not as far yet";
    after.log.read_to({1});
    auto cursor = Cursor::resume(after.log, before.id(), streams::Timestamp{0}, 10, {});
    ASSERT_TRUE(cursor);
    EXPECT_EQ(told(*cursor, after.log, {}), "live ");
}

TEST(Cursor, OfATopicMadeAnewAReaderGetsAllThatItHolds) {
    for (const Filter& filter : {Filter{}, match("m2")}) {
        TopicLog topic(options_of(false));
        for (int i = 0; i < 4; ++i) topic.put("m1", {"m1", {}, {}});
        Cursor cursor = Cursor::fresh(topic.log, 0, filter);
        EXPECT_EQ(told(cursor, topic.log, filter), "live ");
        topic.log.restart();
        topic.begin_anew();
        for (int i = 0; i < 5; ++i) topic.put("m2", {"m2", {}, {}});
        EXPECT_EQ(told(cursor, topic.log, filter), "reset m2 m2 m2 m2 m2 live ");
    }
}

TEST(Log, OfTwoPartitionsAtOneTimeTheHigherVersionStands) {
    TopicLog topic(options_of(true), 2);
    topic.put("m", {"m", {}, {}}, 1, 6);
    topic.put("m", {"m", {}, {}}, 0, 5);
    EXPECT_EQ(topic.log.find("m")->record->version(), 6);
    topic.put("m", {"m", {}, {}}, 0, 7);
    EXPECT_EQ(topic.log.find("m")->record->version(), 7);
}

}  // namespace
}  // namespace matchpoint::http
