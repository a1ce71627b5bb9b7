// A plain TCP connection to one broker for a request that librdkafka does not offer, every step bounded by one
// deadline. Throws std::runtime_error with the reason. Private to this folder.
//
//     request   size int32, api_key int16, api_version int16, correlation_id int32, client_id STRING, body
//     response  size int32, correlation_id int32, body
#pragma once

#include <cstdint>
#include <string>

#include "processor/streams/base/bytes.h"
#include "processor/streams/kafka/handles.h"

namespace matchpoint::streams::kafka {

class BrokerConnection {
  public:
    BrokerConnection(const std::string& host, const std::string& port, Deadline deadline);
    ~BrokerConnection();
    BrokerConnection(const BrokerConnection&) = delete;
    BrokerConnection& operator=(const BrokerConnection&) = delete;

    // The response's body.
    [[nodiscard]] Bytes call(std::int16_t api_key, std::int16_t version, const std::string& client_id, BytesView body);

  private:
    void wait_for(short events);
    void send_all(BytesView data);
    [[nodiscard]] Bytes receive(std::size_t size);

    Deadline deadline_;
    int fd_ = -1;
};

void append_kafka_string(Bytes& out, BytesView value);
[[nodiscard]] std::int16_t read_kafka_int16(ByteReader& reader);
// Empty for null.
[[nodiscard]] BytesView read_kafka_string(ByteReader& reader);

// Of "host:port", "[v6]:port", "plaintext://host:port"; the port defaults to 9092.
[[nodiscard]] std::string host_of(std::string_view server);
[[nodiscard]] std::string port_of(std::string_view server);

}  // namespace matchpoint::streams::kafka
