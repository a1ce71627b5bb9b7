// A real broker for one test executable: started by scripts/kafka on a free port with a data folder of its own, removed
// at exit. MATCHPOINT_TEST_BOOTSTRAP names a running broker to use instead; it cannot be stopped. MATCHPOINT_ROOT is
// the source tree. Main thread only. Failures throw std::runtime_error with the script's output.
#pragma once

#include <sys/types.h>

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
    struct Options {
        // Of a KafkaProxy: the broker has a second listener, behind_proxy(), whose clients it sends there. 0: none.
        std::uint16_t proxy_port = 0;
        std::map<std::string, std::string> settings{};  // beside or instead of what scripts/kafka sets
    };

    // The executable's broker, started at the first call and stopped when the process ends.
    static KafkaBroker& shared();
    // The same, for who needs more than any broker has: the first call decides.
    static KafkaBroker& shared(const Options& options);

    // A further broker of one's own, e.g. to kill. With options it is never one that runs already.
    KafkaBroker();
    explicit KafkaBroker(Options options);
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

    // The topic grows to that many.
    void grow_topic(const std::string& name, std::int32_t partitions) const;

    [[nodiscard]] std::uint16_t behind_proxy() const { return behind_proxy_; }
    [[nodiscard]] bool external() const { return external_; }
    void stop();     // in order
    void kill();     // kill -9
    void restart();  // on the same port with the same data; behind_proxy() may be another one
    // It stands still, its connections stay open and nothing is answered; and goes on.
    void freeze();
    void thaw();

  private:
    void start(const std::string& port);
    void start_guard();
    [[nodiscard]] std::string script(const std::string& arguments) const;

    pid_t signal(int number) const;

    Options options_;
    std::uint16_t behind_proxy_ = 0;
    bool external_ = false;
    std::filesystem::path folder_;
    std::FILE* guard_ = nullptr;  // a process that wipes the broker when this one is gone, however it ended
    std::string bootstrap_;
    int next_ = 0;
};

}  // namespace matchpoint::testing
