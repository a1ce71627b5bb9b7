// The parts of the benchmark's program, one a process; each talks in lines: a JSON object a line on standard output,
// and commands, where it takes any, a line each on standard input. A wrong command line throws CLI::ParseError.
#pragma once

#include <CLI/CLI.hpp>

namespace matchpoint::bench {

// Each adds its subcommand to `app`; parsing runs it.
void add_subscribe(CLI::App& app);      // the load: many checked clients
void add_publish_kafka(CLI::App& app);  // records for us
void add_consume_kafka(CLI::App& app);  // the floor of latency through Kafka
void add_publish_http(CLI::App& app);   // and for the peers
void add_relay(CLI::App& app);          // from Kafka to a peer
void add_topics(CLI::App& app);         // makes the catalog's topics anew
void add_floor(CLI::App& app);          // a server that is nothing but send()

struct PaceOptions;
// The options that publishers share.
void add_pace(CLI::App& command, PaceOptions& pace);

}  // namespace matchpoint::bench
