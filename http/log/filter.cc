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
