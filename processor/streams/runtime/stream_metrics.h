// What a stream thread and its tasks count, under Kafka Streams' names. The tallies are the stream thread's own; it
// publishes them to the sensors, which any thread reads: no lock, no atomic instruction and no clock for a record.
//
// Latencies of processing are measured a batch of records, as Kafka Streams does it: the average is exact, the maximum
// is that of the batches' averages. Those of stores are measured for one operation in 64.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "processor/streams/base/sensor.h"
#include "processor/streams/base/types.h"
#include "processor/streams/changelog/store_tally.h"

namespace matchpoint::streams {

// A tally and where it is published.
struct Metric {
    Tally tally;
    Sensor sensor;
    void publish(std::int64_t now_ns) { sensor.publish(tally, now_ns); }
};

struct alignas(64) StreamMetrics {
    Metric poll;          // duration
    Metric poll_records;  // records of each
    Metric process;       // records, and their time
    Metric process_records;
    Metric commit;  // from its beginning until stream thread and stores have it
    Metric punctuate;
    Metric tasks_created;
    Metric tasks_closed;
    Counter blocked_ns;  // waiting for Kafka: records, and commits that hold everything up
    Counter start_time_ms;
    Counter dropped_records;
    Counter restored_records;
    Counter failures;  // transactions given up
    Counter running_tasks;
    Counter restoring_tasks;

    void publish(std::int64_t now_ns) {
        for (Metric* each :
             {&poll, &poll_records, &process, &process_records, &commit, &punctuate, &tasks_created, &tasks_closed}) {
            each->publish(now_ns);
        }
    }
};

struct StoreMetrics {
    std::string store;
    std::string scope;  // "rocksdb-state", "in-memory-state"
    std::array<Sensor, kStoreOperations> operations;
};

// Where records enter or leave: how old they are then.
struct NodeMetrics {
    std::string node;
    Metric e2e_latency;  // ms
};

// Made with the task, read by whoever holds it: it may outlive the task.
struct TaskMetrics {
    Metric process;   // records, and their time
    Metric lateness;  // ms behind stream time
    Metric dropped;
    Metric punctuate;
    Metric commit;
    Metric enforced_processing;  // records taken although a partition had none
    Counter buffered_records;
    std::vector<std::unique_ptr<StoreMetrics>> stores;
    std::vector<std::unique_ptr<NodeMetrics>> nodes;

    void publish(std::int64_t now_ns) {
        for (Metric* each : {&process, &lateness, &dropped, &punctuate, &commit, &enforced_processing}) {
            each->publish(now_ns);
        }
        for (const auto& node : nodes) node->e2e_latency.publish(now_ns);
    }
};

}  // namespace matchpoint::streams
