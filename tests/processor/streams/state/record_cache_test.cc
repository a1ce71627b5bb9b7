#include "processor/streams/state/record_cache.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "processor/streams/state/task_storage.h"

namespace matchpoint::streams::state {
namespace {

// "key=value", "key=value<old", "key=-" for an erase.
class Downstream final : public CacheListener {
  public:
    bool wants_old_values() const override { return old_values; }
    void capture(CachedContext& context) override { context.offset = Offset{offset}; }
    void assume(const CachedContext* context) override { assumed = context == nullptr ? -1 : context->offset.value(); }
    void forward(const CachedChange& change) override {
        std::string text = Bytes(change.key) + "=" + (change.value ? Bytes(*change.value) : "-");
        if (change.old_value) text += "<" + Bytes(*change.old_value);
        forwarded.push_back(text);
        offsets.push_back(assumed);
        if (on_forward) on_forward(change);
    }

    bool old_values = false;
    std::int64_t offset = 0;
    std::int64_t assumed = -1;
    std::vector<std::string> forwarded;
    std::vector<std::int64_t> offsets;
    std::function<void(const CachedChange&)> on_forward;
};

constexpr std::size_t kPlenty = 1U << 20U;

class RecordCacheTest : public testing::Test {
  protected:
    using Strings = std::vector<std::string>;

    TransactionalStore& store() { return storage_.store("s"); }
    void put(const std::string& key, const std::string& value) {
        ++downstream_.offset;
        cache_.put(key, value);
    }
    void erase(const std::string& key) {
        ++downstream_.offset;
        cache_.erase(key);
    }

