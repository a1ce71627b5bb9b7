#include "http/log/filter.h"

#include <algorithm>

namespace matchpoint::http {
namespace {

bool among(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool Filter::passes(const Tags& tags) const {
    if (!matches.empty() && !among(matches, tags.match)) return false;
    if (!sports.empty() && !among(sports, tags.sport)) return false;
    if (players.empty()) return true;
    return std::any_of(tags.players.begin(), tags.players.end(),
                       [this](const std::string& player) { return among(players, player); });
}

void add_names(std::vector<std::string>& names, std::string_view list) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        std::string name(list.substr(0, comma));
        if (!name.empty() && !among(names, name)) names.push_back(std::move(name));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
}

}  // namespace matchpoint::http
