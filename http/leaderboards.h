// The ranked lists that clients watch: one ranking a sport and one of all, and of each watched (sport, top) the list as
// last sent. A list is built again only if a change reached into it, once a batch, and sent only if it is another.
// Belongs to one shard's thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "http/fan_out.h"
#include "http/log/ranking.h"
#include "http/log/source.h"
#include "topics/high_score.h"

namespace matchpoint::http {

class Leaderboards {
  public:
    // What the readers of one (sport, top) share.
    struct View {
        std::string sport;
        std::size_t top = 0;
        std::string json;
        FramePtr frame;
        std::uint64_t version = 0;
        bool touched = false;
        std::unordered_set<Reader*> readers;
    };

    explicit Leaderboards(ReadyQueue& ready) : ready_(ready) {}

    // A record of high-scores; one that cannot be read is left out.
    void apply(const Record& record);
    // The topic begins anew.
    void clear();
    // After a batch: builds the lists again that it reached into, and queues their readers.
    void publish();
    // Nothing is sent before the topic has been read to its end.
    void set_caught_up();
    [[nodiscard]] bool caught_up() const { return caught_up_; }

    // All sports if `sport` is empty.
    [[nodiscard]] std::string json(const std::string& sport, std::size_t first, std::size_t count) const;
    [[nodiscard]] std::size_t size(const std::string& sport) const;

    // Made when first watched, and gone with its last reader.
    [[nodiscard]] std::shared_ptr<View> watch(const std::string& sport, std::size_t top);
    // How many lists take memory. Those that nobody watches any more are forgotten as new ones come.
    [[nodiscard]] std::size_t views() const { return views_.size(); }

  private:
    void touch(const std::string& sport, std::size_t place);
    void build(View& view) const;

    ReadyQueue& ready_;
    topics::HighScoreReader reader_;
    std::map<std::string, Ranking, std::less<>> rankings_;  // "" is all sports
    std::map<std::pair<std::string, std::size_t>, std::weak_ptr<View>> views_;
    std::size_t forget_at_ = 0;  // that many views
    bool caught_up_ = false;
};

// The current list, then each that follows; those between are skipped by a client that is slow.
class LeaderboardSource final : public Source {
  public:
    LeaderboardSource(std::shared_ptr<Leaderboards::View> view, Reader& reader);
    ~LeaderboardSource() override;
    void collect(std::size_t limit, Gathered& out) override;
    void given(const Item& item) override;
    void given_all(const Gathered&) override {}

  private:
    std::shared_ptr<Leaderboards::View> view_;
    Reader& reader_;
    std::uint64_t given_ = 0;
};

}  // namespace matchpoint::http
