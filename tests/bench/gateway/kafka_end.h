// A consumer that reads match-state from where it ends now.
#pragma once

#include "processor/streams/kafka/consumer.h"

namespace matchpoint::bench {

// What is published from now on is all read. Throws std::runtime_error when Kafka does not tell the ends.
void assign_ends(streams::kafka::Consumer& consumer);

}  // namespace matchpoint::bench
