// Who is to be woken by which record. Readers of one match, player or sport are found by its name, so that a record
// costs as much as it has readers. Belongs to one shard's thread.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/intrusive/list.hpp>

#include "http/log/filter.h"

namespace matchpoint::http {

// One whose turn comes when there is something to write. Leaves the queue by itself when it goes.
class Reader : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    virtual ~Reader() = default;
    // Writes what has come. Called from the shard's pump, never from inside an append.
    virtual void flush() = 0;
    // What it reads is not where it begins.
    [[nodiscard]] virtual bool waiting() const { return false; }
};

// Readers that have something to write, each once, first come first served.
class ReadyQueue {
  public:
    void push(Reader& reader) {
        if (!reader.is_linked()) queue_.push_back(reader);
    }
    [[nodiscard]] bool empty() const { return queue_.empty(); }
    [[nodiscard]] Reader& pop() {
        Reader& first = queue_.front();
        queue_.pop_front();
        return first;
    }

  private:
    boost::intrusive::list<Reader, boost::intrusive::constant_time_size<false>> queue_;
};

class FanOut {
  public:
    explicit FanOut(ReadyQueue& ready) : ready_(ready) {}

    void add(Reader& reader, const Filter& filter);
    // With the filter it was added with.
    void remove(Reader& reader, const Filter& filter);
    // Queues the readers that may want a record with these tags, but for those that want all.
    void wake(const Tags& tags);
    // Queues the readers without a filter: once a batch.
    void wake_unfiltered();
    // Queues every reader, for what concerns the whole log.
    void wake_all();

  private:
    using Readers = std::unordered_set<Reader*>;
    using Index = std::unordered_map<std::string, Readers>;
    // The index and the names by which a reader is found: those of its most selective kind.
    [[nodiscard]] std::pair<Index*, const std::vector<std::string>*> place(const Filter& filter);
    void wake(const Readers& readers) {
        for (Reader* reader : readers) ready_.push(*reader);
    }
    void wake(const Index& index, const std::string& name);

    ReadyQueue& ready_;
    Readers unfiltered_;
    Index by_match_;
    Index by_player_;
    Index by_sport_;
};

}  // namespace matchpoint::http
