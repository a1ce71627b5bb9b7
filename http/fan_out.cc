#include "http/fan_out.h"

namespace matchpoint::http {

std::pair<FanOut::Index*, const std::vector<std::string>*> FanOut::place(const Filter& filter) {
    if (!filter.matches.empty()) return {&by_match_, &filter.matches};
    if (!filter.players.empty()) return {&by_player_, &filter.players};
    return {&by_sport_, &filter.sports};
}

void FanOut::add(Reader& reader, const Filter& filter) {
    if (filter.empty()) {
        unfiltered_.insert(&reader);
        return;
    }
    const auto [index, names] = place(filter);
    for (const std::string& name : *names) (*index)[name].insert(&reader);
}

void FanOut::remove(Reader& reader, const Filter& filter) {
    if (filter.empty()) {
        unfiltered_.erase(&reader);
        return;
    }
    const auto [index, names] = place(filter);
    for (const std::string& name : *names) {
        const auto found = index->find(name);
        if (found == index->end()) continue;
        found->second.erase(&reader);
        if (found->second.empty()) index->erase(found);
    }
}

void FanOut::wake(const Index& index, const std::string& name) {
    if (index.empty()) return;
    const auto found = index.find(name);
    if (found != index.end()) wake(found->second);
}

void FanOut::wake(const Tags& tags) {
    wake(by_match_, tags.match);
    wake(by_sport_, tags.sport);
    for (const std::string& player : tags.players) wake(by_player_, player);
}

void FanOut::wake_unfiltered() {
    wake(unfiltered_);
}

void FanOut::wake_all() {
    wake(unfiltered_);
    for (const Index* index : {&by_match_, &by_player_, &by_sport_}) {
        for (const auto& [name, readers] : *index) wake(readers);
    }
}

}  // namespace matchpoint::http
