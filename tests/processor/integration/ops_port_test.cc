// The processor's ops port beside a real broker: what it tells is what happened.
#include <regex>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/processor/integration/chain_fixture.h"
#include "tests/processor/integration/http_get.h"

namespace matchpoint::testing {
namespace {

using boost::beast::http::verb;
using std::chrono::seconds;

// From the log.
std::uint16_t ops_port(const ChildProcess& process) {
    const std::regex pattern("ops: .* on [0-9.]+:([0-9]+)");
    std::smatch match;
    for (int i = 0; i < 300; ++i) {
        const std::string log = process.err();
        if (std::regex_search(log, match, pattern)) return static_cast<std::uint16_t>(std::stoi(match[1]));
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    throw std::runtime_error("no ops port in the log: " + process.err());
}

bool becomes_ready(std::uint16_t port) {
    for (int i = 0; i < 600; ++i) {
        if (http_get(port, "/readyz").status == 200) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
}

// The sum of a metric's values over all its labels that match; -1 if it is not there.
double metric(const std::string& text, const std::string& name, const std::string& label = "") {
    double sum = -1;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(name + "{") || line.find(label) == std::string::npos) continue;
        sum = std::max(sum, 0.0) + std::stod(line.substr(line.rfind(' ') + 1));
    }
    return sum;
}

// Counts are shown a moment after they were made.
HttpAnswer metrics_once_counted(std::uint16_t port, std::size_t scores) {
    HttpAnswer metrics;
    for (int i = 0; i < 100; ++i) {
        metrics = http_get(port, "/metrics");
        const double seen = metric(metrics.body, "kafka_streams_stream_task_metrics_process_total", "task_id=\"0_");
        if (seen >= static_cast<double>(scores)) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return metrics;
}

TEST(OpsPort, TellsMetricsHealthAndState) {
    Chain chain;
    std::mt19937 random(7);
    const std::vector<Event> events = make_events(20, 30, random);
    chain.produce(events);
    const auto processor = chain.start_processor({"--ops-port", "0", "--set", "num.stream.threads=2"});
    const std::uint16_t port = ops_port(*processor);
    EXPECT_EQ(http_get(port, "/healthz").status, 200U);
    ASSERT_TRUE(becomes_ready(port)) << processor->err();
    ASSERT_TRUE(chain.wait_until_processed(seconds(60)));

    const HttpAnswer metrics = metrics_once_counted(port, events.size());
    EXPECT_EQ(metrics.status, 200U);
    EXPECT_TRUE(metrics.content_type.starts_with("text/plain; version=0.0.4")) << metrics.content_type;
    const std::string& text = metrics.body;
    const std::string scores_tasks = "task_id=\"0_";
    EXPECT_EQ(metric(text, "kafka_streams_stream_task_metrics_process_total", scores_tasks), events.size());
    EXPECT_GT(metric(text, "kafka_streams_stream_task_metrics_process_latency_avg"), 0);
    EXPECT_GE(metric(text, "kafka_streams_stream_thread_metrics_process_total"), events.size());
    EXPECT_GT(metric(text, "kafka_streams_stream_thread_metrics_process_rate"), 0);
    EXPECT_GT(metric(text, "kafka_streams_stream_thread_metrics_commit_total"), 0);
    EXPECT_GT(metric(text, "kafka_streams_stream_thread_metrics_poll_latency_max"), 0);
    EXPECT_GT(metric(text, "kafka_streams_stream_thread_metrics_blocked_time_ns_total"), 0);
    EXPECT_GT(metric(text, "kafka_streams_stream_thread_metrics_thread_start_time"), 1.7e12);
    EXPECT_GT(metric(text, "kafka_streams_stream_thread_metrics_task_created_total"), 0);
    EXPECT_GT(metric(text, "kafka_streams_stream_state_metrics_put_total", "rocksdb_state_id=\"matches\""), 0);
    EXPECT_GT(metric(text, "kafka_streams_stream_state_metrics_put_latency_avg", "store=\"matches\""), 0);
    EXPECT_GT(metric(text, "kafka_streams_stream_state_metrics_block_cache_capacity", "store=\"records\""), 0);
    EXPECT_GE(metric(text, "kafka_streams_stream_state_metrics_estimate_num_keys", "store=\"contenders\""), 20);
    EXPECT_GT(metric(text, "kafka_streams_stream_processor_node_metrics_record_e2e_latency_max",
                     "processor_node_id=\"scores-source\""),
              0);
    EXPECT_EQ(metric(text, "kafka_streams_stream_metrics_state", "state=\"RUNNING\""), 1);
    EXPECT_EQ(metric(text, "kafka_streams_stream_metrics_failed_stream_threads"), 0);
    EXPECT_EQ(metric(text, "kafka_streams_stream_metrics_alive_stream_threads"), 2);

    const HttpAnswer topology = http_get(port, "/topology");
    EXPECT_NE(topology.body.find("Sub-topology: 0"), std::string::npos) << topology.body;
    const auto state = nlohmann::json::parse(http_get(port, "/state").body);
    EXPECT_EQ(state["state"], "RUNNING");
    EXPECT_EQ(state["threads"].size(), 2U);
    std::set<std::string> running;
    for (const auto& task : state["tasks"]) {
        if (task["state"] == "RUNNING") running.insert(task["task_id"].get<std::string>());
    }
    EXPECT_EQ(running.size(), state["tasks"].size());
    EXPECT_TRUE(running.contains("0_0"));
    EXPECT_TRUE(running.contains("1_0"));
    for (const auto& restore : state["restores"]) EXPECT_TRUE(restore["done"].get<bool>()) << restore;

    const HttpAnswer record = http_get(port, "/stores/records/tennis%2Fm-0%20One");
    EXPECT_EQ(record.status, 200U) << record.body;
    EXPECT_EQ(nlohmann::json::parse(record.body)["player"], "m-0 One");
    EXPECT_EQ(http_get(port, "/stores/records/tennis%2FNobody").status, 404U);
    EXPECT_EQ(http_get(port, "/stores/nothing/key").status, 404U);
    EXPECT_EQ(http_get(port, "/stores/records/broken%2").status, 400U);
    EXPECT_EQ(nlohmann::json::parse(http_get(port, "/stores").body).size(), 6U);
    EXPECT_EQ(http_get(port, "/nothing").status, 404U);
    EXPECT_EQ(http_request(verb::post, port, "/metrics").status, 405U);
    EXPECT_EQ(http_request(verb::head, port, "/metrics").status, 200U);
    processor->signal(SIGTERM);
    EXPECT_EQ(processor->wait(seconds(30)), 0) << processor->err();
}

TEST(OpsPort, AMistakeIsAUsageError) {
    for (const char* setting : {"ops.port=65536", "ops.port=", "ops.port=-1", "ops.port=80x"}) {
        ChildProcess process("matchpoint-processor", {"--set", setting});
        EXPECT_EQ(process.wait(seconds(20)), 2) << setting;
        EXPECT_NE(process.err().find("ops.port"), std::string::npos) << process.err();
    }
    ChildProcess process("matchpoint-processor", {"--ops-port", "0", "--set", "ops.address=203.0.113.7", "--set",
                                                  "state.dir=" + std::filesystem::temp_directory_path().string()});
    EXPECT_EQ(process.wait(seconds(20)), 2) << process.err();
    EXPECT_NE(process.err().find("203.0.113.7"), std::string::npos) << process.err();
}

}  // namespace
}  // namespace matchpoint::testing
