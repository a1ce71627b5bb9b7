// What the program makes of its settings.
#include "http/program.h"

#include <gtest/gtest.h>

#include "processor/streams/base/error.h"

namespace matchpoint::http {
namespace {

std::string refusal(const std::string& key, const std::string& value) {
    try {
        (void)ProgramConfig::from({{"kafka." + key, value}});
    } catch (const streams::ConfigError& error) {
        return error.what();
    }
    return "taken";
}

TEST(ProgramConfig, WhatTheGatewayDecidesItselfIsRefusedAndNamed) {
    const std::vector<std::pair<std::string, std::string>> settings = {
        {"group.id", "mine"},
        {"group.instance.id", "mine"},
        {"enable.auto.commit", "true"},
        {"isolation.level", "read_uncommitted"},
        {"auto.offset.reset", "latest"},
        {"enable.partition.eof", "false"},
        {"transactional.id", "mine"},
        {"enable.idempotence", "false"},
        {"acks", "1"},
        {"request.required.acks", "0"},
        {"message.timeout.ms", "100"},
        {"delivery.timeout.ms", "100"},
    };
    for (const auto& [key, value] : settings) {
        const std::string told = refusal(key, value);
        EXPECT_NE(told.find(key + "=" + value + " cannot be used"), std::string::npos) << key << ": " << told;
    }
    EXPECT_NE(refusal("message.timeout.ms", "100").find("publish.timeout.ms"), std::string::npos);
}

TEST(ProgramConfig, SettingsOfLibrdkafkaPassThrough) {
    EXPECT_EQ(refusal("client.id", "scoreboard"), "taken");
    EXPECT_EQ(refusal("acks", "all"), "taken");
    EXPECT_EQ(refusal("acks", "-1"), "taken");
    EXPECT_EQ(refusal("isolation.level", "read_committed"), "taken");
    EXPECT_EQ(ProgramConfig::from({{"kafka.linger.ms", "7"}}).tail.kafka.get("linger.ms"), "7");
}

}  // namespace
}  // namespace matchpoint::http
