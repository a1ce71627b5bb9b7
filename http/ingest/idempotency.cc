#include "http/ingest/idempotency.h"

namespace matchpoint::http {

IdempotencyTable::Found IdempotencyTable::begin(const Digest& scope, const Digest& content, std::int64_t now_ns,
                                                std::string& answer) {
    const std::lock_guard lock(mutex_);
    forget_old(now_ns);
    const auto [found, fresh] = entries_.try_emplace(scope, Entry{content, std::nullopt, 0, {}});
    if (fresh) return Found::kNew;
    const Entry& entry = found->second;
    if (entry.content != content) return Found::kAnother;
    if (!entry.answer) return Found::kUnderWay;
    answer = *entry.answer;
    return Found::kAnswered;
}

void IdempotencyTable::finish(const Digest& scope, std::string answer, std::int64_t now_ns) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(scope);
    if (found == entries_.end()) return;
    found->second.answer = std::move(answer);
    found->second.answered_ns = now_ns;
    found->second.place = answered_.insert(answered_.end(), scope);
    forget_old(now_ns);
}

void IdempotencyTable::abandon(const Digest& scope) {
    const std::lock_guard lock(mutex_);
    entries_.erase(scope);
}

void IdempotencyTable::forget_old(std::int64_t now_ns) {
    while (!answered_.empty()) {
        const auto oldest = entries_.find(answered_.front());
        if (answered_.size() <= most_ && now_ns - oldest->second.answered_ns < keep_ns_) return;
        entries_.erase(oldest);
        answered_.pop_front();
    }
}

}  // namespace matchpoint::http
