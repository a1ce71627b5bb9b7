#include "tests/bench/gateway/response_reader.h"

#include <gtest/gtest.h>

namespace matchpoint::bench {
namespace {

using State = ResponseReader::State;

struct Read {
    State state = State::kHead;
    int status = 0;
    std::string body;
};

Read read(std::string_view response, std::size_t piece) {
    ResponseReader reader;
    Read read;
    for (; !response.empty(); response.remove_prefix(std::min(piece, response.size())))
        reader.feed(response.substr(0, piece), [&read](std::string_view bytes) { read.body += bytes; });
    read.state = reader.state();
    read.status = reader.status();
    return read;
}

TEST(ResponseReader, TakesChunksApartHoweverTheyAreCut) {
    const std::string_view response =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n,\r\n6\r\n world\r\n0\r\nA: "
        "b\r\n\r\n";
    for (std::size_t piece = 1; piece <= response.size(); ++piece) {
        const Read result = read(response, piece);
        EXPECT_EQ(result.body, "hello, world") << piece;
        EXPECT_EQ(result.state, State::kEnd) << piece;
        EXPECT_EQ(result.status, 200);
    }
}

TEST(ResponseReader, WithoutACodingTheBodyGoesToTheEnd) {
    const Read result = read("HTTP/1.0 200 OK\r\nContent-Type: a\r\n\r\nall of it", 4);
    EXPECT_EQ(result.body, "all of it");
    EXPECT_EQ(result.state, State::kBody);
}

TEST(ResponseReader, WhatIsNotHttpIsBroken) {
    EXPECT_EQ(read("SSH-2.0-x\r\n\r\n", 99).state, State::kBroken);
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 99).state, State::kBroken);
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 99).state, State::kBroken);
}

}  // namespace
}  // namespace matchpoint::bench
