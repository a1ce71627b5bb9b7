#include "tests/http/integration/fault_crowd.h"

#include <chrono>
#include <stdexcept>

#include <fmt/format.h>

#include "http/log/event_id.h"
#include "topics/topic_catalog.h"

namespace matchpoint::http::testing {
namespace {

namespace kafka = streams::kafka;
using std::chrono::milliseconds;

constexpr std::size_t kMostWrongs = 100;
constexpr std::size_t kLongestIdWithoutPreflight = 128;

kafka::KafkaConfig patient(const matchpoint::testing::KafkaBroker& broker) {
    kafka::KafkaConfig config = broker.config();
    config.set("delivery.timeout.ms", "120000");
    config.set("reconnect.backoff.max.ms", "500");
    return config;
}

std::string state_of(int match, int seq, bool last) {
    return fmt::format(
        R"({{"match":"{}","sport":"{}","competition":"Open","status":"{}","seq":{},"at":1,)"
        R"("sides":[{{"name":"Ada {}"}},{{"name":"Bo"}}],"format":{{}},"score":{{}},"stats":[{{}},{{}}],"winner":null,"summary":""}})",
        crowd_match(match), crowd_sport(match), last ? "finished" : "live", seq, match);
}

int number_after(std::string_view text, std::string_view begin) {
    const std::size_t at = text.find(begin);
    return at == std::string_view::npos ? -1 : std::atoi(text.data() + at + begin.size());
}

}  // namespace

std::string crowd_match(int match) {
    return fmt::format("c-{:02}", match);
}
std::string crowd_sport(int match) {
    return match % 3 == 0 ? "football" : "tennis";
}

StateWriter::StateWriter(const matchpoint::testing::KafkaBroker& broker, int records_a_second)
    : producer_(patient(broker), {}), topic_(producer_.topic(topics::kMatchState)), rate_(records_a_second) {
    thread_ = std::thread([this] { run(); });
}

StateWriter::~StateWriter() {
    finishing_.store(true);
    if (thread_.joinable()) thread_.join();
}

void StateWriter::finish() {
    finishing_.store(true);
    thread_.join();
    if (!producer_.drain(milliseconds(60'000)) || producer_.take_delivery_error())
        throw std::runtime_error("records could not be written");
}

void StateWriter::run() {
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; !finishing_.load(); ++i) {
        write(i % kMatches, false);
        producer_.poll(milliseconds(0));
        std::this_thread::sleep_until(began + i * milliseconds(1000) / rate_);
    }
    for (int match = 0; match < kMatches; ++match) write(match, true);
}

void StateWriter::write(int match, bool last) {
    const std::string key = crowd_match(match);
    const std::string state = state_of(match, ++seqs_[static_cast<std::size_t>(match)], last);
    if (last) {
        const std::lock_guard lock(mutex_);
        last_[key] = state;
    }
    kafka::OutgoingRecord record;
    record.topic = topic_;
    record.key = key;
    record.value = state;
    while (producer_.produce(record) == kafka::ProduceStatus::kQueueFull) producer_.poll(milliseconds(10));
    written_.fetch_add(1);
}

std::string StateWriter::last_of(const std::string& match) const {
    const std::lock_guard lock(mutex_);
    const auto found = last_.find(match);
    return found == last_.end() ? std::string() : found->second;
}

Crowd::Crowd(const StateWriter& writer, std::uint16_t port)
    : writer_(writer), swarm_({port, {}, true, -1, 128}, *this) {}

Crowd::~Crowd() {
    (void)stop();
}

void Crowd::add(std::size_t clients, const std::string& path, const std::set<int>& matches) {
    sets_.push_back(std::make_unique<std::set<int>>(matches));
    for (std::size_t i = 0; i < clients; ++i) {
        clients_.emplace_back();
        clients_.back().matches = sets_.back().get();
        clients_.back().left = matches.size();
        swarm_.add(path);
    }
}

void Crowd::start() {
    thread_ = std::thread([this] { swarm_.run(); });
}

std::vector<std::string> Crowd::stop() {
    swarm_.stop();
    if (thread_.joinable()) thread_.join();
    return wrongs_;
}

void Crowd::wrong(std::size_t client, const std::string& what) {
    if (wrongs_.size() < kMostWrongs) wrongs_.push_back(fmt::format("client {}: {}", client, what));
}

void Crowd::on_event(std::size_t client, const bench::Event& event, std::int64_t /*received_ns*/) {
    events_.fetch_add(1, std::memory_order_relaxed);
    if (event.name == "live") return;
    if (event.name != "message") return wrong(client, fmt::format("unexpected event {}: {}", event.name, event.data));
    if (event.id.size() > kLongestIdWithoutPreflight || !decode_event_id(topics::kMatchState, event.id))
        wrong(client, fmt::format("the id {} is none", event.id));
    Client& reader = clients_[client];
    const int match = number_after(event.data, R"("match":"c-)");
    const int seq = number_after(event.data, R"("seq":)");
    if (!reader.matches->contains(match)) return wrong(client, fmt::format("was not asked for: {}", event.data));
    int& last = reader.last[static_cast<std::size_t>(match)];
    // The first it sees is the latest there is; from then on it misses none and sees none twice.
    if (last != 0 && seq != last + 1)
        wrong(client, fmt::format("{} went from version {} to {}", crowd_match(match), last, seq));
    last = seq;
    if (event.data.find(R"("status":"finished")") == std::string_view::npos) return;
    if (event.data != writer_.last_of(crowd_match(match)))
        wrong(client, fmt::format("{} is not what was written", crowd_match(match)));
    if (--reader.left == 0) finished_.fetch_add(1);
}

}  // namespace matchpoint::http::testing
