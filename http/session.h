// One connection from its first request until it ends or becomes a stream: read a request, answer, again. A coroutine
// on the shard's thread; every wait has a deadline.
#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "http/wire.h"

namespace matchpoint::http {

class Shard;

[[nodiscard]] boost::asio::awaitable<void> serve(Shard& shard, std::unique_ptr<Wire> wire);

}  // namespace matchpoint::http
