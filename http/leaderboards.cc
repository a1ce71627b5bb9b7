#include "http/leaderboards.h"

namespace matchpoint::http {
namespace {

constexpr std::size_t kFewViews = 64;

}  // namespace

void Leaderboards::apply(const Record& record) {
    const auto key = topics::parse_high_score_key(record.key());
    if (!key) return;
    const std::string sport(key->sport);
    const auto score = record.tombstone() ? std::nullopt : reader_.read(record.value());
    if (!score) {
        // Also what cannot be read: a gateway that starts now finds nothing else of this key.
        touch(sport, rankings_[sport].remove(record.key()));
        touch("", rankings_[""].remove(record.key()));
        return;
    }
    const Standing standing{
        record.key(),     std::string(score->player), score->score, std::string(score->unit), std::string(score->match),
        score->at.value()};
    touch(sport, rankings_[sport].put(standing));
    touch("", rankings_[""].put(standing));
}

void Leaderboards::clear() {
    rankings_.clear();
    for (const auto& [place, weak] : views_) {
        if (const auto view = weak.lock()) view->touched = true;
    }
}

void Leaderboards::touch(const std::string& sport, std::size_t place) {
    if (place == Ranking::kNothing) return;
    for (auto it = views_.lower_bound({sport, place + 1}); it != views_.end() && it->first.first == sport; ++it) {
        if (const auto view = it->second.lock()) view->touched = true;
    }
}

void Leaderboards::publish() {
    for (auto it = views_.begin(); it != views_.end();) {
        const auto view = it->second.lock();
        if (!view) {
            it = views_.erase(it);
            continue;
        }
        ++it;
        if (!caught_up_ || !std::exchange(view->touched, false)) continue;
        const std::uint64_t before = view->version;
        build(*view);
        if (view->version == before) continue;
        for (Reader* reader : view->readers) ready_.push(*reader);
    }
}

void Leaderboards::set_caught_up() {
    caught_up_ = true;
    for (const auto& [place, weak] : views_) {
        if (const auto view = weak.lock()) view->touched = true;
    }
    publish();
}

void Leaderboards::build(View& view) const {
    std::string json = this->json(view.sport, 0, view.top);
    if (json == view.json) return;
    view.json = std::move(json);
    view.frame = frame_event("", view.json);
    ++view.version;
}

std::string Leaderboards::json(const std::string& sport, std::size_t first, std::size_t count) const {
    const auto found = rankings_.find(sport);
    return found == rankings_.end() ? std::string("[]") : found->second.json(first, count);
}

std::size_t Leaderboards::size(const std::string& sport) const {
    const auto found = rankings_.find(sport);
    return found == rankings_.end() ? 0 : found->second.size();
}

std::shared_ptr<Leaderboards::View> Leaderboards::watch(const std::string& sport, std::size_t top) {
    if (views_.size() >= forget_at_) {
        // Whoever asks names the sport, so there is no end to what may have been watched once.
        std::erase_if(views_, [](const auto& each) { return each.second.expired(); });
        forget_at_ = 2 * views_.size() + kFewViews;
    }
    auto& weak = views_[{sport, top}];
    if (auto view = weak.lock()) return view;
    auto view = std::make_shared<View>();
    view->sport = sport;
    view->top = top;
    if (caught_up_) build(*view);
    weak = view;
    return view;
}

LeaderboardSource::LeaderboardSource(std::shared_ptr<Leaderboards::View> view, Reader& reader)
    : view_(std::move(view)), reader_(reader) {
    view_->readers.insert(&reader_);
}

LeaderboardSource::~LeaderboardSource() {
    view_->readers.erase(&reader_);
}

void LeaderboardSource::collect(std::size_t, Gathered& out) {
    out.clear();
    if (view_->frame == nullptr || given_ == view_->version) return;
    Item item;
    item.frame = view_->frame.get();
    item.made = view_->frame;
    item.sequence = view_->version;
    out.items.push_back(std::move(item));
}

void LeaderboardSource::given(const Item& item) {
    given_ = item.sequence;
}

}  // namespace matchpoint::http
