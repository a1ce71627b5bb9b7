#include "processor/streams/kafka/fetch_nudge.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace matchpoint::streams::kafka {
namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

}  // namespace

bool FetchNudge::possible(const KafkaConfig& config) {
    if (!lower(config.get_or("security.protocol", "plaintext")).starts_with("sasl")) return true;
    const std::string mechanism = lower(config.get_or("sasl.mechanisms", config.get_or("sasl.mechanism", "gssapi")));
    return (mechanism == "plain" || mechanism.starts_with("scram-")) && !config.get_or("sasl.username", "").empty() &&
           !config.get_or("sasl.password", "").empty();
}

void FetchNudge::set_up(rd_kafka_t* rk, const KafkaConfig& config) {
    rk_ = rk;
    possible_ = possible(config);
    username_ = config.get_or("sasl.username", "");
    password_ = config.get_or("sasl.password", "");
    const int threshold = std::atoi(config.get_or("queued.min.messages", "100000").c_str());
    shortest_run_ = std::clamp(threshold, 1, kShortestRun);
}

void FetchNudge::nudge() {
    taken_ = 0;
    if (possible_) (void)take_error(rd_kafka_sasl_set_credentials(rk_, username_.c_str(), password_.c_str()));
}

}  // namespace matchpoint::streams::kafka
