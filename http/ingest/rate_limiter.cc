#include "http/ingest/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace matchpoint::http {

RateLimiter::Bucket& RateLimiter::bucket(const std::string& client, std::int64_t now_ns) {
    const auto found = by_client_.find(client);
    if (found == by_client_.end()) {
        if (buckets_.size() >= most_clients_) {
            by_client_.erase(buckets_.back().client);
            buckets_.pop_back();
        }
        buckets_.push_front({client, burst_, now_ns});
        by_client_.emplace(client, buckets_.begin());
        return buckets_.front();
    }
    buckets_.splice(buckets_.begin(), buckets_, found->second);
    Bucket& known = buckets_.front();
    const double elapsed_s = static_cast<double>(std::max<std::int64_t>(0, now_ns - known.at_ns)) / 1e9;
    known.level = std::min(burst_, known.level + elapsed_s * per_second_);
    known.at_ns = now_ns;
    return known;
}

std::optional<std::int64_t> RateLimiter::take(const std::string& client, std::int64_t now_ns) {
    if (per_second_ <= 0) return std::nullopt;
    const std::lock_guard lock(mutex_);
    Bucket& known = bucket(client, now_ns);
    if (known.level < 1) {
        return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil((1 - known.level) / per_second_)));
    }
    known.level -= 1;
    return std::nullopt;
}

void RateLimiter::charge(const std::string& client, double cost, std::int64_t now_ns) {
    if (per_second_ <= 0 || cost <= 0) return;
    const std::lock_guard lock(mutex_);
    bucket(client, now_ns).level -= cost;
}

}  // namespace matchpoint::http
