// A real broker for one test executable: started by scripts/kafka on a free port with a data folder of its own, removed
// at exit. MATCHPOINT_TEST_BOOTSTRAP names a running broker to use instead; it cannot be stopped. MATCHPOINT_ROOT is
// the source tree. Main thread only. Failures throw std::runtime_error with the script's output.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "processor/streams/kafka/config.h"

namespace matchpoint::testing {

class KafkaBroker {
  public:
    // The executable's broker, started at the first call and stopped when the process ends.
    static KafkaBroker& shared();

    // A further broker of one's own, e.g. to kill.
    KafkaBroker();
    ~KafkaBroker();
    KafkaBroker(const KafkaBroker&) = delete;
    KafkaBroker& operator=(const KafkaBroker&) = delete;

    [[nodiscard]] const std::string& bootstrap() const { return bootstrap_; }
    // {bootstrap.servers}, to extend.
    [[nodiscard]] streams::kafka::KafkaConfig config() const;

    // The name with a suffix that no other test has used on this broker.
    [[nodiscard]] std::string unique(const std::string& name);
    // Creates the topic (replication 1) and returns its name; it must not exist.
    std::string create_topic(const std::string& name, std::int32_t partitions,
                             const std::map<std::string, std::string>& configs = {});

    [[nodiscard]] bool external() const { return external_; }
    void stop();     // in order
    void kill();     // kill -9
    void restart();  // on the same port with the same data

  private:
    void start(const std::string& port);
    void start_guard();
    [[nodiscard]] std::string script(const std::string& arguments) const;

    bool external_ = false;
    std::filesystem::path folder_;
    std::FILE* guard_ = nullptr;  // a process that wipes the broker when this one is gone, however it ended
    std::string bootstrap_;
    int next_ = 0;
};

}  // namespace matchpoint::testing
