// A wrong setting is told when the application is made, whichever client it is for and wherever Kafka is.
#include "processor/streams/runtime/client_check.h"

#include <string>

#include <gtest/gtest.h>

#include "processor/streams/base/error.h"

namespace matchpoint::streams {
namespace {

std::string refusal(const StreamsConfig::Map& more) {
    StreamsConfig::Map settings{
        {"application.id", "app"}, {"bootstrap.servers", "127.0.0.1:1"}, {"processing.guarantee", "exactly_once_v2"}};
    for (const auto& [key, value] : more) settings[key] = value;
    try {
        check_clients(StreamsConfig::parse(settings));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "taken";
}

void expect_named(const StreamsConfig::Map& settings, const std::string& culprit) {
    const std::string told = refusal(settings);
    EXPECT_NE(told.find(culprit), std::string::npos) << culprit << " is not named in: " << told;
}

TEST(ClientCheck, TakesWhatAUserSets) {
    EXPECT_EQ(refusal({}), "taken");
    EXPECT_EQ(refusal({{"processing.guarantee", "at_least_once"}, {"consumer.isolation.level", "read_committed"}}),
              "taken");
    EXPECT_EQ(refusal({{"kafka.security.protocol", "sasl_plaintext"},
                       {"kafka.sasl.mechanism", "PLAIN"},
                       {"kafka.sasl.username", "u"},
                       {"kafka.sasl.password", "p"},
                       {"consumer.session.timeout.ms", "6000"},
                       {"producer.linger.ms", "5"},
                       {"consumer.enable.auto.commit", "false"}}),
              "taken");
}

TEST(ClientCheck, UnknownOnesAreNamedForEachKindOfClient) {
    for (const std::string prefix : {"kafka.", "consumer.", "producer.", "restore.consumer."}) {
        expect_named({{prefix + "nope", "1"}}, "nope=1");
    }
}

TEST(ClientCheck, ValuesThatLibrdkafkaRefusesAreNamed) {
    expect_named({{"kafka.fetch.min.bytes", "many"}}, "fetch.min.bytes=many");
    expect_named({{"kafka.security.protocol", "sasl_ssl"}, {"kafka.sasl.mechanism", "FOO"}}, "FOO");
    expect_named({{"kafka.ssl.ca.location", "/nowhere"}, {"kafka.security.protocol", "ssl"}}, "ssl.ca.location");
    expect_named({{"producer.enable.idempotence", "false"}}, "idempotence");
    expect_named({{"auto.offset.reset", "sometime"}}, "auto.offset.reset=sometime");
}

TEST(ClientCheck, WhatTheGuaranteesRestOnStays) {
    expect_named({{"consumer.group.id", "other"}}, "application.id");
    expect_named({{"consumer.enable.auto.commit", "true"}}, "enable.auto.commit=true");
    expect_named({{"consumer.isolation.level", "read_uncommitted"}}, "isolation.level=read_uncommitted");
    expect_named({{"restore.consumer.isolation.level", "read_uncommitted"}}, "isolation.level=read_uncommitted");
    expect_named({{"consumer.partition.assignment.strategy", "range"}}, "partition.assignment.strategy=range");
    expect_named({{"producer.transactional.id", "mine"}}, "transactional.id");
    expect_named({{"consumer.group.instance.id", "mine"}}, "group.instance.id=mine");
    expect_named({{"consumer.client.id", "mine"}}, "client.id=mine");
}

TEST(ClientCheck, WhatIsSetElsewhereIsNotOverriddenUnseen) {
    expect_named({{"kafka.group.id", "other"}}, "application.id");
    expect_named({{"kafka.group.instance.id", "mine"}}, "setting group.instance.id, without a prefix");
    expect_named({{"kafka.client.id", "mine"}}, "application.id");
    expect_named({{"kafka.transactional.id", "mine"}}, "transactional.id=mine");
    expect_named({{"kafka.enable.auto.commit", "true"}}, "enable.auto.commit=true");
    expect_named({{"kafka.isolation.level", "read_uncommitted"}}, "isolation.level=read_uncommitted");
    expect_named({{"kafka.isolation.level", "read_committed"}, {"processing.guarantee", "at_least_once"}},
                 "consumer.isolation.level");
    expect_named({{"kafka.transaction.timeout.ms", "9000"}}, "producer.transaction.timeout.ms");
    EXPECT_EQ(refusal({{"kafka.group.id", "app"}, {"kafka.isolation.level", "read_committed"}}), "taken");
    EXPECT_EQ(refusal({{"producer.client.id", "mine"}, {"producer.transaction.timeout.ms", "9000"}}), "taken");
}

TEST(StreamsConfig, OffsetsAreResetAsTheConsumersAreTold) {
    const StreamsConfig::Map least{{"application.id", "app"}, {"bootstrap.servers", "localhost:1"}};
    const auto reset = [&least](StreamsConfig::Map more) {
        more.insert(least.begin(), least.end());
        return StreamsConfig::parse(more).auto_offset_reset;
    };
    EXPECT_EQ(reset({}), "earliest");
    EXPECT_EQ(reset({{"auto.offset.reset", "latest"}}), "latest");
    EXPECT_EQ(reset({{"consumer.auto.offset.reset", "latest"}}), "latest");
    EXPECT_EQ(reset({{"kafka.auto.offset.reset", "latest"}}), "latest");
    // librdkafka would take these two.
    expect_named({{"auto.offset.reset", "end"}}, "auto.offset.reset=end");
    expect_named({{"consumer.auto.offset.reset", "error"}}, "auto.offset.reset=error");
}

TEST(StreamsConfig, NamesOfTopicsAndFoldersAreChecked) {
    expect_named({{"application.id", "a b"}}, "application.id=a b");
    expect_named({{"application.id", "../elsewhere"}}, "application.id=../elsewhere");
    expect_named({{"application.id", ".."}}, "application.id=..");
    expect_named({{"state.dir", ""}}, "state.dir is empty");
    EXPECT_EQ(refusal({{"application.id", "Match-point_2.0"}}), "taken");
}

}  // namespace
}  // namespace matchpoint::streams
