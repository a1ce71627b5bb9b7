// A connection over a wire that takes as little as the test lets it, and breaks where the test says.
#include "http/stream_connection.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include <boost/asio/error.hpp>
#include <nlohmann/json.hpp>

#include "tests/http/log_fixture.h"

namespace matchpoint::http {
namespace {

using namespace testing;

// Shared by the test and the wire that the connection owns.
struct WireState {
    std::string written;
    std::size_t room = 0;  // bytes that the socket takes before it is full
    int writes = 0;
    int fail_at = -1;  // the write, counted from 0, that finds the client gone
    bool open = true;
    Wire::Ready writable;
    Wire::Ready readable;
    std::vector<Wire::Ready> aborted;
};

class FakeWire final : public Wire {
  public:
    explicit FakeWire(std::shared_ptr<WireState> state) : state_(std::move(state)) {}
    Transfer write(std::span<const iovec> pieces) override {
        if (state_->writes++ == state_->fail_at) return {0, Status::kClosed};
        std::size_t sent = 0;
        for (const iovec& piece : pieces) {
            const std::size_t size = std::min(piece.iov_len, state_->room);
            state_->written.append(static_cast<const char*>(piece.iov_base), size);
            state_->room -= size;
            sent += size;
            if (size < piece.iov_len) return {sent, Status::kWouldBlock};
        }
        return {sent, Status::kDone};
    }
    Transfer read(char*, std::size_t) override { return {0, Status::kClosed}; }
    void when_writable(Ready ready) override { state_->writable = std::move(ready); }
    void when_readable(Ready ready) override { state_->readable = std::move(ready); }
    void end_output() override {}
    void close() override {
        state_->open = false;
        // As from asio, the end of what was under way is told later, not from inside close().
        for (Ready* ready : {&state_->writable, &state_->readable}) {
            if (*ready) state_->aborted.push_back(std::exchange(*ready, nullptr));
        }
    }
    bool open() const override { return state_->open; }
    std::string peer() const override { return "test"; }

  private:
    std::shared_ptr<WireState> state_;
};

// The data of the events in a stream as WHATWG's algorithm reads it.
struct Parsed {
    std::vector<std::string> data;
    std::vector<std::string> names;
    std::string last_event_id;
    int comments = 0;
};

Parsed parse(std::string_view stream) {
    Parsed parsed;
    std::string data;
    std::string name;
    std::string id;
    while (!stream.empty()) {
        const std::size_t end = stream.find('\n');
        if (end == std::string_view::npos) break;
        const std::string_view line = stream.substr(0, end);
        stream.remove_prefix(end + 1);
        if (line.empty()) {
            parsed.last_event_id = id;
            if (!data.empty()) {
                data.pop_back();
                parsed.data.push_back(data);
                parsed.names.push_back(name);
            }
            data.clear();
            name.clear();
            continue;
        }
        if (line.front() == ':') {
            ++parsed.comments;
            continue;
        }
        const std::size_t colon = line.find(':');
        const std::string_view field = line.substr(0, colon);
        std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
        if (field == "data") data.append(value).push_back('\n');
        if (field == "event") name = value;
        if (field == "id") id = value;
    }
    return parsed;
}

// Takes the chunks apart; the test fails where the coding is wrong.
std::string dechunk(std::string_view body) {
    std::string text;
    while (!body.empty()) {
        const std::size_t line = body.find("\r\n");
        if (line == std::string_view::npos) return text;
        const std::size_t size = std::stoul(std::string(body.substr(0, line)), nullptr, 16);
        if (body.size() < line + 2 + size + 2) return text;
        text += body.substr(line + 2, size);
        EXPECT_EQ(body.substr(line + 2 + size, 2), "\r\n");
        body.remove_prefix(line + 2 + size + 2);
    }
    return text;
}

class Bench {
  public:
    explicit Bench(StreamConnection::Coding coding, std::size_t ring = 1000) {
        LogOptions options;
        options.ring_records = ring;
        log_ = std::make_unique<Log>(std::string(kTopic), 2, options);
        log_->set_caught_up();
        feeder_ = std::make_unique<Feeder>(*log_);
        fan_out_ = std::make_unique<FanOut>(host.ready);
        connection =
            std::make_shared<StreamConnection>(host, std::make_unique<FakeWire>(wire), coding, Admission::Pass());
        const auto filter = std::make_shared<const Filter>();
        connection->read_from(std::make_unique<LogSource>(*log_, filter, Start{}, clock_));
        connection->subscribe(*fan_out_, filter);
    }
    void append(int key) {
        const int partition = key % 2;
        feeder_->append({partition, offsets_[static_cast<std::size_t>(partition)]++, "k" + std::to_string(key), false});
        fan_out_->wake_unfiltered();
    }
    void pump() {
        for (int i = 0; i < 1000 && !host.ready.empty(); ++i) host.ready.pop().flush();
        for (const auto& ready : std::exchange(wire->aborted, {})) ready(boost::asio::error::operation_aborted);
    }
    void let(std::size_t bytes) {
        wire->room += bytes;
        if (auto ready = std::exchange(wire->writable, nullptr)) ready({});
        pump();
    }
    [[nodiscard]] const Log& log() const { return *log_; }

    StreamHost host;
    std::shared_ptr<WireState> wire = std::make_shared<WireState>();
    std::shared_ptr<StreamConnection> connection;

