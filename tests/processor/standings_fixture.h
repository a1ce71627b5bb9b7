// The product's topology in a test driver: events in as JSON, what it wrote out. One thread.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "processor/standings.h"
#include "processor/streams/testing/topology_test_driver.h"

namespace matchpoint {

inline constexpr std::int64_t kKickOff = 1'700'000'000'000;  // of the first event

using Json = nlohmann::json;

class Standings {
  public:
    explicit Standings(MatchRules rules = {}, std::vector<streams::ProducedRecord> changelogs = {})
        : driver_(standings_topology(rules, "test"), options(std::move(changelogs))) {}

    // One second later than the event before, if `at` is not in the fields.
    Bytes event(const std::string& match, std::uint64_t seq, const std::string& sport, const std::string& type,
                const Json& fields = Json::object()) {
        Json json{{"match", match}, {"seq", seq}, {"at", now_ += 1000}, {"sport", sport}, {"type", type}};
        json.update(fields);
        now_ = json["at"];
        return json.dump();
    }
    void give(const std::string& key, Bytes value) {
        driver_.pipe_input("scores", {key, std::move(value), Timestamp{now_}, {}});
    }
    void tennis(const std::string& match, std::uint64_t seq, const std::string& type,
                const Json& fields = Json::object()) {
        give(match, event(match, seq, "tennis", type, fields));
    }
    void start_tennis(const std::string& match, const std::string& left = "Ada", const std::string& right = "Bo") {
        tennis(match, 1, "start", {{"competition", "Open"}, {"sides", {{{"name", left}}, {{"name", right}}}}});
    }
    void point(const std::string& match, std::uint64_t seq, int winner) {
        tennis(match, seq, "point", {{"winner", winner}});
    }
    void play(const std::string& match, std::uint64_t seq, const std::string& player, int score) {
        give(match, event(match, seq, "arcade", "score", {{"player", player}, {"score", score}}));
    }
    void undo(const std::string& match, std::uint64_t seq, const std::string& sport) {
        give(match, event(match, seq, sport, "undo"));
    }
    // Of stream time: an event of another game says what time it is.
    void let_pass(std::int64_t ms) {
        give("clock", event("clock", ++clock_seq_, "arcade", "score",
                            {{"player", "tick"}, {"score", clock_seq_}, {"at", now_ + ms}}));
    }

    // What was written and not looked at yet, without that of let_pass().
    std::vector<streams::ProducedRecord> written(const std::string& topic) {
        auto records = driver_.read_records(topic);
        std::erase_if(records, [](const auto& record) { return record.key == "clock" || record.key == "arcade/tick"; });
        return records;
    }
    std::vector<std::uint64_t> seqs_written() {
        std::vector<std::uint64_t> seqs;
        for (const auto& record : written("match-state"))
            seqs.push_back(record.value ? state(record)["seq"].get<std::uint64_t>() : 0);
        return seqs;
    }
    std::vector<std::string> reasons_written() {
        std::vector<std::string> reasons;
        for (const auto& record : written("scores-rejected"))
            reasons.push_back(record.header("reason").value_or("none"));
        return reasons;
    }
    static Json state(const streams::ProducedRecord& record) { return Json::parse(*record.value); }
    std::size_t stored(const char* store) {
        std::size_t count = 0;
        for (auto entry = driver_.store(store).all(); entry->valid(); entry->next()) {
            if (entry->key().find("clock") == Bytes::npos) ++count;
        }
        return count;
    }

    streams::TopologyTestDriver& driver() { return driver_; }

  private:
    static streams::TestDriverOptions options(std::vector<streams::ProducedRecord> changelogs) {
        streams::TestDriverOptions options;
        options.changelogs = std::move(changelogs);
        return options;
    }
    std::int64_t now_ = kKickOff;
    int clock_seq_ = 0;
    streams::TopologyTestDriver driver_;
};

}  // namespace matchpoint
