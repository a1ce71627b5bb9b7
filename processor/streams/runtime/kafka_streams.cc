#include "processor/streams/runtime/kafka_streams.h"

#include "processor/streams/runtime/kafka_streams_impl.h"

namespace matchpoint::streams {

KafkaStreams::KafkaStreams(Topology topology, const StreamsConfig::Map& config, std::shared_ptr<spdlog::logger> logger,
                           Options options)
    : impl_(std::make_unique<Impl>(std::move(topology), config, std::move(logger), std::move(options))) {}

KafkaStreams::KafkaStreams(Topology topology, const StreamsConfig::Map& config, std::shared_ptr<spdlog::logger> logger)
    : KafkaStreams(std::move(topology), config, std::move(logger), Options{}) {}

KafkaStreams::~KafkaStreams() = default;

void KafkaStreams::start() {
    impl_->start();
}
bool KafkaStreams::close(std::chrono::milliseconds timeout) {
    return impl_->close(timeout);
}
void KafkaStreams::pause() {
    impl_->set_paused(true);
}
void KafkaStreams::resume() {
    impl_->set_paused(false);
}
bool KafkaStreams::is_paused() const {
    return impl_->is_paused();
}
KafkaStreams::State KafkaStreams::wait_until_ended(std::chrono::milliseconds timeout) {
    return impl_->wait_until_ended(timeout);
}
KafkaStreams::State KafkaStreams::state() const {
    return impl_->state();
}
std::string KafkaStreams::error() const {
    return impl_->error();
}
const StreamsConfig& KafkaStreams::config() const {
    return impl_->config();
}
const Topology& KafkaStreams::topology() const {
    return impl_->topology();
}
std::vector<KafkaStreams::ThreadMetrics> KafkaStreams::thread_metrics() const {
    return impl_->thread_metrics();
}
const TaskBoard& KafkaStreams::tasks() const {
    return impl_->tasks();
}
std::vector<StreamsMetadata> KafkaStreams::metadata_for_all_streams_clients() const {
    return impl_->hosts().all();
}
std::vector<StreamsMetadata> KafkaStreams::streams_metadata_for_store(const std::string& store) const {
    (void)impl_->stores()->info(store);
    return impl_->hosts().for_store(store);
}
std::optional<KeyQueryMetadata> KafkaStreams::metadata_for_key(const std::string& store, BytesView key) const {
    (void)impl_->stores()->info(store);
    return impl_->hosts().for_key(store, key);
}
std::optional<KeyQueryMetadata> KafkaStreams::metadata_for_partition(const std::string& store,
                                                                     Partition partition) const {
    (void)impl_->stores()->info(store);
    return impl_->hosts().for_partition(store, partition);
}
std::shared_ptr<const StoreProvider> KafkaStreams::store_provider() const {
    return impl_->stores();
}
const RestoreProgress& KafkaStreams::restore_progress() const {
    return impl_->restore_progress();
}
std::int64_t KafkaStreams::failed_stream_threads() const {
    return impl_->failed_threads();
}

}  // namespace matchpoint::streams
