// Several topics on one stream. Their events are interleaved as they come; each carries the places in all of the
// topics, joined by dots, so that the stream resumes as a whole. `live` is told once all are, and deletions name their
// topic.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/log/source.h"

namespace matchpoint::http {

class MultiSource final : public Source {
  public:
    // `id` is the client's, of which the topic's part stays its place until an event moves it.
    void add(std::string topic, std::unique_ptr<LogSource> source, std::string_view id);
    void collect(std::size_t limit, Gathered& out) override;
    void given(const Item& item) override;
    void given_all(const Gathered& gathered) override;
    [[nodiscard]] bool waiting() const override;

  private:
    struct Part {
        std::string topic;
        std::unique_ptr<LogSource> source;
        std::string id;  // of the last event given
        bool live = false;
        Sequence covered = 0;
    };
    // What an item of the last collection stands for.
    struct Origin {
        std::size_t part;
        Item item;
        std::string id;
    };
    void take(std::size_t part, const Item& item, std::vector<std::string>& ids, std::vector<bool>& live,
              Gathered& out);

    std::vector<Part> parts_;
    std::vector<Origin> origins_;
    std::size_t next_ = 0;  // of origins_, not given yet
    Gathered gathered_;
};

}  // namespace matchpoint::http
