// A streams application: a topology run on stream threads against Kafka. The public door of the engine, named and
// behaving like org.apache.kafka.streams.KafkaStreams. Methods may be called from any thread; listeners are called on
// the engine's threads and must not block nor call close(); what they throw is logged. Its states: application_state.h.
//
// A stream thread that dies asks the uncaught-exception handler. Replaced, its successor takes over its membership and
// its transactional ids: the open transaction is aborted, the tasks go on from the last commit, and the group notices
// nothing. Otherwise the client, or the whole application, ends in ERROR.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/changelog/changelog_reader.h"
#include "processor/streams/runtime/application_state.h"
#include "processor/streams/runtime/error_handlers.h"
#include "processor/streams/runtime/host_directory.h"
#include "processor/streams/runtime/queryable_store.h"
#include "processor/streams/runtime/restore_progress.h"
#include "processor/streams/runtime/stream_metrics.h"
#include "processor/streams/runtime/streams_config.h"
#include "processor/streams/runtime/task_board.h"
#include "processor/streams/runtime/thread_state.h"
#include "processor/streams/topology/topology.h"

namespace matchpoint::streams {

class KafkaStreams {
  public:
    using State = ApplicationState;
    using StateListener = StateMachine::Listener;

    struct Options {
        ErrorHandlers handlers{};
        UncaughtExceptionHandler uncaught_exception{};  // default: shut down the client
        StateListener state_listener{};
        StateRestoreListener* restore_listener = nullptr;   // outlives the application
        StandbyUpdateListener* standby_listener = nullptr;  // the same
    };

    // Checks the configuration and locks the state directory; throws ConfigError, TopologyError.
    KafkaStreams(Topology topology, const StreamsConfig::Map& config, std::shared_ptr<spdlog::logger> logger,
                 Options options);
    KafkaStreams(Topology topology, const StreamsConfig::Map& config, std::shared_ptr<spdlog::logger> logger);
    ~KafkaStreams();  // close()
    KafkaStreams(const KafkaStreams&) = delete;
    KafkaStreams& operator=(const KafkaStreams&) = delete;

    // Returns at once; a thread of the application's own waits for Kafka and for the source topics, makes the internal
    // topics and starts the stream threads.
    void start();
    // Commits, closes the stores and leaves the group; false if that took longer. Idempotent; an application in
    // PENDING_ERROR or ERROR ends there.
    bool close(std::chrono::milliseconds timeout = std::chrono::seconds(30));
    // No record is processed and nothing punctuated until resume(); what was processed is still committed, the
    // membership is kept, and state is still restored. Also before start(). Of this instance only.
    void pause();
    void resume();
    [[nodiscard]] bool is_paused() const;
    // Blocks until NOT_RUNNING or ERROR, or until the time is up.
    [[nodiscard]] State wait_until_ended(std::chrono::milliseconds timeout);

    [[nodiscard]] State state() const;
    // Why the application is in ERROR; empty otherwise.
    [[nodiscard]] std::string error() const;
    [[nodiscard]] const StreamsConfig& config() const;
    [[nodiscard]] const Topology& topology() const;
    struct ThreadMetrics {
        std::string thread;
        const StreamMetrics* metrics = nullptr;
        ThreadState state{};
    };
    // Valid as long as this object.
    [[nodiscard]] std::vector<ThreadMetrics> thread_metrics() const;
    // A store of this instance, to be read from any thread while the application runs: see queryable_store.h. Throws
    // InvalidStateStore, and so do its reads.
    template <typename K, typename V, typename Value>
    [[nodiscard]] QueryableStore<K, Value> store(const StoreQueryParameters<K, V, Value>& parameters) const {
        return parameters.open(store_provider());
    }
    [[nodiscard]] std::shared_ptr<const StoreProvider> store_provider() const;

    // Who holds what (application.server, of every instance), as of the last rebalance: see host_directory.h. They
    // throw InvalidStateStore for a store that the topology does not have, and wait for nothing.
    [[nodiscard]] std::vector<StreamsMetadata> metadata_for_all_streams_clients() const;
    [[nodiscard]] std::vector<StreamsMetadata> streams_metadata_for_store(const std::string& store) const;
    // The instance to ask for a key, given with its serializer, or as bytes; partitioned by murmur2, as Kafka's clients
    // do. Where the records were partitioned otherwise, metadata_for_partition(). nullopt: not known now, try again; it
    // is never known without application.server.
    template <typename K>
    [[nodiscard]] std::optional<KeyQueryMetadata> metadata_for_key(const std::string& store, const K& key,
                                                                   const SerdePtr<K>& serializer) const {
        Bytes bytes;
        serializer->serialize(key, bytes);
        return metadata_for_key(store, BytesView(bytes));
    }
    [[nodiscard]] std::optional<KeyQueryMetadata> metadata_for_key(const std::string& store, BytesView key) const;
    [[nodiscard]] std::optional<KeyQueryMetadata> metadata_for_partition(const std::string& store,
                                                                         Partition partition) const;

    // This instance's tasks, and how far their restores are; both change on their own.
    [[nodiscard]] const TaskBoard& tasks() const;
    [[nodiscard]] const RestoreProgress& restore_progress() const;
    // Stream threads that died of an error since the start.
    [[nodiscard]] std::int64_t failed_stream_threads() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace matchpoint::streams
