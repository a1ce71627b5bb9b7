#include "processor/streams/kafka/error.h"

#include <gtest/gtest.h>

#include "processor/streams/kafka/handles.h"

namespace matchpoint::streams::kafka {
namespace {

using Kind = KafkaError::Kind;

TEST(KafkaError, SortsCodesByWhatToDo) {
    EXPECT_EQ(error_from_code(RD_KAFKA_RESP_ERR__TRANSPORT).kind, Kind::kRetriable);
    EXPECT_EQ(error_from_code(RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS).kind, Kind::kRetriable);
    EXPECT_EQ(error_from_code(RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS).kind, Kind::kRetriable);
    EXPECT_EQ(error_from_code(RD_KAFKA_RESP_ERR__FENCED).kind, Kind::kFenced);
    EXPECT_EQ(error_from_code(RD_KAFKA_RESP_ERR_PRODUCER_FENCED).kind, Kind::kFenced);
    EXPECT_EQ(error_from_code(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH).kind, Kind::kFenced);
    EXPECT_EQ(error_from_code(RD_KAFKA_RESP_ERR__FATAL).kind, Kind::kFatal);
    EXPECT_EQ(error_from_code(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE).kind, Kind::kPermanent);
    EXPECT_TRUE(error_from_code(RD_KAFKA_RESP_ERR__FENCED).fatal());
}

TEST(KafkaError, TellsNameMessageAndKind) {
    const KafkaError error = error_from_code(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, "generation 7 is gone");
    EXPECT_EQ(error.to_string(), "ILLEGAL_GENERATION: generation 7 is gone (permanent)");
    EXPECT_TRUE(error.member_lost());
    EXPECT_EQ(error_from_code(RD_KAFKA_RESP_ERR__TIMED_OUT).message, "Local: Timed out");
}

TEST(KafkaError, NoErrorIsNothing) {
    EXPECT_EQ(take_error(nullptr), std::nullopt);
    EXPECT_EQ(maybe_error(RD_KAFKA_RESP_ERR_NO_ERROR).has_value(), false);
}

TEST(Result, HoldsAValueOrAnError) {
    Result<int> good(7);
    ASSERT_TRUE(good.ok());
    EXPECT_EQ(*good, 7);
    Result<int> bad(error_from_code(RD_KAFKA_RESP_ERR__TIMED_OUT));
    ASSERT_FALSE(bad);
    EXPECT_TRUE(bad.error().timed_out());
    EXPECT_THROW((void)bad.value(), KafkaException);
}

}  // namespace
}  // namespace matchpoint::streams::kafka