    const std::vector<StoreSpec> specs_{{"s", StoreKind::kInMemory}};
    TaskStorage storage_{"", specs_, nullptr};
    CacheBudget budget_{kPlenty};
    Downstream downstream_;
    RecordCache cache_{store(), budget_, downstream_};
};

TEST_F(RecordCacheTest, ForwardsTheLastUpdateOfEachKeyInTheOrderOfTheLastUpdates) {
    put("a", "1");
    put("b", "2");
    put("c", "3");
    put("a", "4");
    EXPECT_EQ(downstream_.forwarded, Strings{});
    EXPECT_EQ(store().find("a"), std::nullopt);
    EXPECT_EQ(cache_.find("a"), "4");
    EXPECT_TRUE(cache_.dirty());
    cache_.flush();
    EXPECT_EQ(downstream_.forwarded, (Strings{"b=2", "c=3", "a=4"}));
    EXPECT_EQ(downstream_.offsets, (std::vector<std::int64_t>{2, 3, 4})) << "each under its own record's context";
    EXPECT_EQ(downstream_.assumed, -1);
    EXPECT_EQ(store().find("a"), "4");
    EXPECT_FALSE(cache_.dirty());
    cache_.flush();
    EXPECT_EQ(downstream_.forwarded.size(), 3U) << "nothing is forwarded twice";
}

TEST_F(RecordCacheTest, GivesTheStoresOldValueNotTheCaches) {
    downstream_.old_values = true;
    put("a", "1");
    cache_.flush();
    put("a", "2");
    put("a", "3");
    cache_.flush();
    erase("a");
    cache_.flush();
    EXPECT_EQ(downstream_.forwarded, (Strings{"a=1", "a=3<1", "a=-<3"}));
}

TEST_F(RecordCacheTest, KeepsQuietAboutWhatCameAndWentBetweenTwoFlushes) {
    put("a", "1");
    erase("a");
    EXPECT_EQ(cache_.find("a"), std::nullopt);
    cache_.flush();
    EXPECT_EQ(downstream_.forwarded, Strings{});
    EXPECT_FALSE(storage_.has_uncommitted_writes()) << "nor does the store, and so the changelog, hear of it";
}

TEST_F(RecordCacheTest, FlushesAllWithTheEldestWhenTheBudgetIsExceeded) {
    budget_.resize(1000);
    put("old", std::string(200, '1'));
    put("b", std::string(200, '2'));
    EXPECT_EQ(downstream_.forwarded, Strings{});
    (void)cache_.find("old");  // reading makes it younger than "b"
    put("c", std::string(200, '3'));
    EXPECT_EQ(downstream_.forwarded,
              (Strings{"b=" + std::string(200, '2'), "old=" + std::string(200, '1'), "c=" + std::string(200, '3')}));
    EXPECT_LE(budget_.used_bytes(), 1000U);
    EXPECT_EQ(cache_.find("b"), std::string(200, '2')) << "evicted, it is read from the store";
    EXPECT_LE(budget_.used_bytes(), 1000U);
}

TEST_F(RecordCacheTest, ReadsLoseNothingWhenAnotherCacheHasTheBudget) {
    put("a", "1");
    store().put("b", "2");
    store().put("c", "3");
    budget_.add(2 * kPlenty);
    EXPECT_EQ(cache_.find("b"), "2");
    EXPECT_EQ(cache_.find("c"), "3");
    EXPECT_EQ(cache_.find("a"), "1");
    EXPECT_EQ(downstream_.forwarded, Strings{}) << "a read never writes";
    put("d", "4");
    EXPECT_EQ(downstream_.forwarded, (Strings{"a=1", "d=4"}));
    EXPECT_EQ(budget_.used_bytes(), 2 * kPlenty);
    EXPECT_EQ(cache_.find("a"), "1");
}

TEST_F(RecordCacheTest, CachesReads) {
    store().put("a", "1");
    EXPECT_EQ(cache_.find("a"), "1");
    EXPECT_EQ(cache_.find("missing"), std::nullopt);
    store().put("a", "changed behind its back");
    EXPECT_EQ(cache_.find("a"), "1");
    EXPECT_FALSE(cache_.dirty());
}

TEST_F(RecordCacheTest, WritesFromDownstreamDuringAFlushAreFlushedAfterIt) {
    downstream_.on_forward = [&](const CachedChange& change) {
        if (change.key != "a") return;
        EXPECT_EQ(cache_.find("b"), "2") << "still on its way out";
        EXPECT_EQ(cache_.find("gone"), std::nullopt);
        put("b", "from downstream");
    };
    put("gone", "0");
    cache_.flush();
    put("a", "1");
    put("b", "2");
    erase("gone");
    cache_.flush();
    EXPECT_EQ(downstream_.forwarded, (Strings{"gone=0", "a=1", "b=2", "gone=-", "b=from downstream"}));
    EXPECT_EQ(store().find("b"), "from downstream");
    EXPECT_EQ(cache_.find("gone"), std::nullopt);
}

TEST_F(RecordCacheTest, DiscardForgetsWhatWasNotFlushed) {
    put("a", "1");
    cache_.discard();
    EXPECT_EQ(budget_.used_bytes(), 0U);
    EXPECT_EQ(cache_.find("a"), std::nullopt);
    cache_.flush();
    EXPECT_EQ(downstream_.forwarded, Strings{});
}

// Held against a map: reads and scans always see the last write; a replica fed by what is forwarded equals the store
// after each flush; the budget is kept.
RC_GTEST_PROP(RecordCacheProperties, FollowsTheModel, (std::vector<std::tuple<int, int, int>> steps, bool small)) {
    const std::vector<StoreSpec> specs{{"s", StoreKind::kInMemory}};
    TaskStorage storage("", specs, nullptr);
    CacheBudget budget(small ? 1200 : kPlenty);
    Downstream downstream;
    downstream.old_values = true;
    RecordCache cache(storage.store("s"), budget, downstream);
    std::map<Bytes, Bytes> model;
    std::map<Bytes, Bytes> replica;
    downstream.on_forward = [&](const CachedChange& change) {
        const auto there = replica.find(Bytes(change.key));
        RC_ASSERT(change.old_value.has_value() == (there != replica.end()));
        if (change.old_value) RC_ASSERT(*change.old_value == there->second);
        if (change.value) {
            replica[Bytes(change.key)] = Bytes(*change.value);
        } else {
            replica.erase(Bytes(change.key));
        }
    };
    for (const auto& [action, which, what] : steps) {
        const Bytes key = "key-" + std::to_string(std::abs(which % 8));
        const Bytes value(static_cast<std::size_t>(std::abs(what % 300)), static_cast<char>('a' + std::abs(what % 26)));
        switch (std::abs(action % 8)) {
            case 0:
            case 1:
            case 2:
                cache.put(key, value);
                model[key] = value;
                break;
            case 3:
                cache.erase(key);
                model.erase(key);
                break;
            case 4: {
                const auto expected = model.find(key);
                RC_ASSERT(cache.find(key) ==
                          (expected == model.end() ? std::nullopt : std::optional(expected->second)));
                break;
            }
            case 5:
            case 6: {
                std::map<Bytes, Bytes> seen;
                for (auto it = cache.all(); it->valid(); it->next()) seen.emplace(it->key(), it->value());
                RC_ASSERT(seen == model);
                break;
            }
            default:
                cache.flush();
                RC_ASSERT(replica == model);
                break;
        }
        RC_ASSERT(budget.used_bytes() <= (small ? 1200U : kPlenty));
    }
    cache.flush();
    RC_ASSERT(replica == model);
    std::map<Bytes, Bytes> stored;
    for (auto it = storage.store("s").all(); it->valid(); it->next()) stored.emplace(it->key(), it->value());
    RC_ASSERT(stored == model);
}

}  // namespace
}  // namespace matchpoint::streams::state
