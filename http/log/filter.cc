#include "http/log/filter.h"

#include <algorithm>

namespace matchpoint::http {
namespace {

bool among(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool Filter::passes(const Tags& tags) const {
    const bool any_match = tags.key_only && tags.match.empty() && !only_matches;
    const bool any_sport = tags.key_only && tags.sport.empty();
    const bool any_player = tags.key_only && tags.players.empty();
    if (!matches.empty() && !any_match && !among(matches, tags.match)) return false;
    if (!sports.empty() && !any_sport && !among(sports, tags.sport)) return false;
    if (players.empty() || any_player) return true;
    return std::any_of(tags.players.begin(), tags.players.end(),
                       [this](const std::string& player) { return among(players, player); });
}

void add_names(std::vector<std::string>& names, std::string_view list) {
    std::string name;
    const auto add = [&names, &name] {
        if (!name.empty() && !among(names, name)) names.push_back(name);
        name.clear();
    };
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i] == ',') {
            add();
        } else {
            const bool escape = list[i] == '\\' && i + 1 < list.size() && (list[i + 1] == ',' || list[i + 1] == '\\');
            name.push_back(escape ? list[++i] : list[i]);
        }
    }
    add();
}

std::string list_name(std::string_view name) {
    std::string escaped;
    for (const char c : name) {
        if (c == ',' || c == '\\') escaped.push_back('\\');
        escaped.push_back(c);
    }
    return escaped;
}

}  // namespace matchpoint::http
