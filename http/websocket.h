// Many streams on one WebSocket. A client names its subscriptions itself; a stream is the path of an event stream:
//
//   -> {"type":"subscribe","subscription":"a","stream":"/events/match-state?match=m-1","lastEventId":"…"}
//   <- {"type":"subscribed","subscription":"a"}
//   <- {"type":"message","subscription":"a","id":"…","data":{…}}       also delete, live, reset, as in the stream;
//                                                                        a value that is not JSON comes as a string
//   -> {"type":"unsubscribe","subscription":"a"}
//   <- {"type":"unsubscribed","subscription":"a"}
//   <- {"type":"error","subscription":"a","status":404,"detail":"…"}   the socket stays open
//   <- {"type":"notice","detail":"…"}                                  Kafka cannot be reached, or can again
//
// A client that does not read is given the latest of each key when it reads again, as on a stream; while it leaves
// answers unread, its messages are left unread too. On the shard's thread.
#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "http/access_log.h"
#include "http/admission.h"
#include "http/request.h"
#include "http/wire.h"

namespace matchpoint::http {

class Shard;

[[nodiscard]] bool is_websocket_upgrade(const Request& request);
// Until the client closes, is gone, or the shard drains.
// `pass` is kept as long as the connection, `entry` (null: nothing is logged) written at its end.
[[nodiscard]] boost::asio::awaitable<void> serve_websocket(Shard& shard, std::unique_ptr<Wire> wire, Request request,
                                                           Admission::Pass pass, std::unique_ptr<LastingEntry> entry);

}  // namespace matchpoint::http
