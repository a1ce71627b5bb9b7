#include "http/log/multi_source.h"

#include <algorithm>

#include <fmt/format.h>

namespace matchpoint::http {
namespace {

struct Event {
    std::string_view id;
    std::string_view rest;
};

Event split(std::string_view event) {
    constexpr std::string_view kId = "id: ";
    if (!event.starts_with(kId)) return {{}, event};
    const std::size_t end = event.find('\n');
    return {event.substr(kId.size(), end - kId.size()), event.substr(end + 1)};
}

std::string joined(const std::vector<std::string>& ids) {
    std::string all;
    for (const std::string& id : ids) {
        if (id.empty()) continue;
        if (!all.empty()) all.push_back('.');
        all += id;
    }
    return all;
}

}  // namespace

void MultiSource::add(std::string topic, std::unique_ptr<LogSource> source, std::string_view id) {
    std::string place(event_id_part(topic, id));
    parts_.push_back({std::move(topic), std::move(source), std::move(place), false, 0});
}

void MultiSource::collect(std::size_t limit, Gathered& out) {
    out.clear();
    origins_.clear();
    next_ = 0;
    std::vector<std::string> ids;
    std::vector<bool> live;
    for (const Part& part : parts_) ids.push_back(part.id), live.push_back(part.live);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        parts_[i].source->collect(std::max<std::size_t>(1, limit / parts_.size()), gathered_);
        parts_[i].covered = gathered_.covered;
        for (const Item& item : gathered_.items) take(i, item, ids, live, out);
    }
}

void MultiSource::take(std::size_t part, const Item& item, std::vector<std::string>& ids, std::vector<bool>& live,
                       Gathered& out) {
    const Event event = item.frame != nullptr ? split(item.frame->plain()) : Event{};
    if (!event.id.empty()) ids[part] = event.id;
    Item mine;
    mine.kind = item.kind;
    const auto frame = [&](std::string_view rest) {
        mine.made = std::make_shared<const Frame>(fmt::format("id: {}\n{}", joined(ids), rest));
    };
    if (item.kind == Item::Kind::kReset) {
        ids[part].clear();
        frame(fmt::format("event: reset\ndata: {{\"topic\":{}}}\n\n", json_string(parts_[part].topic)));
    } else if (item.kind == Item::Kind::kLive) {
        live[part] = true;
        const bool all = std::find(live.begin(), live.end(), false) == live.end();
        if (item.frame != nullptr && all) mine.made = frame_event("live", "{}", joined(ids));
    } else if (constexpr std::string_view kDelete = "event: delete\ndata: {"; event.rest.starts_with(kDelete)) {
        frame(fmt::format("{}\"topic\":{},{}", kDelete, json_string(parts_[part].topic),
                          event.rest.substr(kDelete.size())));
    } else {
        frame(event.rest);
    }
    mine.frame = mine.made.get();
    out.items.push_back(std::move(mine));
    origins_.push_back({part, item, ids[part]});
}

void MultiSource::given(const Item&) {
    const Origin& origin = origins_.at(next_++);
    Part& part = parts_[origin.part];
    part.id = origin.id;
    if (origin.item.kind == Item::Kind::kLive) part.live = true;
    part.source->given(origin.item);
}

bool MultiSource::waiting() const {
    return std::any_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.source->waiting(); });
}

void MultiSource::given_all(const Gathered&) {
    for (Part& part : parts_) {
        gathered_.covered = part.covered;
        part.source->given_all(gathered_);
    }
}

}  // namespace matchpoint::http
