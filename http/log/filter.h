// Which records a reader asked for: kinds are joined by AND, the names of one kind by OR; an empty kind asks nothing.
// Immutable value; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/log/record.h"

namespace matchpoint::http {

struct Filter {
    std::vector<std::string> matches;
    std::vector<std::string> players;
    std::vector<std::string> sports;
    // The matches are all that the reader may know of: what may be of another is not for it.
    bool only_matches = false;

    [[nodiscard]] bool empty() const { return matches.empty() && players.empty() && sports.empty(); }
    [[nodiscard]] std::size_t size() const { return matches.size() + players.size() + sports.size(); }
    // What is not known of a deletion passes: to delete a key that a reader does not have harms nothing.
    [[nodiscard]] bool passes(const Tags& tags) const;
};

// Adds the names of one query parameter, which are separated by commas; empty ones are dropped, repeated ones kept
// once. A comma that belongs to a name, as in "Smith, J", has a backslash before it, and so has a backslash before
// either.
void add_names(std::vector<std::string>& names, std::string_view list);
// A name as it stands in such a list.
[[nodiscard]] std::string list_name(std::string_view name);

}  // namespace matchpoint::http
