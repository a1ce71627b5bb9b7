#include "processor/streams/kafka/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "processor/streams/kafka/consumer.h"
#include "processor/streams/kafka/error.h"

namespace matchpoint::streams::kafka {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal(const KafkaConfig& config) {
    try {
        (void)config.build();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

TEST(KafkaConfig, LaterSettingsWinAndDefaultsDoNot) {
    KafkaConfig config{{"client.id", "a"}};
    config.set("client.id", "b").set_default("client.id", "c").set_default("linger.ms", "5");
    config.merge({{"linger.ms", "0"}, {"acks", "all"}});
    EXPECT_EQ(config.to_string(), "acks=all, client.id=b, linger.ms=0");
    config.erase("acks").erase("no.such");
    EXPECT_EQ(config.get("acks"), std::nullopt);
    EXPECT_EQ(config.get_or("acks", "1"), "1");
}

TEST(KafkaConfig, TakesTheNamesThatJavaUsersKnow) {
    const KafkaConfig config{{"bootstrap.servers", "127.0.0.1:9092"},
                             {"auto.offset.reset", "earliest"},
                             {"isolation.level", "read_committed"},
                             {"session.timeout.ms", "10000"},
                             {"max.poll.interval.ms", "300000"},
                             {"fetch.max.bytes", "52428800"},
                             {"transaction.timeout.ms", "10000"},
                             {"compression.type", "zstd"},
                             {"group.instance.id", "one"},
                             {"linger.ms", "5"}};
    EXPECT_EQ(refusal(config), "");
}

TEST(KafkaConfig, NamesTheKeyAndValueThatAreRefused) {
    EXPECT_THAT(refusal({{"no.such.setting", "7"}}), AllOf(HasSubstr("no.such.setting=7"), HasSubstr("No such")));
    EXPECT_THAT(refusal({{"linger.ms", "soon"}}), AllOf(HasSubstr("linger.ms=soon"), HasSubstr("Invalid value")));
}

TEST(KafkaConfig, PrintsNoSecrets) {
    KafkaConfig config;
    for (const char* key :
         {"sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "sasl.oauthbearer.config",
          "sasl.oauthbearer.client.secret", "sasl.jaas.config", "oauth.token"})
        config.set(key, "hunter2");
    config.set("sasl.username", "ana").set("sasl.oauthbearer.token.endpoint.url", "https://id.example/token");
    EXPECT_THAT(config.to_string(), AllOf(Not(HasSubstr("hunter2")), HasSubstr("sasl.password=********"),
                                          HasSubstr("sasl.username=ana"), HasSubstr("https://id.example/token")));
}

TEST(KafkaConfig, RefusesASecretWithoutTellingIt) {
    EXPECT_THAT(refusal({{"my.password", "hunter2"}}),
                AllOf(Not(HasSubstr("hunter2")), HasSubstr("my.password=********")));
}

TEST(KafkaConfig, SettingsThatContradictAreAConfigErrorOfTheClient) {
    EXPECT_THROW(Consumer({{"group.id", "g"}, {"session.timeout.ms", "6000"}, {"max.poll.interval.ms", "5000"}}, {}),
                 ConfigError);
}

}  // namespace
}  // namespace matchpoint::streams::kafka