  private:
    streams::SystemClock clock_;
    std::unique_ptr<Log> log_;
    std::unique_ptr<Feeder> feeder_;
    std::unique_ptr<FanOut> fan_out_;
    std::vector<std::int64_t> offsets_ = {0, 0};
};

TEST(StreamConnection, GathersWhatWaitsIntoOneWrite) {
    Bench bench(StreamConnection::Coding::kPlain);
    bench.wire->room = 1'000'000;
    bench.connection->start("");
    const int before = bench.wire->writes;
    for (int i = 0; i < 50; ++i) bench.append(i);
    bench.pump();
    EXPECT_EQ(bench.wire->writes, before + 1);
    EXPECT_EQ(parse(bench.wire->written).data.size(), 51U);  // and `live`
}

TEST(StreamConnection, AClientThatTakesNothingHoldsNoMoreThanOneEvent) {
    Bench bench(StreamConnection::Coding::kChunked, 10);
    bench.wire->room = 30;  // into the header
    bench.connection->start(std::string(100, 'h'));
    const int writes = bench.wire->writes;
    for (int i = 0; i < 1000; ++i) {
        bench.append(i % 3);
        bench.pump();
    }
    EXPECT_EQ(bench.wire->writes, writes) << "nothing is tried while the socket is full";
    bench.let(1'000'000);
    const Parsed parsed = parse(dechunk(std::string_view(bench.wire->written).substr(100)));
    EXPECT_EQ(parsed.data.size(), 4U) << "the latest of three keys, and live";
}

TEST(StreamConnection, BeatsOnlyWhenSilent) {
    Bench bench(StreamConnection::Coding::kPlain);
    bench.wire->room = 1'000'000;
    bench.connection->start("");
    bench.connection->beat();
    EXPECT_EQ(parse(bench.wire->written).comments, 0) << "the snapshot was written since";
    bench.connection->beat();
    EXPECT_EQ(parse(bench.wire->written).comments, 1);
    bench.append(1);
    bench.pump();
    bench.connection->beat();
    EXPECT_EQ(parse(bench.wire->written).comments, 1);
}

TEST(StreamConnection, CountsTheBeatsOfAClientThatStalls) {
    Bench bench(StreamConnection::Coding::kPlain);
    bench.connection->start("head");
    for (int i = 0; i < 3; ++i) bench.connection->beat();
    EXPECT_EQ(bench.connection->beats_stalled(), 3U);
    bench.let(1'000'000);
    EXPECT_EQ(bench.connection->beats_stalled(), 0U);
}

TEST(StreamConnection, EndsWithAHintAndTheLastChunk) {
    Bench bench(StreamConnection::Coding::kChunked);
    bench.wire->room = 1'000'000;
    bench.connection->start("");
    bench.connection->finish(1234);
    EXPECT_TRUE(bench.wire->written.ends_with("\r\nretry: 1234\n\r\n0\r\n\r\n")) << bench.wire->written;
    EXPECT_FALSE(bench.wire->open);
}

TEST(StreamConnection, IsGoneOnceTheClientIs) {
    Bench bench(StreamConnection::Coding::kPlain);
    bench.wire->room = 1'000'000;
    bench.connection->start("");
    const std::weak_ptr<StreamConnection> weak = bench.connection;
    bench.connection.reset();
    EXPECT_FALSE(weak.expired()) << "the wait for the client's end keeps it";
    auto readable = std::exchange(bench.wire->readable, nullptr);
    readable({});
    readable = nullptr;
    EXPECT_TRUE(weak.expired());
    bench.append(1);
    bench.pump();
}

// However little the socket takes at a time, the client reads whole events, each key's versions rise, and it ends with
// the latest of each.
RC_GTEST_PROP(StreamConnectionProperty, WhateverTheSocketTakesTheStreamIsWhole, ()) {
    const auto coding = *rc::gen::element(StreamConnection::Coding::kPlain, StreamConnection::Coding::kChunked);
    Bench bench(coding, *rc::gen::inRange<std::size_t>(1, 20));
    bench.connection->start("");
    for (const auto& [key, room] : *rc::gen::container<std::vector<std::pair<int, std::size_t>>>(
             rc::gen::pair(rc::gen::inRange(0, 6), rc::gen::inRange<std::size_t>(0, 200)))) {
        bench.append(key);
        bench.pump();
        bench.let(room);
        if (room % 17 == 0) bench.connection->beat();
        bench.pump();
    }
    bench.let(10'000'000);
    const std::string text =
        coding == StreamConnection::Coding::kChunked ? dechunk(bench.wire->written) : bench.wire->written;
    const Parsed parsed = parse(text);
    std::map<std::string, std::int64_t> seen;
    for (std::size_t i = 0; i < parsed.data.size(); ++i) {
        if (!parsed.names[i].empty()) continue;
        const auto value = nlohmann::json::parse(parsed.data[i]);
        const auto version = value["seq"].get<std::int64_t>();
        const auto [it, fresh] = seen.try_emplace(value["match"].get<std::string>(), version);
        RC_ASSERT(fresh || it->second < version);
        it->second = version;
    }
    RC_ASSERT(seen == latest_of(bench.log(), Filter{}));
    if (bench.log().head() > 0) RC_ASSERT(parsed.last_event_id == bench.log().head_id());
}

// A client that goes away at any write leaves nothing behind.
TEST(StreamConnection, BreaksCleanlyAtEveryWrite) {
    for (int at = 0; at < 12; ++at) {
        Bench bench(StreamConnection::Coding::kChunked, 5);
        bench.wire->fail_at = at;
        const std::weak_ptr<StreamConnection> weak = bench.connection;
        bench.connection->start("head");
        bench.connection.reset();
        for (int i = 0; i < 20; ++i) {
            bench.append(i % 4);
            bench.pump();
            bench.let(37);
        }
        bench.let(1'000'000);
        EXPECT_EQ(weak.expired(), !bench.wire->open) << at;
        EXPECT_EQ(bench.host.metrics.streams.value(), bench.wire->open ? 1U : 0U);
    }
}

}  // namespace
}  // namespace matchpoint::http
